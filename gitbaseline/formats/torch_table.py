"""The table that ``key_averages().table()`` of torch.profiler prints.

Keys: ``self_cpu_total`` and ``self_<device>_total`` of the footer, ``<operator>.self_cpu`` and
``<operator>.self_<device>`` of the rows. Only self times: those of parents hold their children.

Rules:

- Times scale themselves in each cell; all become microseconds.
- Names are cut to a width, so that two kernels may look alike: rows that share a name are passed
  over, the totals hold them.
- A table without its footer is cut off. The same table in another order counts once; two tables
  with other totals are refused.

Grammar: torch/autograd/profiler_util.py, 1.8 to 2.9.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.formats.gather import Gather, Summary, clean
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.model.metric import Direction
from gitbaseline.model.units import convert

_GAP = re.compile(r"\s{2,}")
_TIME = re.compile(r"([0-9.]{1,40})(ns|us|ms|s)")
_TOTAL = re.compile(r"Self (\w{1,40}) time total: (\S{1,40})$")
_SELF = re.compile(r"Self (?!.*(?:%|Mem))(\w{1,40})$")
_CALLS = "# of Calls"


@mutable(slots=True, kw_only=True)
class _Table:
    line: int
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)


def read(form: str, name: str, data: bytes) -> Reading:
    """Return the Reading of the tables of a log; InputError for one that is cut off."""
    found = Gather(name)
    tables = _scan(found, data)
    for table in tables:
        if not table.totals:
            raise InputError(
                "the table has no 'Self ... time total' below it: it is cut off",
                code="torch/truncated",
                where=f"{name}:{table.line}",
                hint="give the whole table",
            )
        if table.totals != tables[0].totals:
            raise InputError(
                f"another profile than the table at line {tables[0].line}",
                code="torch/mixed",
                where=f"{name}:{table.line}",
                hint="put each table into a file of its own",
            )
    if tables:
        _add(found, tables[0])
        for table in tables[1:]:
            found.skip(table.line, "the same table once more")
    return found.reading(form, suggested_measurement="torch_profile", headline=_headline(found))


def _headline(found: Gather) -> str | None:
    totals = [
        key for key in ("self_cuda_total", "self_xpu_total", "self_cpu_total") if found.has(key)
    ]
    return totals[0] if totals else None


def _scan(found: Gather, data: bytes) -> list[_Table]:
    tables: list[_Table] = []
    for line in lines(data):
        if not line.text.strip("-= "):
            continue
        words = _GAP.split(line.text)
        total = _TOTAL.match(line.text)
        if words[0] == "Name" and _CALLS in words:
            tables.append(_Table(line=line.number, header=words))
        elif total and tables:
            tables[-1].totals[total[1].lower()] = _time(found, line, total[2])
        elif tables and not tables[-1].totals and len(words) >= len(tables[-1].header) > 1:
            tables[-1].rows.append((line.number, _row(words, tables[-1].header)))
        else:
            found.skip(line.number, line.text)
    return tables


def _row(words: list[str], header: list[str]) -> list[str]:
    """Return one cell a column; a name may hold gaps itself."""
    more = len(words) - len(header) + 1
    return ["  ".join(words[:more]), *words[more:]]


def _add(found: Gather, table: _Table) -> None:
    for name, total in table.totals.items():
        found.add(
            f"self_{name}_total",
            total,
            line=table.line,
            unit="us",
            summary=Summary(stat="sum", n=max(len(table.rows), 1)),
        )
    names = Counter(row[0] for _, row in table.rows)
    for line, row in table.rows:
        if names[row[0]] > 1:
            found.skip(line, f"{clean(row[0])}: several rows share this name")
            continue
        calls = decimal(row[table.header.index(_CALLS)])
        for column, cell in zip(table.header, row, strict=True):
            device = _SELF.match(column)
            value = _microseconds(cell) if device else None
            if device and value:
                found.add(
                    f"{clean(row[0])}.self_{device[1].lower()}",
                    value,
                    line=line,
                    unit="us",
                    direction=Direction.LOWER,
                    summary=Summary(stat="sum", n=int(calls or 1)),
                )


def _time(found: Gather, line: Line, said: str) -> float:
    value = _microseconds(said)
    if value is None:
        raise InputError(
            f"expected a time such as 12.3ms, got {said!r}",
            code="torch/number",
            where=f"{found.file}:{line.number}",
        )
    return value


def _microseconds(said: str) -> float | None:
    match = _TIME.fullmatch(said)
    value = decimal(match[1]) if match else None
    return None if value is None or match is None else convert(value, match[2], "us")
