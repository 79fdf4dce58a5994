"""pyperf ``-o FILE``: every value of every run is a sample; warm-ups are not.

Keys are ``<benchmark>.time`` for seconds, ``.memory`` for bytes, ``.value`` else. What all
benchmarks share stands once in the file's own metadata and holds for each.

Rules:

- Runs that only calibrated or warmed up have no values and add none.
- ``hostname`` in the metadata is private (``secrets.private``); of the machine only model, count
  and platform go further.

Shape: psf/pyperf pyperf/_bench.py and doc/api.rst (JSON format version 1.0).
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, alike, scalars
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.part import Part
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction

NAME = "pyperf"
SUMMARY = "pyperf JSON (-o FILE)"

_UNITS = {
    "second": ("time", "s", Direction.LOWER),
    "byte": ("memory", "B", Direction.LOWER),
    "integer": ("value", "count", Direction.UNKNOWN),
}


def sniff(source: Source) -> str | None:
    """Return why this is a pyperf file, or None."""
    if holds(source, _is_suite, b'"benchmarks"', b'"runs"', b'"metadata"'):
        return "it has a version and benchmarks with runs"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the values of every benchmark; InputError where there is none."""
    gather = Gather(source.files[0].path)
    known: list[Mapping[str, Part]] = []
    for top in gather.documents(source.files[0].data, _has_benchmarks):
        of_all = _metadata(top)
        for row in top.part("benchmarks").parts():
            metadata = of_all | _metadata(row)
            known.append(metadata)
            _add(gather, row, metadata)
    return gather.reading(
        NAME,
        context={
            "stack": alike(_named(metadata, _STACK) for metadata in known),
            "grounding": alike(_named(metadata, {"loops": "loops"}) for metadata in known),
        },
        environment=alike(_named(metadata, _MACHINE) for metadata in known),
        tool_version=known[0]["perf_version"].maybe_text() if _has_version(known) else None,
    )


def _has_benchmarks(value: JSON) -> bool:
    return {"version", "benchmarks"} <= table(value).keys()


def _is_suite(value: JSON) -> bool:
    rows = items(table(value).get("benchmarks"))
    return _has_benchmarks(value) and bool(rows) and all("runs" in table(row) for row in rows)


_STACK = {
    "python": "python_version",
    "implementation": "python_implementation",
    "compiler": "python_compiler",
    "commit": "commit_id",
}
_MACHINE = {
    "cpu_model": "cpu_model_name",
    "cpu_count": "cpu_count",
    "cpu_affinity": "cpu_affinity",
    "platform": "platform",
}


def _has_version(known: list[Mapping[str, Part]]) -> bool:
    return bool(known) and "perf_version" in known[0]


def _metadata(part: Part) -> dict[str, Part]:
    found = part.part("metadata")
    return dict(found.members()) if found else {}


def _named(metadata: Mapping[str, Part], names: Mapping[str, str]) -> dict[str, Scalar]:
    return scalars({key: metadata[name] for key, name in names.items() if name in metadata})


def _add(gather: Gather, row: Part, metadata: Mapping[str, Part]) -> None:
    told = metadata["name"].maybe_text() if "name" in metadata else None
    name = told or "benchmark"
    spelled = metadata["unit"].maybe_text() if "unit" in metadata else "second"
    measure, unit, direction = _UNITS.get(spelled or "", ("value", "unknown", Direction.UNKNOWN))
    runs = [run.part("values") for run in row.part("runs").parts()]
    values = [value for run in runs if run for value in run.numbers()]
    if not values:
        gather.skip(row.line, f"{name}: no values, only calibration")
        return
    gather.add(f"{name}.{measure}", values, line=row.line, unit=unit, direction=direction)
