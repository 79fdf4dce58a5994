"""What the person wants of a reading: which metrics, in which units, which one is the headline.

Rules:

- ``metric`` keeps the keys it names or, as a shell pattern, matches; a pattern that matches
  nothing is an error, for it would silently record less than was asked.
- A unit or direction given for a key (or pattern) replaces what the file said. One given for
  all (``""``) only fills in where the file says nothing.
- A unit that the format states is a fact: another one for that key is an error, and so is one
  for all where it names no metric's unit and fills in nothing.
- A direction for all against the headline's own is an error: it would change nothing that counts.
- A unit from the person brings its own direction where neither file nor person gives one.
- The headline is the person's, else the format's if it is still there, else the only metric.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from shlex import quote
from typing import TypeVar

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Metric
from gitbaseline.model.units import default_direction, find

Given = TypeVar("Given", str, Direction)


def settle(reading: Reading, options: Options) -> Reading:
    """Return the reading as the person wants it; InputError for a key that is not there."""
    metrics = _selected(reading.metrics, options.metric)
    for patterns in (options.units, options.directions):
        for pattern in patterns:
            if pattern:
                _require(pattern, metrics)
    _check_units(metrics, options.units)
    headline = options.headline
    if headline is not None and headline not in metrics:
        raise _no_such(headline, metrics)
    if headline is None and reading.headline in metrics:
        headline = reading.headline
    if headline is None and len(metrics) == 1:
        headline = next(iter(metrics))
    if headline is not None:
        _check_direction(headline, metrics[headline], options.directions)
    if options.units or options.directions:
        metrics = {key: _dressed(key, metric, options) for key, metric in metrics.items()}
    return replace(reading, metrics=_with_headline(metrics, headline), headline=headline)


def _selected(metrics: Mapping[str, Metric], patterns: tuple[str, ...]) -> Mapping[str, Metric]:
    for pattern in patterns:
        _require(pattern, metrics)
    if not patterns:
        return metrics
    return {key: m for key, m in metrics.items() if any(_matches(key, p) for p in patterns)}


def _with_headline(metrics: Mapping[str, Metric], headline: str | None) -> dict[str, Metric]:
    wrong = [key for key, metric in metrics.items() if metric.headline is not (key == headline)]
    return {**metrics, **{key: replace(metrics[key], headline=key == headline) for key in wrong}}


def _dressed(key: str, metric: Metric, options: Options) -> Metric:
    unit = _given(key, options.units)
    if unit is None and metric.unit == UNKNOWN_UNIT:
        unit = options.units.get("")
    if unit is not None:
        metric = replace(metric, unit=unit, unit_source="user")
    direction = _given(key, options.directions)
    if direction is None and metric.direction is Direction.UNKNOWN:
        direction = options.directions.get("") or (default_direction(unit) if unit else None)
    return metric if direction is None else replace(metric, direction=direction)


def _check_units(metrics: Mapping[str, Metric], units: Mapping[str, str]) -> None:
    stated = {key: m for key, m in metrics.items() if m.unit_source == "format"}
    for key, metric in stated.items():
        unit = _given(key, units)
        if unit is not None and not _same_unit(unit, metric.unit):
            raise _contradiction(key, metric, unit)
    rest = units.get("")
    used = rest is None or any(
        m.unit == UNKNOWN_UNIT or _same_unit(rest, m.unit) for m in metrics.values()
    )
    if rest is not None and not used and stated:
        key = next(iter(stated))
        raise _contradiction(key, stated[key], rest)


def _check_direction(headline: str, metric: Metric, directions: Mapping[str, Direction]) -> None:
    rest = directions.get("")
    known = metric.direction not in (Direction.UNKNOWN, rest)
    if rest is not None and known and _given(headline, directions) is None:
        got = rest.removesuffix("-is-better")
        raise InputError(
            f"{headline} is read as {metric.direction}, got --direction {got}",
            code="direction/format",
            where="--direction",
            hint=f"if you know better: --direction {quote(f'{headline}={got}')}",
        )


def _same_unit(one: str, other: str) -> bool:
    known, there = find(one), find(other)
    return one == other or (known is not None and known == there)


def _contradiction(key: str, metric: Metric, unit: str) -> InputError:
    return InputError(
        f"the format states {metric.unit} for {key}, got --unit {unit}",
        code="unit/format",
        where="--unit",
        hint="leave --unit out; the number is recorded as the tool printed it",
    )


def _given(key: str, by_key: Mapping[str, Given]) -> Given | None:
    if key in by_key:
        return by_key[key]
    return next((value for pattern, value in by_key.items() if _matches(key, pattern)), None)


def _matches(key: str, pattern: str) -> bool:
    return key == pattern or fnmatchcase(key, pattern)


def _require(pattern: str, metrics: Mapping[str, Metric]) -> None:
    if not any(_matches(key, pattern) for key in metrics):
        raise _no_such(pattern, metrics)


def _no_such(key: str, metrics: Mapping[str, Metric]) -> InputError:
    from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits

    near = get_close_matches(key, metrics, n=3, cutoff=0.4) or list(metrics)[:3]
    return InputError(
        f"no metric {key!r} among the {len(metrics)} that were read",
        code="metric/unknown",
        hint=f"there is {', '.join(near)}",
    )
