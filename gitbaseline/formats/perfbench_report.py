"""A report's table with a row for each concurrency: Markdown, or columns of text.

::

    | Concurrency | Output tok/s | TTFT p50 (ms) | TTFT p95 (ms) | ITL p50 (ms) | tok/s/user |
    |---|---|---|---|---|---|
    | 16 | 2,140.5 | 31.5 | 58.0 | 7.25 | 133.8 |

Rules:

- A table counts if its first row has a column for the concurrency (``Concurrency``, ``Conc``,
  ``C``). Columns of text are apart by two spaces or a tab.
- A column is known by its heading: what (TTFT, ITL, tok/s, tok/s/user, latency, errors), which
  percentile (p50 or median, p95, p99), in which unit (ms where none stands there). A latency
  without a percentile is some other statistic and is passed over; so is any other column.
- Numbers have a point before decimals, commas between thousands, and may be bold or carry their
  unit. ``-``, ``n/a``, ``null`` and nothing are not measured.
- Two columns of one meaning, or two rows of one concurrency, are refused: nobody can say which
  counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, SourceFile, passed
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import grouped
from gitbaseline.formats.perfbench_keys import THROUGHPUT
from gitbaseline.frozen import dataclass

MARK = re.compile(rb"\bconc(?:urrency)?\b|\bC\b", re.IGNORECASE)
_CONCURRENCY = re.compile(r"c|conc(?:urrency)?(?: level)?|max concurrency")
_RULE = re.compile(r"[\s|:+=-]+")
_GAP = re.compile(r" {2,}|\t")
_LEVEL = re.compile(
    r"(?:c(?:onc(?:urrency)?)?[ =_-]?)?0{0,9}([1-9][0-9]{0,2}(?:,[0-9]{3}){0,2}|[1-9][0-9]{3,6})"
)
_LEVELS = "concurrency"
_STYLE = re.compile(r"[*`_~]")
_TRAILING = re.compile(r"(?P<number>[+-]?[0-9][0-9,.eE+-]{0,40})\s{0,3}(?P<unit>[a-zA-Z/%]{0,20})")
_PERCENTILE = re.compile(r"p ?(50|95|99)(?![0-9.])|\b(50|95|99)th\b|\b(median)\b")
_NOTHING = frozenset({"", "-", "--", "\u2013", "\u2014", "n/a", "na", "null", "none", "nan"})
_TOKENS = r"(?:tok(?:en)?s?)"
_THROUGHPUT = re.compile(
    rf"\b{_TOKENS} ?(?:/|per) ?s(?:ec(?:ond)?)?\b|\btps\b|\b(?:output )?(?:token )?throughput\b"
)
_USER = re.compile(r"\b(?:/ ?|per[ -]?)?user\b")
_OTHER_RATE = re.compile(r"\breq(?:uest)?s?\b|\binput\b|\btotal\b|\bprefill\b|\bgpu\b")
_LATENCIES = (
    ("ttft", re.compile(r"\bttft\b|time to first token"), ("50", "95", "99")),
    ("itl", re.compile(r"\bitl\b|inter[ -]token"), ("50",)),
    ("request_latency", re.compile(r"\be2e\w*\b|\b(?:request )?latency\b"), ("50",)),
)
_ERRORS = re.compile(r"(?:num |failed )?(?:errors?|failed|failures|failed requests)")
_UNIT_MS = {"ms": 1.0, "msec": 1.0, "s": 1000.0, "sec": 1000.0, "us": 0.001}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One concurrency of a report: where it stands, its numbers and their last decimals' size."""

    where: str
    numbers: dict[str, float]
    grain: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    key: str
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The table that a row stands in: its columns, and which of them is the concurrency."""

    columns: Sequence[_Column | None]
    level_at: int


def rows(file: SourceFile, over: list[PassedOver]) -> dict[int, ReportRow]:
    """Return the rows by concurrency, empty where the file has no such table."""
    found: dict[int, ReportRow] = {}
    if not MARK.search(file.data):
        return found
    table: _Table | None = None
    for line in lines(file.data):
        cells = _cells(line.text)
        if not cells:
            # A rule below the head, or between rows, does not end a table; all else does.
            table = table if line.text and _RULE.fullmatch(line.text) else None
        elif made := _head(file.path, line, cells, over):
            table = made
        elif table:
            where = f"{file.path}:{line.number}"
            match = _LEVEL.fullmatch(cells[min(table.level_at, len(cells) - 1)])
            if not match:
                over.append(passed(file.path, line.number, "a row without a concurrency"))
                continue
            level = int(match[1].replace(",", ""))
            if level in found:
                raise _again(where, level, found[level])
            found[level] = _row(where, cells, table)
    return found


def _cells(text: str) -> list[str]:
    if _RULE.fullmatch(text):
        return []
    cells = text.strip("|").split("|") if "|" in text else _GAP.split(text)
    return [_STYLE.sub("", cell).strip() for cell in cells] if len(cells) > 1 else []


def _head(name: str, line: Line, cells: Sequence[str], over: list[PassedOver]) -> _Table | None:
    """Return the table if these cells are a heading with one concurrency, else None."""
    plain = [" ".join(re.sub(r"[^a-z0-9/.]+", " ", cell.lower()).split()) for cell in cells]
    if sum(_CONCURRENCY.fullmatch(word) is not None for word in plain) != 1:
        return None
    columns: list[_Column | None] = []
    for cell, word in zip(cells, plain, strict=True):
        column = _column(word)
        if column is None:
            over.append(passed(name, line.number, f"{cell}: not a column that is known"))
        elif any(column.key == earlier.key for earlier in columns if earlier):
            raise InputError(
                f"two columns are {column.key}; the second is {cell[:60]!r}",
                code="perfbench/ambiguous",
                where=f"{name}:{line.number}",
                hint="name one of them otherwise",
            )
        columns.append(column)
    level_at = next(at for at, column in enumerate(columns) if column and column.key == _LEVELS)
    return _Table(columns=columns, level_at=level_at)


def _column(word: str) -> _Column | None:
    if _CONCURRENCY.fullmatch(word):
        return _Column(key=_LEVELS)
    if _ERRORS.fullmatch(word):
        return _Column(key="errors")
    for what, pattern, percentiles in _LATENCIES:
        if pattern.search(word):
            match = _PERCENTILE.search(word)
            share = match and (match[1] or match[2] or "50")
            unit = next((u for u in reversed(word.split()) if u in _UNIT_MS), "ms")
            if share not in percentiles:
                return None
            return _Column(key=f"{what}_p{share}_ms", factor=_UNIT_MS[unit])
    if _THROUGHPUT.search(word):
        if _USER.search(word):
            return _Column(key="tps_per_user")
        return None if _OTHER_RATE.search(word) else _Column(key=THROUGHPUT)
    return None


def _row(where: str, cells: Sequence[str], table: _Table) -> ReportRow:
    if len(cells) != len(table.columns):
        raise InputError(
            f"a row of {len(cells)} cells under a head of {len(table.columns)}",
            code="perfbench/row",
            where=where,
        )
    numbers: dict[str, float] = {}
    grain: dict[str, float] = {}
    for key, value, size in _numbers(where, cells, table):
        numbers[key], grain[key] = value, size
    return ReportRow(where=where, numbers=numbers, grain=grain)


def _again(where: str, level: int, first: ReportRow) -> InputError:
    return InputError(
        f"concurrency {level} stands at {first.where} too",
        code="perfbench/ambiguous",
        where=where,
        hint="a bundle is of one model and one run; put the others into folders of their own",
    )


def _numbers(where: str, cells: Sequence[str], table: _Table) -> Iterator[tuple[str, float, float]]:
    for cell, column in zip(cells, table.columns, strict=True):
        if column is None or column.key == _LEVELS or cell.lower() in _NOTHING:
            continue
        match = _TRAILING.fullmatch(cell)
        value = grouped(match["number"]) if match else None
        if match is None or value is None:
            raise InputError(
                f"{column.key}: expected a number, got {cell[:40]!r}",
                code="perfbench/number",
                where=where,
                hint="one number a cell, with a point before decimals",
            )
        factor = column.factor
        if column.key.endswith("_ms") and match["unit"]:
            factor = _UNIT_MS.get(match["unit"].lower(), factor)
        decimals = len(match["number"].partition(".")[2])
        yield column.key, value * factor, factor / 10**decimals
