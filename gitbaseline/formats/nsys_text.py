"""What ``nsys stats`` prints of kernels: CSV, JSON, or columns on a terminal.

The report is ``cuda_gpu_kern_sum``, before 2023 ``gpukernsum``. Its columns::

    Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
    Time(%),Total Time (ns),Instances,Average,Minimum,Maximum[,StdDev],Name         up to 2022
    ...,StdDev (ns),GridXYZ,BlockXYZ,Name                                   some, from 2022.4 on
    Time(%)  Total Time  Instances  Average  Minimum  Maximum  Name         ns, up to 2020

JSON has the same words as keys of each object. One output may hold several reports, each behind
``Processing [...] with [...]``, ``Running [...]``, ``[6/8] Executing '...' stats report`` (of
``nsys profile --stats=true``), `` ** Title (report):`` or nothing but its own head.

Rules:

- Columns are read by their names, the unit from the head: ``--timeunit`` changes it.
- Terminal tables have commas between thousands and cut names (``...``); a decimal comma is another
  locale and refused, for ``2.176`` would be a thousand times too small.
- Reports other than the kernels' are passed over. ``SKIPPED: ... does not contain CUDA kernel
  data`` is a failed profile. Two kernel reports in one output are refused.
- Where the shares of the rows do not add up to 100 %, rows are missing: refused.
- A ``Source`` beside the name is the head of MPI events, which have instances too.

Source: docs.nvidia.com/nsight-systems, Post-Collection Analysis Guide; outputs of 2020 to 2025.3.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import items, logged, number, one_line, table
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.nsys_kernels import Kernel
from gitbaseline.formats.numbers import grouped
from gitbaseline.formats.refused import cut_off
from gitbaseline.model.codec import JSON, MAX_INTEGER
from gitbaseline.model.units import convert, find

HEAD = re.compile(
    rb'Time ?\(%\)[ ",|]{1,80}Total Time(?: \([a-z\xc2\xb5]{1,6}\))?[ ",|]{1,80}Instances\b'
)
JSON_HEAD = re.compile(rb'"Time ?\(%\)"\s{0,9}:')
SKIPPED = re.compile(rb"SKIPPED: [^\n]{0,1024} does not contain CUDA kernel data")
_BANNER = re.compile(r"\*\* .{1,120} \((?P<report>[a-z_0-9:-]{1,60})\):")
_SCRIPT = re.compile(
    r"(?:(?:Processing|Running) \[.*?|\[[0-9]{1,2}/[0-9]{1,2}\] Executing ')"
    r"(?P<report>[a-z_0-9]{1,60})(?:\.py\b|' stats report)"
)
_ANY_HEAD = re.compile(r'"?(?:Time ?\(%\)|Total(?: \(|  ))')
_COLUMN = re.compile(r"(?P<what>[A-Za-z]+(?: Time)?) ?(?:\((?P<unit>[^()]{1,8})\))?")
_WORDS = {
    "Total Time": "total",
    "Instances": "instances",
    "Med": "median",
    "Median": "median",
    "Min": "low",
    "Minimum": "low",
    "Max": "high",
    "Maximum": "high",
    "Name": "name",
}
_SHARE = re.compile(r"Time ?\(%\)")
_ROUNDING = 0.051  # percent, of each share
_WIDE = frozenset({"GridXYZ", "BlockXYZ"})  # three numbers each
_MAIN = frozenset({"cuda_gpu_kern_sum", "gpukernsum"})
_GAP = re.compile(r" {2,}|\t")


@dataclass(slots=True, kw_only=True)
class Report:
    """One kernel report: its name where the output tells it, the line of its head, its rows."""

    name: str
    line: int
    columns: Sequence[str]
    comma: bool = False
    kernels: list[Kernel] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)

    def add(self, name: str, line: int, cells: Mapping[str, str]) -> None:
        """Add a row's kernel and its share in percent."""
        self.kernels.append(_kernel(name, line, cells))
        share = next((cell for column, cell in cells.items() if _SHARE.fullmatch(column)), "")
        self.shares.append(_number(f"{name}:{line}", "Time (%)", share) or 0.0)


def read(name: str, data: bytes, over: list[PassedOver]) -> Report:
    """Return the kernel report of an output; InputError where there is none, or two."""
    if JSON_HEAD.search(data):
        found = list(_from_json(name, data, over))
    else:
        found = list(_from_lines(name, lines(data), over))
    main = [one for one in found if one.name.partition(":")[0] in _MAIN] or found
    if not main:
        skipped = SKIPPED.search(data)
        raise InputError(
            "the profile holds no CUDA kernels" if skipped else "no kernel report in it",
            code="nsys/skipped" if skipped else "nsys/none",
            where=name,
            hint="profile with --trace=cuda, then "
            "nsys stats --report cuda_gpu_kern_sum --format csv FILE",
        )
    if len(main) > 1:
        raise InputError(
            f"a second kernel report; the first begins at line {main[0].line}",
            code="nsys/several",
            where=f"{name}:{main[1].line}",
            hint="give the reports one by one; runs of one program are trials",
        )
    told = sum(main[0].shares)
    if 0 < told < 100 - _ROUNDING * (len(main[0].shares) + 1):
        raise cut_off(
            f"{name}:{main[0].line}",
            f"the kernels' shares add up to {told:.1f} %: rows are missing",
            code="nsys/truncated",
        )
    over.extend(
        passed(name, one.line, f"{one.name}: the same kernels in another report")
        for one in found
        if one is not main[0]
    )
    return main[0]


