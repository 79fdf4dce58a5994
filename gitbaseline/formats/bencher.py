"""Bencher Metric Format: ``{benchmark: {measure: {value, lower_value?, upper_value?}}}``.

Keys are ``<benchmark>.<measure>``. Units live in Bencher's server, not in the file; of the measures
that it ships with (latency, throughput, ...) they are its documented ones, and marked as assumed.

Rules:

- ``lower_value`` and ``upper_value`` are bounds of no stated kind (a deviation here, a range
  there): passed over.
- Several documents are trials.

Shape: bencherdev/bencher, Bencher Metric Format (JsonResultsMap).
"""

from __future__ import annotations

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, clean
from gitbaseline.formats.json_values import number, table
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import UNKNOWN_UNIT

NAME = "bencher"
SUMMARY = "Bencher Metric Format, JSON (benchmark, measure, value)"

_MEMBERS = {"value", "lower_value", "upper_value"}
_UNITS = {
    "latency": "ns",
    "throughput": "ops/s",
    "build-time": "s",
    "file-size": "B",
}


def sniff(source: Source) -> str | None:
    """Return why this is Bencher's format, or None."""
    found = holds(source, _is_results, b'"value"')
    return "its benchmarks have measures with a value" if found else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every measure; InputError where a value is no number."""
    gather = Gather(source.files[0].path)
    for top in gather.documents(source.files[0].data, _is_tree):
        for benchmark, measures in top.members():
            for measure, cell in measures.members():
                unit = _UNITS.get(measure.lower(), UNKNOWN_UNIT)
                gather.add(
                    f"{benchmark}.{measure}",
                    cell.part("value").number(),
                    line=cell.line,
                    unit=unit,
                    dimensions={"benchmark": clean(benchmark), "measure": clean(measure)},
                    unit_source="assumed",
                )
                if cell.part("lower_value") or cell.part("upper_value"):
                    gather.skip(cell.line, f"{benchmark}.{measure}: bounds of no stated kind")
    return gather.reading(NAME)


def _is_tree(value: JSON) -> bool:
    """Whether it is an object of objects of objects."""
    measures = [table(inner) for inner in table(value).values()]
    return all(measures) and all(table(cell) for inner in measures for cell in inner.values())


def _is_results(value: JSON) -> bool:
    cells = [table(cell) for inner in table(value).values() for cell in table(inner).values()]
    return (
        bool(cells)
        and _is_tree(value)
        and all(cell.keys() <= _MEMBERS and number(cell.get("value")) is not None for cell in cells)
    )
