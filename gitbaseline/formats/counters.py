"""What scrapes of a metrics endpoint measure: gauges of one, and what grew between two.

A counter tells how much there was since the server started, which is no measurement: it depends on
when one looked. So of one scrape only the gauges are metrics, and the rest is passed over. Of two:

- a counter gives ``NAME.increase``, and ``NAME.rate`` where the samples carry their own times;
- a histogram or summary gives ``NAME.mean`` (growth of the sum by growth of the count),
  ``NAME.count``, and the growth of each bucket, ``NAME_bucket.increase{le=...}``;
- a quantile of a histogram is known by bounds only: ``NAME.p99_bound`` is the upper end of the
  bucket in which it lies. It has no direction, for it jumps from bucket to bucket;
- counters ``X_hits`` and ``X_queries`` give ``X_hit_rate`` in percent: prefix caches count so;
- gauges are those of the later scrape.

Rules:

- Labels stand behind the name as the text has them, and are the metric's dimensions.
- When a counter has begun anew: ``scrape_growth``. Units and directions: ``scrape_names``.
- An ``_info`` gauge is no number: its labels are settings, ``scrape_settings``.

Source: vllm/v1/metrics/loggers.py and its scrapes of 2024 to 2026; prometheus.io, metric types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gitbaseline.formats import scrape_names
from gitbaseline.formats.base import PassedOver, passed, trials
from gitbaseline.formats.scrape import Family, Labels, Scrape, key
from gitbaseline.formats.scrape_caches import caches
from gitbaseline.formats.scrape_growth import growth
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Metric
from gitbaseline.model.units import default_direction

_HIGHER, _LOWER, _UNKNOWN = Direction.HIGHER, Direction.LOWER, Direction.UNKNOWN
_CUMULATIVE = frozenset({"counter", "histogram", "gaugehistogram", "summary"})
_QUANTILES = {"p50_bound": 0.5, "p95_bound": 0.95, "p99_bound": 0.99}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """One number on its way to a metric."""

    name: str
    labels: Labels
    value: float
    unit: str
    direction: Direction
    stat: str = "single"


def single(scrape: Scrape, over: list[PassedOver]) -> dict[str, Metric]:
    """Return the gauges of one scrape; what needs a second scrape goes into ``over``."""
    found: list[_Found] = []
    for family in scrape.families.values():
        if family.kind == "gauge":
            found += _gauges(family)
        elif not _is_info(family):
            over.append(passed(scrape.file, 1, f"{family.name}: {_why_not(family)}"))
    return _metrics(scrape.file, found)


def between(before: Scrape, after: Scrape, over: list[PassedOver]) -> dict[str, Metric]:
    """Return what grew from one scrape to the next, and the gauges of the later one."""
    found: list[_Found] = []
    elapsed = None
    if before.seconds is not None and after.seconds is not None:
        elapsed = after.seconds - before.seconds
    for family in after.families.values():
        if family.kind == "gauge":
            found += _gauges(family)
        elif family.kind == "counter":
            found += _counter(before, after, family, elapsed)
        elif family.kind in _CUMULATIVE:
            found += _distribution(before, after, family)
        elif not _is_info(family):
            over.append(passed(after.file, 1, f"{family.name}: {_why_not(family)}"))
    found += _hit_rates(before, after)
    return _metrics(after.file, found)


def _is_info(family: Family) -> bool:
    return family.kind in ("info", "stateset") or family.name.endswith("_info")


def _why_not(family: Family) -> str:
    if family.kind in _CUMULATIVE:
        return f"a {family.kind} of the server's whole life; two scrapes tell what grew"
    return f"of type {family.kind}, which tells neither a level nor a growth"


def _gauges(family: Family) -> Iterator[_Found]:
    if _is_info(family):
        return
    direction = _UNKNOWN
    if scrape_names.is_better_higher(family):
        direction = _HIGHER
    elif scrape_names.is_better_lower(family):
        direction = _LOWER
    for labels, value in family.values("").items():
        yield _Found(
            name=family.name,
            labels=labels,
            value=value,
            unit=scrape_names.unit(family),
            direction=direction,
        )


def _counter(
    before: Scrape, after: Scrape, family: Family, elapsed: float | None
) -> Iterator[_Found]:
    name = f"{family.name}_total"
    for labels, grown in growth(before, after, family, "_total").items():
        unit = scrape_names.counted_unit(family)
        worse = scrape_names.is_better_lower(family)
        yield _Found(
            name=f"{name}.increase",
            labels=labels,
            value=grown,
            unit=unit,
            direction=_LOWER if worse else _UNKNOWN,
            stat="sum",
        )
        if elapsed is not None and elapsed > 0:
            better = _HIGHER if scrape_names.is_better_higher(family) else _UNKNOWN
            yield _Found(
                name=f"{name}.rate",
                labels=labels,
                value=grown / elapsed,
                unit=f"{unit}/s",
                direction=_LOWER if worse else better,
                stat="mean",
            )


def _distribution(before: Scrape, after: Scrape, family: Family) -> Iterator[_Found]:
    counts = growth(before, after, family, "_count")
    sums = growth(before, after, family, "_sum")
    buckets = growth(before, after, family, "_bucket")
    unit = scrape_names.unit(family)
    for labels, count in counts.items():
        yield _Found(
            name=f"{family.name}.count",
            labels=labels,
            value=count,
            unit="count",
            direction=_UNKNOWN,
            stat="count",
        )
        if count > 0 and labels in sums:
            yield _Found(
                name=f"{family.name}.mean",
                labels=labels,
                value=sums[labels] / count,
                unit=unit,
                direction=default_direction(unit),
                stat="mean",
            )
            yield from _bounds(family, labels, count, buckets, unit)
    for labels, count in buckets.items():
        yield _Found(
            name=f"{family.name}_bucket.increase",
            labels=labels,
            value=count,
            unit="count",
            direction=_UNKNOWN,
            stat="count",
        )


def _bounds(
    family: Family, labels: Labels, count: float, buckets: Mapping[Labels, float], unit: str
) -> Iterator[_Found]:
    ends = sorted(
        (end, grown)
        for inside, grown in buckets.items()
        if tuple(pair for pair in inside if pair[0] != "le") == labels
        and (end := _end(dict(inside).get("le", ""))) is not None
    )
    for name, share in _QUANTILES.items():
        end = next((end for end, grown in ends if grown >= share * count), None)
        if end is not None:
            yield _Found(
                name=f"{family.name}.{name}",
                labels=labels,
                value=end,
                unit=unit,
                direction=_UNKNOWN,
                stat="bound",
            )


def _end(text: str) -> float | None:
    """Return the upper end of a bucket, or None for the last one, which has none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def _hit_rates(before: Scrape, after: Scrape) -> Iterator[_Found]:
    for name, hits, queries in caches(before, after):
        for labels, asked in queries.items():
            if asked > 0 and labels in hits:
                yield _Found(
                    name=f"{name}_hit_rate",
                    labels=labels,
                    value=100 * hits[labels] / asked,
                    unit="%",
                    direction=_HIGHER,
                    stat="mean",
                )


def _metrics(file: str, found: list[_Found]) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for one in found:
        metric = trials(
            [one.value],
            where=file,
            unit=one.unit,
            direction=one.direction,
            unit_source=None if one.unit == UNKNOWN_UNIT else "key",
            dimensions=dict(one.labels),
        )
        metrics[key(one.name, one.labels)] = replace(metric, stat=one.stat)
    return metrics
