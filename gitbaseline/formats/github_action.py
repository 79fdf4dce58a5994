"""The custom JSON of github-action-benchmark (``customBiggerIsBetter``, ``customSmallerIsBetter``).

A list of ``{name, unit, value, range, extra}``; each name is a key. Which way is better stands in
the action's option, not in the file: it comes from the unit or from ``--direction``.

Rules:

- A value may be text; it must be a plain number all the same.
- ``range`` and ``extra`` are free text, other members a custom of the writer: passed over.
- One name several times is refused: the action keeps the last, and nobody can tell why.

Shape: benchmark-action/github-action-benchmark src/extract.ts.
"""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather
from gitbaseline.formats.json_values import items, table, text
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.part import Part
from gitbaseline.model.codec import JSON
from gitbaseline.model.units import find

NAME = "github-action-benchmark"
SUMMARY = "custom JSON of github-action-benchmark (name, unit, value)"

_MEMBERS = {"name", "unit", "value", "range", "extra"}


def sniff(source: Source) -> str | None:
    """Return why this is the action's custom JSON, or None."""
    found = holds(source, _is_list, b'"name"', b'"unit"', b'"value"')
    return "it is a list of name, unit and value" if found else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every value; InputError where one is no number."""
    gather = Gather(source.files[0].path)
    for top in gather.documents(source.files[0].data, _is_any_list):
        seen: set[str] = set()
        for row in top.parts():
            name = row.part("name").text()
            if name in seen:
                raise InputError(
                    f"two values of the name {name[:80]!r}",
                    code="action/same-name",
                    where=row.where,
                    hint="trials are files of their own: record a.json -s b.json",
                )
            seen.add(name)
            _add(gather, name, row)
    return gather.reading(NAME)


def _is_any_list(value: JSON) -> bool:
    return isinstance(value, list)


def _is_list(value: JSON) -> bool:
    rows = items(value)
    needed = {"name", "unit", "value"}
    if not rows or not all(needed <= table(row).keys() for row in rows):
        return False
    # Members of another tool may be dimensions: then names have to tell the rows apart.
    names = {str(table(row)["name"]) for row in rows}
    own = all(table(row).keys() <= _MEMBERS for row in rows)
    return own or (len(names) == len(rows) and all(text(table(row)["unit"]) for row in rows))


def _add(gather: Gather, name: str, row: Part) -> None:
    value = row.part("value")
    number = decimal(value.value.strip()) if isinstance(value.value, str) else value.number()
    if number is None:
        raise value.fault("a plain number")
    unit = row.part("unit").maybe_text() or "unknown"
    gather.add(
        name,
        number,
        line=row.line,
        unit=unit,
        unit_source="format" if find(unit) else None,
    )
    for member, part in row.members():
        if part and member not in ("name", "unit", "value"):
            gather.skip(row.line, f"{name}.{member}: free text")
