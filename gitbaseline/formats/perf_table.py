"""The tables of aiperf and genai-perf: their CSV export, and what they print on a terminal.

CSV: a block ``Metric,avg,min,max,...`` with one quantity a row, a block ``Metric,Value`` with one
number a row, then, if GPUs were watched, a block ``Endpoint,GPU_Index,...``. Terminal: boxes whose
heading is ``Metric`` (aiperf) or ``Statistic`` (genai-perf), cells between bars; before 2025
genai-perf wrote throughputs below the box as ``Output token throughput (per sec): 545.56``.

Rules:

- A quantity is ``Heading (unit)``; a heading too long for one line goes on in the next row, whose
  other cells are blank. Where the unit is missing, or is ``per sec`` alone, the heading tells it.
- The tools write a point before decimals and commas between thousands. ``N/A``, ``-`` and nothing
  are no number; a number cut short (``1,97...``) is an error, for the rest of it is lost.
- Two runs in one text are refused, and so is a log that says the run was cancelled or had errors.
- A table tells nothing of the load, the model or the failures of the run: prefer the JSON export.

Source: ai-dynamo/aiperf exporters/metrics_csv_exporter.py and console_metrics_exporter.py;
genai-perf docs/process_export_files.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import one_line
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import grouped
from gitbaseline.formats.perf_stats import (
    ONLY,
    Export,
    Quantity,
    distinct,
    is_statistic,
    tag_of,
    unit_of,
)
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import UNKNOWN_UNIT

CSV = re.compile(rb'^(?:\xef\xbb\xbf)?[ "]{0,4}Metric"?,"?(?:avg|Value)\b', re.MULTILINE)
BOX = re.compile(
    rb"(?:\xe2\x94[\x82\x83]|\|) {1,200}(?:Metric|Statistic) {1,200}(?:\xe2\x94[\x82\x83]|\|)"
    rb" {1,200}avg\b"
)
_BAR = re.compile("[\u2502\u2503|]")
_BORDER = re.compile("[\u2500-\u257f+= -]+")
_NAMED = re.compile(r"(?P<heading>.*\S)\s*\((?P<unit>[^()]+)\)")
_BELOW = re.compile(r"(?P<name>[A-Z][A-Za-z ]{2,60} \([^()]{1,40}\)): (?P<number>\S{1,40})")
_NOTHING = frozenset({"", "-", "N/A", "n/a", "nan", "NaN", "None"})
_TELEMETRY = "Endpoint"
_HEADS = frozenset({"Metric", "Statistic"})
_ELSEWHERE = re.compile(r"Telemetry|GPU", re.IGNORECASE)
_FAILED = re.compile(
    r"Error Summary|cancell?ed early|(?:run|benchmark) was cancell?ed", re.IGNORECASE
)
_CUT = ("\u2026", "...")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of a table: its line, the quantity's name and the cells by column."""

    line: int
    name: str
    cells: dict[str, str]


def read(name: str, data: bytes) -> Export:
    """Return the export; InputError for a failed run, two runs or a number cut short."""
    over: list[PassedOver] = []
    log = list(lines(data))
    for line in log:
        if _FAILED.search(line.text):
            raise failed(f"{name}:{line.number}", line.text[:120])
    rows = list(_rows(name, log, over))
    quantities = [q for row in rows if (q := _quantity(name, row)) is not None]
    if not quantities:
        raise InputError("a heading but no row with a number", code="perf/empty", where=name)
    twice = distinct(quantities)
    if twice:
        raise InputError(
            f"{twice.tag} stands here a second time: two runs in one text",
            code="perf/twice",
            where=f"{name}:{twice.line}",
            hint="give each run by itself; runs of equal settings are trials, one -s FILE each",
        )
    return Export(quantities=quantities, passed_over=over)


def _rows(name: str, log: Sequence[Line], over: list[PassedOver]) -> Iterator[_Row]:
    """Yield the rows of quantities; one whose heading goes on in the next row is one."""
    held: _Row | None = None
    for row in _single_rows(name, log, over):
        if held and row.line == held.line + 1 and not any(row.cells.values()):
            held = _Row(line=row.line, name=f"{held.name} {row.name}", cells=held.cells)
            continue
        if held:
            yield held
        held = row
    if held:
        yield held


def _single_rows(name: str, log: Sequence[Line], over: list[PassedOver]) -> Iterator[_Row]:
    columns: list[str] = []
    title, commas = "", False
    for line in log:
        cells, barred = _cells(line.text)
        if cells and cells[0] in _HEADS and len(cells) > 1:
            columns = [] if _ELSEWHERE.search(title) else cells
            commas = not barred
        elif columns and len(cells) == len(columns) and cells[0] and barred != commas:
            by_column = dict(zip(columns[1:], cells[1:], strict=True))
            yield _Row(line=line.number, name=cells[0], cells=by_column)
        elif match := _BELOW.fullmatch(line.text):
            yield _Row(line=line.number, name=match["name"], cells={ONLY: match["number"]})
        elif columns and commas and cells and not barred and cells[0] != _TELEMETRY:
            raise InputError(
                f"a row of {len(cells)} cells under a head of {len(columns)}",
                code="perf/row",
                where=f"{name}:{line.number}",
                hint="a number with a comma in it has to stand in quotes",
            )
        elif line.text and not _BORDER.fullmatch(line.text):
            columns, title = [], line.text
            over.append(passed(name, line.number, line.text))
        elif commas:
            columns = []


def _cells(text: str) -> tuple[list[str], bool]:
    """Return the cells of a row and whether bars part them, else commas; one cell is none."""
    bars = _BAR.split(text)
    if len(bars) > 2 and not bars[0].strip():
        last = len(bars) if bars[-1].strip() else -1
        return [cell.strip() for cell in bars[1:last]], True
    if "," not in text:
        return [], False
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=True))], False
    except (csv.Error, StopIteration):
        return [], False


def _quantity(name: str, row: _Row) -> Quantity | None:
    match = _NAMED.fullmatch(row.name)
    heading, unit = (match["heading"], match["unit"].strip()) if match else (row.name, "")
    tag = tag_of(heading)
    numbers = dict(_numbers(name, row))
    if not tag or not numbers:
        return None
    assumed = unit in ("", "per sec")
    unit = _unit(tag, unit) if assumed else unit_of(one_line(unit))
    return Quantity(tag=tag, unit=unit, numbers=numbers, line=row.line, assumed=assumed)


def _numbers(name: str, row: _Row) -> Iterator[tuple[str, float]]:
    for column, cell in row.cells.items():
        statistic = ONLY if column == "Value" else column
        if not is_statistic(statistic) or cell in _NOTHING:
            continue
        value = grouped(cell)
        if value is None:
            cut = cell.endswith(_CUT)
            raise InputError(
                f"{row.name[:60]}, {column}: expected a number, got {cell[:40]!r}"
                + ("; the terminal was too narrow for it" if cut else ""),
                code="perf/number",
                where=f"{name}:{row.line}",
                hint="give the JSON export instead" if cut else None,
            )
        yield statistic, value


def _unit(tag: str, spelling: str) -> str:
    what = "requests" if "request" in tag else "tokens"
    if spelling:
        return f"{what}/sec"
    known = tag.endswith(("_count", "_sequence_length"))
    return what if known else UNKNOWN_UNIT
