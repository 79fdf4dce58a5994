"""A metric's place in ``baseline.json``: optional keys are left out where they say nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.shape import ShapeError, kind_of, scalar, table
from gitbaseline.model.text import fault_in_line

_NUMBERS = ("mean", "std", "min", "max", "tolerance_percent", "tolerance_absolute")


def to_plain(metric: Metric) -> dict[str, JSON]:
    """Return the metric as JSON values."""
    plain: dict[str, JSON] = {
        "direction": metric.direction,
        "n": metric.n,
        "stat": metric.stat,
        "unit": metric.unit,
        "validity": metric.validity,
        "value": metric.value,
    }
    for name in _NUMBERS:
        number = getattr(metric, name)
        if number is not None:
            plain[name] = number
    if metric.samples:
        plain["samples"] = list(metric.samples)
    if metric.headline:
        plain["headline"] = True
    if metric.dimensions:
        plain["dimensions"] = dict(metric.dimensions)
    if metric.unit_source is not None:
        plain["unit_source"] = metric.unit_source
    return plain


def from_plain(value: JSON, where: str) -> Metric:
    """Read one metric; an optional key that says nothing is refused, so there is one spelling."""
    if not isinstance(value, dict):
        raise ShapeError(f"{where}: expected an object, got {kind_of(value)}")
    read: dict[str, Any] = {}
    for key, item in value.items():
        if key not in _READERS:
            raise ShapeError(f"{where}.{key}: unknown key")
        try:
            read[key] = _READERS[key](item, "")
        except ShapeError:
            _READERS[key](item, f"{where}.{key}")  # once more, to say where
    if not read.keys() >= _NEEDED:
        raise ShapeError(f"{where}.{min(_NEEDED - read.keys())}: missing")
    try:
        return Metric(**read)
    except OverflowError:  # of whole numbers, which JSON lets be of any length
        raise ShapeError(f"{where}: a number beyond the range of a 64-bit float") from None


# A diff reads ten thousand metrics: a key costs one call, and its place is spelled only if wrong.


def _number(value: JSON, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ShapeError(f"{where}: expected a number, got {kind_of(value)}")
    return value


def _count(value: JSON, where: str) -> int:
    if type(value) is not int or value < 1:
        got = value if type(value) in (int, float) else kind_of(value)
        raise ShapeError(f"{where}: expected a whole number from 1, got {got}")
    return value


def _samples(value: JSON, where: str) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ShapeError(f"{where}: expected a list, got {kind_of(value)}")
    odd = {*map(type, value)} - {int, float}
    if odd:
        kind = next(kind_of(item) for item in value if type(item) in odd)
        raise ShapeError(f"{where}: expected numbers only, got {kind}")
    return tuple(_said(value, where))  # type: ignore[arg-type] # numbers only, as of the line before


def _line(value: JSON, where: str) -> str:
    if not isinstance(value, str):
        raise ShapeError(f"{where}: expected text, got {kind_of(value)}")
    fault = fault_in_line(value) if value else "none"
    if fault:
        raise ShapeError(f"{where}: expected one line of text, got {fault}")
    return value


def _direction(value: JSON, where: str) -> Direction:
    return _choice(value, where, _DIRECTIONS)


def _validity(value: JSON, where: str) -> Validity:
    return _choice(value, where, _VALIDITIES)


def _choice(value: JSON, where: str, known: Mapping[str, Choice]) -> Choice:
    if not isinstance(value, str) or value not in known:
        raise ShapeError(f"{where}: expected {' or '.join(known)}, got {repr(value)[:80]}")
    return known[value]


def _flag(value: JSON, where: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(f"{where}: expected true or false, got {kind_of(value)}")
    return _said(value, where)


def _dimensions(value: JSON, where: str) -> dict[str, Scalar]:
    return _said(table(value, where, scalar), where)


def _said(value: Said, where: str) -> Said:
    if not value:
        raise ShapeError(f"{where}: an optional key that says nothing is left out")
    return value


Choice = TypeVar("Choice", Direction, Validity)
Said = TypeVar("Said")

_DIRECTIONS = {direction.value: direction for direction in Direction}
_VALIDITIES = {validity.value: validity for validity in Validity}
_READERS: Mapping[str, Callable[[JSON, str], object]] = {
    "value": _number,
    "unit": _line,
    "direction": _direction,
    "validity": _validity,
    "stat": _line,
    "n": _count,
    "samples": _samples,
    "headline": _flag,
    "dimensions": _dimensions,
    "unit_source": _line,
    **dict.fromkeys(_NUMBERS, _number),
}
_NEEDED = {"value", "unit", "direction", "validity", "stat", "n"}
