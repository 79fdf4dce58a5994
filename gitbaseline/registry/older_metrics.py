"""The numbers of an older ``baseline.json``: one ``value``, or ``metrics`` by key.

A metric may be a bare number. Where it names neither unit nor direction, its key's ending does,
else what the document says for all, else nobody knows. With samples what follows from them is
computed, and what the document says of them stays behind where it says something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gitbaseline.formats.base import trials
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Metric, Validity
from gitbaseline.model.units import default_direction, suffix_unit
from gitbaseline.registry.loose import Loose, count, flag, line, number, numbers

_SAMPLES = ("samples", "trials", "values")
_COMPUTED = ("mean", "std", "min", "max")
_TOLERANCES = ("tolerance_percent", "tolerance_absolute")
_DIRECTIONS = {
    "higher": Direction.HIGHER,
    "bigger": Direction.HIGHER,
    "maximize": Direction.HIGHER,
    "lower": Direction.LOWER,
    "smaller": Direction.LOWER,
    "minimize": Direction.LOWER,
    "two-sided": Direction.TWO_SIDED,
    "unknown": Direction.UNKNOWN,
}
_VALIDITIES = {validity.value: validity for validity in Validity}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the document says of every metric."""

    unit: str | None
    direction: Direction | None


def take(top: Loose) -> dict[str, Metric]:
    """Return the metrics of a document, none where it holds none; InputError for one out of range.

    Without metrics its unit and direction stay: they are the source's, which then is read.
    """
    given = _Given(unit=top.see(line, "unit"), direction=top.see(_direction, "direction"))
    part = top.part("metrics")
    found: dict[str, Metric] = {}
    for key in part.names():
        bare = part.take(number, key)
        inner = part.part(key) if bare is None else Loose({"value": bare})
        metric = _metric(inner, key, given)
        if metric is not None:
            found[key] = metric
    if not found:
        only = _metric(top, "value", given)
        found = {} if only is None else {"value": only}
    if found:
        top.take(line, "unit")
        top.take(_direction, "direction")
    if len(found) == 1:
        return {key: replace(metric, headline=True) for key, metric in found.items()}
    headlines = [key for key, metric in found.items() if metric.headline]
    return {key: replace(metric, headline=[key] == headlines) for key, metric in found.items()}


def _metric(part: Loose, key: str, given: _Given) -> Metric | None:
    value, samples = part.take(number, "value"), part.take(numbers, *_SAMPLES)
    if value is None and samples is None:
        return None
    unit = part.take(line, "unit") or suffix_unit(key) or given.unit or UNKNOWN_UNIT
    direction = part.take(_direction, "direction") or given.direction or default_direction(unit)
    metric = trials(
        samples or [value or 0.0],
        where=key,
        unit=unit,
        direction=direction,
        unit_source=None,
        validity=part.take(_validity, "validity") or Validity.UNCHECKED,
        dimensions=part.part("dimensions").scalars(),
    )
    metric = _of_samples(part, metric) if samples else _of_a_summary(part, metric)
    if value is not None and value != metric.value:
        metric = replace(metric, value=value, stat=_stat_of(metric, value))
    tolerances = {name: part.take(number, name) for name in _TOLERANCES}
    return replace(
        metric,
        headline=part.take(flag, "headline") or False,
        tolerance_percent=tolerances["tolerance_percent"],
        tolerance_absolute=tolerances["tolerance_absolute"],
    )


def _of_samples(part: Loose, metric: Metric) -> Metric:
    for name in (*_COMPUTED, "n"):
        part.take(_same_as(getattr(metric, name)), name)
    part.take(_same_as(metric.stat), "stat")
    return metric


def _same_as(known: object) -> Callable[[JSON], bool | None]:
    return lambda value: True if value == known else None


def _of_a_summary(part: Loose, metric: Metric) -> Metric:
    told = {name: part.take(number, name) for name in _COMPUTED}
    return replace(
        metric,
        stat=part.take(line, "stat") or metric.stat,
        n=part.take(count, "n") or metric.n,
        mean=told["mean"],
        std=told["std"],
        min=told["min"],
        max=told["max"],
    )


def _stat_of(metric: Metric, value: float) -> str:
    for name in ("mean", "min", "max"):
        if value == getattr(metric, name):
            return name
    return "single"


def _direction(value: JSON) -> Direction | None:
    if not isinstance(value, str):
        return None
    word = value.lower().replace("_", "-").replace(" ", "-").removesuffix("-is-better")
    return _DIRECTIONS.get(word.removesuffix("-better"))


def _validity(value: JSON) -> Validity | None:
    return _VALIDITIES.get(value) if isinstance(value, str) else None