def _from_json(name: str, data: bytes, over: list[PassedOver]) -> Iterator[Report]:
    texts: list[PassedOver] = []
    said, heard = "", 0
    for document in logged(name, data, texts):
        for entry in texts[heard:]:
            said = _report(entry.text) or said
        heard, line = len(texts), document.line
        rows = [table(row) for row in items(document.value)]
        head = list(rows[0]) if rows else []
        if not _is_kernel_head(head):
            over.append(passed(name, line, f"{said or 'a report'}: not of kernels"))
            continue
        report = Report(name=said, line=line, columns=head)
        for row in rows:
            cells = {one_line(key): _spelled(value) for key, value in row.items()}
            report.add(name, line, cells)
        yield report
    over.extend(texts)


def _spelled(value: JSON) -> str:
    known = number(value)
    return value if isinstance(value, str) else "" if known is None else repr(known)


def _from_lines(name: str, log: Iterable[Line], over: list[PassedOver]) -> Iterator[Report]:
    said = ""
    report: Report | None = None
    for line in log:
        cells, banner = _head_cells(line.text), _report(line.text)
        if report and (banner or _ANY_HEAD.match(line.text)):
            yield report
            report = None
        if banner:
            said = banner
        elif _is_kernel_head(cells):
            comma = "," in line.text
            report = Report(name=said, line=line.number, columns=cells, comma=comma)
        elif report and line.text and not re.fullmatch(r"[ -]+", line.text):
            row = _row(name, line.number, report, line.text)
            if row is None:
                over.append(passed(name, line.number, line.text))
            else:
                report.add(name, line.number, row)
        elif line.text and not report:
            over.append(passed(name, line.number, line.text))
    if report:
        yield report


def _report(text: str) -> str | None:
    match = _BANNER.search(text) or _SCRIPT.match(text)
    return match["report"] if match else None


def _head_cells(text: str) -> list[str]:
    if not text.startswith(("Time", '"Time')):
        return []
    return _csv(text) if "," in text else _GAP.split(text)


def _is_kernel_head(cells: Sequence[str]) -> bool:
    known = {_word(cell) for cell in cells}
    return {"total", "instances", "name"} <= known and "Source" not in cells


def _word(column: str) -> str | None:
    match = _COLUMN.fullmatch(column)
    return _WORDS.get(match["what"]) if match else None


def _row(name: str, line: int, report: Report, text: str) -> dict[str, str] | None:
    """Return the cells of a row by column; None for a line that does not begin in a digit."""
    if not text.lstrip('"')[:1].isdigit():
        return None
    if report.comma:
        cells = _csv(text)
    else:
        wide = sum(column in _WIDE for column in report.columns)
        words = text.split(None, len(report.columns) - 1 + 2 * wide)
        cells = []
        for column in report.columns:
            take = 3 if column in _WIDE else 1
            cells.append(" ".join(words[:take]))
            words = words[take:]
    if len(cells) != len(report.columns) or not cells[-1]:
        raise InputError(
            f"a row that is not whole: {one_line(text)[:60]!r}",
            code="nsys/row",
            where=f"{name}:{line}",
            hint="give the whole output of nsys stats",
        )
    return dict(zip(report.columns, cells, strict=True))


def _csv(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        return []


def _kernel(name: str, line: int, cells: Mapping[str, str]) -> Kernel:
    unit = ""
    found: dict[str, str] = {}
    for column, cell in cells.items():
        match = _COLUMN.fullmatch(column)
        word = _WORDS.get(match["what"]) if match else None
        if word and match:
            found[word] = cell
            unit = match["unit"] if word == "total" and match["unit"] else unit
    where = f"{name}:{line}"
    known = find(unit or "ns")
    if known is None or known.dimension != "time":
        raise InputError(
            f"times are in {one_line(unit)!r}; expected ns, us, ms or s",
            code="nsys/unit",
            where=where,
        )
    instances = _number(where, "Instances", found.get("instances", ""))
    total = _number(where, "Total Time", found.get("total", ""))
    if instances is None or total is None or not instances.is_integer():
        raise InputError(
            "a kernel without its total time or its whole number of instances",
            code="nsys/row",
            where=where,
        )
    if not found["name"].strip():
        raise InputError("a kernel without a name", code="nsys/row", where=where)
    return Kernel(
        name=found["name"],
        total=convert(total, known.code, "ns"),
        instances=int(instances),
        median=_time(where, known.code, "Med", found.get("median")),
        low=_time(where, known.code, "Min", found.get("low")),
        high=_time(where, known.code, "Max", found.get("high")),
    )


def _time(where: str, unit: str, column: str, cell: str | None) -> float | None:
    value = _number(where, column, cell or "")
    return None if value is None else convert(value, unit, "ns")


def _number(where: str, column: str, cell: str) -> float | None:
    if not cell.strip():
        return None
    value = grouped(cell.strip())
    if value is None or not 0 <= value <= MAX_INTEGER:
        raise InputError(
            f"{column}: expected a number, got {one_line(cell)[:40]!r}",
            code="nsys/number",
            where=where,
            hint="nsys wrote it in another locale; run it with LC_ALL=C, or with --format csv",
        )
    return value
