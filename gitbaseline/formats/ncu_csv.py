"""Nsight Compute CSV: ``ncu --csv`` with metrics or sections, and ``--page raw --csv``.

Keys are ``<kernel>.<metric>``; launches of one kernel with one shape are trials. Where a kernel was
launched with several shapes the key names block and grid behind it.

Rules:

- Units scale themselves from row to row (``ns``, ``us``; ``byte``, ``Kbyte``; ``sector/ns``,
  ``Kbyte/block``): one key has one.
  A percentage is another metric than a rate of the same name and is called ``<metric> (%)``.
- Only durations and elapsed cycles have a direction. Being nearer to a peak is not better as such.
- Rules, texts and ``n/a`` are passed over; ``==ERROR==`` refuses the file.
- ncu serialises kernels and fixes clocks: its times are comparable only with its own.

Grammar: ncu 2019 to 2026; long (one row a metric) and wide (one row a launch, units in the second).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, clean
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import grouped
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction
from gitbaseline.model.units import convert

NAME = "ncu"
SUMMARY = "Nsight Compute: ncu --csv, details and raw pages"

_HEADER = re.compile(r'"ID","Process ID"|"ID",.{0,400}"Kernel Name",')
_SNIFF = re.compile(rb'^[^"\n]{0,80}"ID",[^\n]{0,2000}"Kernel Name"', re.MULTILINE)
_ERROR = re.compile(r"==ERROR==\s*(.*)")
_WARNING = re.compile(r"==WARNING==\s*(.*)")
_LOWER = re.compile(
    r"(?:gpu__)?(?:time_)?duration|gpu__time_(?:duration|active)|elapsed cycles", re.IGNORECASE
)
_ROW = re.compile(r'"[0-9]+",')
_KERNEL = 120  # characters of a kernel's name in a key
_NOT_METRICS = re.compile(
    r"ID|Process ID|Process Name|Host Name|Kernel Name|Kernel Time|Context|Stream|Block Size"
    r"|Grid Size|Device|CC|Section Name|(?:thread|Id):Domain.*|Rule .*|Estimated Speedup.*"
)
_TIMES = {"nsecond": "ns", "usecond": "us", "msecond": "ms", "second": "s", "sec": "s"}
_UNITS = {
    **{word: word for word in ("ns", "us", "ms", "s", "%")},
    **_TIMES,
    "hz": "Hz",
    "Khz": "kHz",
    "Mhz": "MHz",
    "Ghz": "GHz",
    "cycle/second": "Hz",
    "cycle/msecond": "kHz",
    "cycle/usecond": "MHz",
    "cycle/nsecond": "GHz",
    **{
        f"{letter}byte{per}": f"{unit}{'/s' if per else ''}"
        for letter, unit in {"": "B", "K": "kB", "M": "MB", "G": "GB", "T": "TB"}.items()
        for per in ("", "/second", "/s")
    },
}
_BYTES = re.compile(r"(?P<scale>[KMGT]?)byte/(?P<per>\w{1,40})")
_RATE = re.compile(r"(?P<what>[a-z]\w{0,40})/(?P<time>nsecond|usecond|msecond|second|[num]?s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One number of one launch."""

    line: int
    kernel: str
    shape: tuple[str, str]
    metric: str
    unit: str
    value: float


