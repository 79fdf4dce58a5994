"""An inference server measured at several concurrencies: ``inference_perfbench_v1``.

One JSON document (``perfbench_json``), or the bundle folder of a run (``perfbench_bundle``). Names,
units and directions of the metrics: ``perfbench_keys``; how each is judged: the profile of this
name in ``configs/tolerances.yaml``.
"""

from __future__ import annotations

from gitbaseline.formats import (
    perfbench_bundle,
    perfbench_files,
    perfbench_json,
    perfbench_keys,
)
from gitbaseline.formats.base import Options, Reading, Source

NAME = perfbench_keys.NAME
SUMMARY = "an inference benchmark by concurrency: one JSON document, or a bundle of exports"


def sniff(source: Source) -> str | None:
    """Return why this is a document or a bundle of that kind, or None."""
    if source.kind == "directory":
        return perfbench_files.claim(source)
    if source.kind == "file" and perfbench_json.MARK.search(source.files[0].data):
        return "its schema is inference_perfbench_v1"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the metrics of every concurrency and of the whole; InputError names the place."""
    if source.kind == "directory":
        return perfbench_bundle.read(source)
    return perfbench_json.read(source.files[0])
