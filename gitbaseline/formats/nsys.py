"""Kernels of an Nsight Systems profile: what ``nsys stats`` prints, or the SQLite export.

The grammar of the two: ``nsys_text``, ``nsys_sqlite``. What becomes of the kernels, and of their
names: ``nsys_kernels``, ``nsys_names``.

A ``.nsys-rep`` itself can be read by nsys only; ``record`` asks the machine's own nsys for the
kernel summary, and that is what is read and stored.
"""

from __future__ import annotations

import re

from gitbaseline.formats import nsys_text
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, SourceFile, capped
from gitbaseline.formats.nsys_kernels import TOTAL, Kernel, metrics
from gitbaseline.formats.nsys_names import is_cut
from gitbaseline.model.codec import Scalar
from gitbaseline.model.names import suggest

NAME = "nsys"
SUMMARY = "Nsight Systems: kernels as nsys stats prints them (text, CSV, JSON), or SQLite export"

_MAGIC = b"SQLite format 3\x00"
_TABLE = b"CUPTI_ACTIVITY_KIND_KERNEL"
_DIGEST = re.compile(rb"^# nsys-rep sha256 (?P<digest>[0-9a-f]{64})\r?$", re.MULTILINE)


def sniff(source: Source) -> str | None:
    """Return why this is of Nsight Systems, or None."""
    return claim(source.files[0].data) if source.kind == "file" else None


def claim(data: bytes) -> str | None:
    """Return why these bytes are of Nsight Systems, or None."""
    if data.startswith(_MAGIC):
        return "it is a database with CUDA kernels" if _TABLE in data else None
    if nsys_text.HEAD.search(data):
        return "it has a table of Time (%), Total Time, Instances"
    if nsys_text.JSON_HEAD.search(data) and b'"Instances"' in data:
        return "it has objects of Time (%), Total Time, Instances"
    return "it says that a profile holds no kernels" if nsys_text.SKIPPED.search(data) else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every kernel, their sum and their classes; InputError where there are none."""
    file = source.files[0]
    over: list[PassedOver] = []
    warnings: list[str] = []
    kernels, environment, report = load(file, over, warnings)
    found = metrics(file.path, kernels, over)
    if any(is_cut(kernel.name) for kernel in kernels):
        warnings.append("names are cut short, so that kernels may be taken together; give the CSV")
    digest = _DIGEST.search(file.data)
    grounding: dict[str, Scalar] = {"nsys_report": report} if report else {}
    if digest:
        grounding["nsys_rep_sha256"] = digest["digest"].decode()
    stem = file.path.rpartition("/")[2].partition(".")[0]
    return Reading(
        format=NAME,
        metrics=found,
        headline=TOTAL,
        context={"grounding": grounding} if grounding else {},
        environment=environment,
        suggested_measurement=suggest(stem) or "gpu_kernels",
        warnings=tuple(warnings),
        passed_over=capped(over),
    )


def load(
    file: SourceFile, over: list[PassedOver], warnings: list[str]
) -> tuple[list[Kernel], dict[str, Scalar], str]:
    """Return the kernels, what is known of the GPUs, and the report's name where it is told."""
    if file.data.startswith(_MAGIC):
        from gitbaseline.formats import nsys_sqlite  # noqa: PLC0415 - only databases pay

        kernels, environment = nsys_sqlite.read(file.path, file.data, warnings)
        return kernels, environment, ""
    report = nsys_text.read(file.path, file.data, over)
    return report.kernels, {}, report.name