def sniff(source: Source) -> str | None:
    """Return why this is ncu's, or None."""
    if source.kind == "file" and _SNIFF.search(source.files[0].data):
        return "it has the columns of ncu --csv"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every number of every launch; InputError where the profiler failed."""
    file = source.files[0]
    found = Gather(file.path)
    table = _Table(found)
    for line in lines(file.data):
        table.take(line)
    shapes: dict[str, set[tuple[str, str]]] = {}
    for cell in table.cells:
        shapes.setdefault(cell.kernel, set()).add(cell.shape)
    for cell in table.cells:
        _add(found, cell, several=len(shapes[cell.kernel]) > 1)
    return found.reading(
        NAME,
        suggested_measurement=NAME,
        environment={"compute_capability": table.capability} if table.capability else {},
        context={"workload": {"kernels": len(shapes)}},
    )


class _Table:
    """Takes one line after another; a header says what the rows behind it are."""

    def __init__(self, found: Gather) -> None:
        self.cells: list[_Cell] = []
        self.capability: str | None = None
        self._found = found
        self._header: list[str] = []
        self._units: Mapping[str, str] | None = None  # of a wide table, None before its row

    def take(self, line: Line) -> None:
        if error := _ERROR.match(line.text):
            raise InputError(
                f"the profiler failed: {error[1][:200]}",
                code="ncu/failed",
                where=f"{self._found.file}:{line.number}",
                hint="what was profiled is not whole; run it again",
            )
        if warning := _WARNING.match(line.text):
            self._found.warn(f"ncu warned: {warning[1][:200]}")
        cells = _cells(line.text) if line.text.startswith('"') else []
        if self._header and _ROW.match(line.text) and not self._is_whole(cells):
            raise InputError(
                f"a row that is not whole: {line.text[-60:]!r}",
                code="ncu/row",
                where=f"{self._found.file}:{line.number}",
                hint="the output is cut off or mixed with another; give the whole output",
            )
        if _HEADER.match(line.text):
            self._header, self._units = cells, None
        elif cells and self._header:
            self._row(line.number, dict(zip(self._header, cells, strict=False)))
        elif line.text:
            self._found.skip(line.number, line.text)

    def _is_whole(self, cells: Sequence[str]) -> bool:
        """Whether a row has all that is measured; columns of rules are in rows of rules alone."""
        last = "Metric Value"
        need = self._header.index(last) + 1 if last in self._header else len(self._header)
        return len(cells) >= need

    def _row(self, line: int, row: Mapping[str, str]) -> None:
        if "Metric Name" in self._header:
            self._long(line, row)
        elif self._units is None and not row["ID"]:
            self._units = row
        else:
            self._wide(line, row)

    def _long(self, line: int, row: Mapping[str, str]) -> None:
        if not row.get("Metric Name"):
            rule = row.get("Rule Name") or row.get("Section Name") or ""
            self._found.skip(line, f"a rule: {clean(rule)}")
            return
        self._cell(
            line, row, row["Metric Name"], row.get("Metric Unit", ""), row.get("Metric Value", "")
        )

    def _wide(self, line: int, row: Mapping[str, str]) -> None:
        for name, value in row.items():
            if not _NOT_METRICS.fullmatch(name):
                self._cell(line, row, name, (self._units or {}).get(name, ""), value)

    def _cell(self, line: int, row: Mapping[str, str], name: str, unit: str, said: str) -> None:
        value = grouped(said.strip())
        if value is None:
            self._found.skip(line, f"{clean(name)}: {clean(said) or 'nothing'}, no number")
            return
        self.capability = row.get("CC") or self.capability
        value, unit = _settled(value, unit)
        self.cells.append(
            _Cell(
                line=line,
                kernel=row.get("Kernel Name", "").strip() or "unknown",
                shape=(row.get("Block Size", ""), row.get("Grid Size", "")),
                metric=clean(name),
                unit=unit,
                value=value,
            )
        )


def _settled(value: float, unit: str) -> tuple[float, str]:
    """Return a number in the unit that its key always has, as the registry spells it.

    >>> _settled(2.5, "Kbyte/block"), _settled(3.0, "sector/ns"), _settled(3.0, "usecond")
    ((2500.0, 'B/block'), (3000000000.0, 'sector/s'), (3.0, 'us'))
    """
    if unit in _UNITS:
        return value, _UNITS[unit]
    if match := _BYTES.fullmatch(unit):
        return value * 1000 ** " KMGT".index(match["scale"] or " "), f"B/{match['per']}"
    if match := _RATE.fullmatch(unit):
        per = _TIMES.get(match["time"], match["time"])
        return value / convert(1.0, per, "s"), f"{match['what']}/s"
    return value, unit


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:  # a quote that stays open, a field beyond the module's limit
        return []


def _add(found: Gather, cell: _Cell, *, several: bool) -> None:
    shape = dict(zip(("block", "grid"), cell.shape, strict=True))
    key = clean(cell.kernel, _KERNEL)
    if several:
        key += "".join(f" {name} {size}" for name, size in shape.items())
    percent = " (%)" if cell.unit == "%" and "pct" not in cell.metric else ""
    dimensions: dict[str, Scalar] = {"kernel": clean(cell.kernel)}
    found.add(
        f"{key}.{cell.metric}{percent}",
        cell.value,
        line=cell.line,
        unit=cell.unit or UNKNOWN_UNIT,
        unit_source="format" if cell.unit else None,
        direction=Direction.LOWER if _LOWER.match(cell.metric) else Direction.UNKNOWN,
        dimensions=dimensions | {name: clean(size) for name, size in shape.items() if size},
    )
