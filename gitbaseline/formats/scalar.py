"""Numbers given by hand (``--value``): the values, one a line, are the source.

Rules:

- Plain decimal only. A separator of thousands is refused, since 1.234 and 1,234 mean different
  numbers in different places; so are nan, inf, underscores and a unit behind the number.
- Several values are trials of one metric.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, trials
from gitbaseline.formats.numbers import decimal, out_of_range
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction
from gitbaseline.model.text import visible_line
from gitbaseline.model.units import default_direction, find
from gitbaseline.pattern import pattern

_NO_ZERO = pattern(r"([+-]?)(\.[0-9]+)")
_WITH_UNIT = pattern(r"([+-]?[0-9.]+)\s*([^\s0-9].*)")


def from_values(
    texts: Sequence[str],
    *,
    unit: str | None = None,
    direction: Direction | None = None,
    key: str = "value",
) -> Reading:
    """Return the reading of values as typed; InputError says which one is no plain number."""
    if not texts:
        raise InputError("expected at least one value, got none", code="value/none")
    numbers = [_number(text) for text in texts]
    unit = unit or UNKNOWN_UNIT
    metric = trials(
        numbers,
        where="--value",
        unit=unit,
        direction=default_direction(unit) if direction is None else direction,
        unit_source=None if unit == UNKNOWN_UNIT else "user",
    )
    return Reading(format="scalar", metrics={key: metric}, headline=key, suggested_measurement=key)


def inline_bytes(texts: Sequence[str]) -> bytes:
    """Return the source that values given by hand are: one a line, as they were typed."""
    return "".join(f"{text}\n" for text in texts).encode()


def _number(text: str) -> float:
    value = decimal(text)
    if value is None:
        reason, hint = _reason(text)
        raise InputError(
            f"expected a plain decimal number, got {visible_line(text[:40])!r}{reason}",
            code="value/number",
            where="--value",
            hint=hint,
        )
    return value


def _reason(text: str) -> tuple[str, str]:
    match = _WITH_UNIT.fullmatch(text)
    if out_of_range(text):
        return ": that is beyond a 64-bit float", "give it in another unit"
    if "," in text or "'" in text or text.count(".") > 1:
        return ": a separator may mean thousands or decimals", "write 1234.5"
    if "_" in text:
        return ": underscores separate nothing here", "write 1234.5"
    if match and find(match[2]):
        return "", f"give the unit by itself: --value {match[1]} --unit {match[2]}"
    point = _NO_ZERO.fullmatch(text)
    return "", f"write {point[1]}0{point[2]}" if point else "write it like 1234.5 or 1.2345e3"
