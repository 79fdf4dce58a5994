"""Somebody's own JSON or CSV, read by a mapping file (``--mapping FILE``, grammar: ``mapping``).

Rules:

- Nothing is guessed: only what the mapping names is read. A metric that no row has, a row without a
  dimension, a cell that is no plain number are errors with their place.
- An empty cell, null, ``N/A`` and ``nan`` are absent in that row: passed over, never 0.
- A path that finds several numbers, or a list of them, finds samples.
- The mapping's digest goes into the context (``grounding.mapping_sha256``).
- A table's header is the first line that has all the columns; what stands above is passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.gather import Gather, clean
from gitbaseline.formats.json_values import logged
from gitbaseline.formats.mapping import FieldMap, Line
from gitbaseline.formats.numbers import decimal
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, MAX_INTEGER, Scalar

NAME = "mapped"
SUMMARY = "your own JSON or CSV, with --mapping FILE"

_ABSENT = frozenset({"", "n/a", "na", "nan", "null", "none", "-", "inf", "-inf", "infinity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One result: where it stands, and how a value in it is found."""

    line: int
    find: Callable[[str], Sequence[JSON]]


def sniff(source: Source) -> str | None:  # noqa: ARG001 - a file alone does not say what it means
    """Return None: a mapping is given, never detected."""
    return None


def read(source: Source, options: Options) -> Reading:
    """Return the metrics that the mapping names; InputError where there is no mapping."""
    fields = options.mapping
    if fields is None:
        raise InputError(
            "this format needs a mapping",
            code="mapping/none",
            where=source.name,
            hint="give one with --mapping FILE; docs/formats.md shows how to write it",
        )
    gather = Gather(source.files[0].path)
    file = source.files[0]
    rows = _json_rows if fields.delimiter is None else _csv_rows
    seen: set[str] = set()
    headline: str | None = None
    for row in rows(gather, file, fields):
        dimensions = {
            name: _dimension(gather, row, name, at) for name, at in fields.dimensions.items()
        }
        for line in fields.metrics:
            key = line.key_of({name: str(value) for name, value in dimensions.items()})
            numbers = _numbers(gather, row, line)
            if numbers:
                seen.add(line.key)
                headline = clean(key) if line.headline and headline is None else headline
                gather.add(
                    key,
                    numbers,
                    line=row.line,
                    unit=line.unit,
                    direction=line.direction,
                    dimensions=dimensions,
                    unit_source="user",
                )
    for line in fields.metrics:
        if line.key not in seen:
            raise InputError(
                f"nothing at {line.value!r}, where the mapping has {line.key!r}",
                code="mapping/nothing",
                where=gather.file,
                hint="correct the path or column in the mapping, or take the metric out",
            )
    return gather.reading(
        NAME,
        headline=headline,
        context={"grounding": {"mapping_sha256": fields.digest}},
    )


def _numbers(gather: Gather, row: _Row, line: Line) -> list[float]:
    found: list[float] = []
    for value in _flat(row.find(line.value)):
        number = _number(value)
        if number is not None:
            found.append(number)
        elif value is None or (isinstance(value, str) and value.strip().lower() in _ABSENT):
            gather.skip(row.line, f"{line.value}: absent")
        else:
            raise InputError(
                f"{line.value}: expected a plain number, got {clean(str(value))[:40]!r}",
                code="mapping/number",
                where=f"{gather.file}:{row.line}",
                hint="write 1234.5, without separators of thousands and without the unit",
            )
    return found


def _flat(values: Sequence[JSON]) -> Iterator[JSON]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _number(value: JSON) -> float | None:
    if isinstance(value, str):
        return decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return decimal(repr(value))


def _dimension(gather: Gather, row: _Row, name: str, at: str) -> Scalar:
    found = row.find(at)
    value = found[0] if len(found) == 1 else None
    if not isinstance(value, bool | int | float | str) or value == "":
        raise InputError(
            f"dimension {name}: expected one value at {at!r}, got {len(found) or 'none'}",
            code="mapping/dimension",
            where=f"{gather.file}:{row.line}",
        )
    number = _number(value)
    if number is None or isinstance(value, str) or abs(number) > MAX_INTEGER:
        return value if isinstance(value, bool) else clean(str(value))
    return int(number) if isinstance(value, int) else number + 0.0


def _csv_rows(gather: Gather, file: SourceFile, fields: FieldMap) -> Iterator[_Row]:
    wanted = [*fields.dimensions.values(), *(line.value for line in fields.metrics)]
    text = file.data.decode("utf-8-sig", "replace")
    table = csv.reader(io.StringIO(text, newline=""), delimiter=fields.delimiter or ",")
    header: list[str] | None = None
    try:
        for cells in table:
            line = table.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                names = [cell.strip() for cell in cells]
                if set(wanted) <= set(names):
                    header = _once(gather, line, names, wanted)
                else:
                    gather.skip(line, ",".join(cells))
                continue
            if len(cells) != len(header):
                raise InputError(
                    f"expected {len(header)} cells, got {len(cells)}",
                    code="mapping/cells",
                    where=f"{gather.file}:{line}",
                    hint="the file is cut off, or its delimiter is another",
                )
            yield _Row(line=line, find=_column(dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise InputError(
            f"no CSV: {error}", code="mapping/csv", where=f"{gather.file}:{table.line_num}"
        ) from None
    if header is None:
        raise InputError(
            f"no line has the columns {', '.join(repr(name) for name in dict.fromkeys(wanted))}",
            code="mapping/columns",
            where=gather.file,
            hint="correct the columns or csv.delimiter in the mapping",
        )


def _once(gather: Gather, line: int, names: list[str], wanted: Sequence[str]) -> list[str]:
    for name in wanted:
        if names.count(name) > 1:
            raise InputError(
                f"two columns are named {name!r}",
                code="mapping/columns",
                where=f"{gather.file}:{line}",
            )
    return names


def _column(row: Mapping[str, str]) -> Callable[[str], Sequence[JSON]]:
    return lambda name: [row[name].strip()]


def _json_rows(gather: Gather, file: SourceFile, fields: FieldMap) -> Iterator[_Row]:
    find = _finder()
    for document in logged(file.path, file.data, gather.over):
        for row in find(fields.rows, document.value):
            yield _Row(line=document.line, find=partial(_found_in, find, row))


def _found_in(find: Callable[[str, JSON], Sequence[JSON]], row: JSON, path: str) -> Sequence[JSON]:
    return find(path, row)


def _finder() -> Callable[[str, JSON], Sequence[JSON]]:
    """Return the function that finds what a JSONPath names in a value."""
    from jsonpath import JSONPathEnvironment  # noqa: PLC0415 - 65 ms that only a mapping pays
    from jsonpath.exceptions import JSONPathError  # noqa: PLC0415

    environment = JSONPathEnvironment(strict=True)
    known = {}

    def find(path: str, value: JSON) -> Sequence[JSON]:
        try:
            if path not in known:
                known[path] = environment.compile(path)
            if not isinstance(value, dict | list):  # the library would take text for a document
                return [value] if path == "$" else []
            return [match.obj for match in known[path].finditer(value)]  # type: ignore[misc]
        except JSONPathError as error:
            raise InputError(
                f"no JSONPath: {clean(str(error.args[0]))}",
                code="mapping/path",
                where=path,
                hint="RFC 9535: $ is the row, $.a.b a member, $.a[*].b one of every item",
            ) from None

    return find
