"""Values of JSON and CSV as the cells of a printed table of nccl-tests, and as its labels."""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.formats.json_values import number, one_line
from gitbaseline.formats.numbers import decimal
from gitbaseline.model.codec import JSON
from gitbaseline.model.codec import number as spelled

LABELS = ("size", "count", "type", "redop", "root")
CELLS = ("algbw", "busbw", "#wrong")  # behind the time


def cell(value: JSON) -> str:
    """Return a number as the table would print it, anything else so that it is refused."""
    found = number(value)
    return one_line(str(value)) if found is None else spelled(found)


def wrong(value: JSON) -> str:
    """Return the cell of ``#wrong``, which says so where nothing was checked."""
    return "N/A" if value is None else cell(value)


def loose(value: JSON) -> float | None:
    """Return a number that JSON may write as text, and CSV always does."""
    return decimal(value.strip()) if isinstance(value, str) else number(value)


def whole(name: str, line: int, key: str, value: JSON) -> int:
    """Return a size or a count; InputError where it is none."""
    found = loose(value)
    if found is None or found < 0 or not found.is_integer():
        got = one_line(str(value))[:40]
        raise fault(name, line, f"{key}: expected a whole number from 0, got {got}")
    return int(found)


def fault(name: str, line: int, what: str) -> InputError:
    """Return the error of a result that cannot be read."""
    return InputError(
        what,
        code="nccl/row",
        where=f"{name}:{line}",
        hint="the file is cut or was edited; give what the tool wrote",
    )
