"""The metrics of one document all at once, column by column.

A diff reads ten thousand metrics, which have two units and one direction between them: to ask a
column what it holds costs a tenth of asking each value. What is asked is just what ``metric_json``
asks of one metric. A table in which anything is wrong is left to it: it says what, and where.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from gitbaseline.frozen import known_each
from gitbaseline.model.codec import JSON, MAX_INTEGER, Scalar
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.text import fault_in_line, fault_in_text

_PART = 500  # metrics at a time: more do not stay in the processor's cache from column to column
_NONE: Mapping[str, Scalar] = {}  # of all that have none; nobody writes through a Mapping
_NUMBERS = {int, float}
_SCALARS = {str, bool, type(None), *_NUMBERS}


def at_once(table: JSON) -> dict[str, Metric] | None:
    """Return the metrics by key, None where anything is not as it must be.

    The table is taken over: its objects become the metrics themselves.
    """
    if not isinstance(table, dict) or not table or not _names(table):
        return None
    metrics: list[Any] = [*table.values()]
    found: list[Metric] = []
    try:
        for start in range(0, len(metrics), _PART):
            part = metrics[start : start + _PART]
            if not _is_right(part):
                return None
            found += _metrics(part)
    except (KeyError, TypeError):  # something needed is not there; what is no text is no word
        return None
    return dict(zip(table, found, strict=True))


def _metrics(part: Sequence[dict[str, Any]]) -> list[Metric]:
    for fields in part:
        fields["direction"] = _DIRECTIONS[fields["direction"]]
        fields["validity"] = _VALIDITIES[fields["validity"]]
        if "dimensions" not in fields:
            fields["dimensions"] = _NONE
        if "samples" in fields:
            fields["samples"] = tuple(fields["samples"])
    return known_each(Metric, part)


def _is_right(metrics: Sequence[Any]) -> bool:
    """Whether all columns are; raise KeyError or TypeError where one is not even a column."""
    present: set[str] = set().union(*metrics)
    if not (_are(dict, metrics) and present <= _COLUMNS.keys()):
        return False
    needed = zip(*map(itemgetter(*_NEEDED), metrics), strict=True)
    columns: dict[str, Sequence[Any]] = dict(zip(_NEEDED, needed, strict=True))
    for name in present.difference(_NEEDED):
        columns[name] = [metric[name] for metric in metrics if name in metric]
    return all(_COLUMNS[name](column) for name, column in columns.items())


def _are(kind: type, column: Iterable[Any]) -> bool:
    return {*map(type, column)} == {kind}


def _numbers(column: Sequence[Any]) -> bool:
    kinds = {*map(type, column)}
    if not kinds <= _NUMBERS or not all(map(_within, column) if int in kinds else ()):
        return False
    return all(map(math.isfinite, column))


def _within(number: float) -> bool:
    return type(number) is float or abs(number) <= MAX_INTEGER


def _samples(column: Sequence[Any]) -> bool:
    return _are(list, column) and all(column) and _numbers([*chain.from_iterable(column)])


def _names(texts: Mapping[str, Any] | set[str]) -> bool:
    return "" not in texts and fault_in_line(" ".join(texts)) is None


def _lines(column: Sequence[Any]) -> bool:
    texts = {*column}
    return _are(str, texts) and _names(texts)


def _one_of(words: Mapping[str, object]) -> Callable[[Sequence[Any]], bool]:
    return lambda column: {*column} <= words.keys()


def _counts(column: Sequence[Any]) -> bool:
    return _are(int, column) and min(column) >= 1


def _flags(column: Sequence[Any]) -> bool:
    return _are(bool, column) and all(column)


def _dimensions(column: Sequence[Any]) -> bool:
    if not (_are(dict, column) and all(column) and _names(set().union(*column))):
        return False
    values = [*chain.from_iterable(map(dict.values, column))]
    texts = {value for value in values if type(value) is str}
    return (
        {*map(type, values)} <= _SCALARS
        and not any(map(fault_in_text, texts))
        and all(math.isfinite(value) for value in values if type(value) is float)
    )


_DIRECTIONS = {direction.value: direction for direction in Direction}
_VALIDITIES = {validity.value: validity for validity in Validity}
_COLUMNS: Mapping[str, Callable[[Sequence[Any]], bool]] = {
    "value": _numbers,
    "unit": _lines,
    "direction": _one_of(_DIRECTIONS),
    "validity": _one_of(_VALIDITIES),
    "stat": _lines,
    "n": _counts,
    "samples": _samples,
    "mean": _numbers,
    "std": _numbers,
    "min": _numbers,
    "max": _numbers,
    "tolerance_percent": _numbers,
    "tolerance_absolute": _numbers,
    "headline": _flags,
    "dimensions": _dimensions,
    "unit_source": _lines,
}
_NEEDED = ("value", "unit", "direction", "validity", "stat", "n")
