"""One part of a measurement as the site shows it: its entries, what became of the newest, metrics.

The verdict is that of ``git baseline diff FAMILY/MEASUREMENT``: the newest entry, which may be a
candidate, held to the latest comparable one before it, by the same rules. An older part has none:
it is shown in the line of its own newest entry, which no later entry changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from gitbaseline.compare.diff import Diff
from gitbaseline.compare.judge import headlines
from gitbaseline.compare.row import allowance
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.step import History, Step, steps
from gitbaseline.compare.tolerance import DEFAULT
from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.units import convert
from gitbaseline.profiles import Tolerance
from gitbaseline.registry import history as histories
from gitbaseline.registry import noise
from gitbaseline.registry.candidates import latest_comparable
from gitbaseline.registry.diffing import Held, diff_of, matching_of, rules_of
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.site.stretch import Stretch
from gitbaseline.stats.student import quantile
from gitbaseline.team_config import TeamConfig

MOST_METRICS = 6  # charts on a measurement's page
_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One metric's value in one entry, in the unit of the whole history."""

    value: float
    samples: tuple[float, ...]
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One metric over the entries looked at. ``steps`` are searched in the comparable ones.

    ``band`` is where the next value may lie, ``tolerance`` why: how far, and who said so.
    """

    key: str
    like: Metric
    told: Mapping[EntryPath, Told]
    steps: Sequence[Step]
    band: tuple[float, float] | None
    tolerance: tuple[Tolerance, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """``entries`` are the part's, ``count`` all; by time, oldest first.

    ``recent`` are those looked at, the part's own among them; ``latest`` is the newest that was
    not withdrawn, of the measurement or of an older part. ``held`` is the entry that it was held to
    and ``diff`` what came of it; None where there was nothing. ``comparable`` are the recent
    entries that stand in one line with ``latest``.
    """

    family: str
    measurement: str
    entries: Sequence[Entry]
    recent: Sequence[Entry]
    count: int
    latest: Entry
    held: Entry | None
    diff: Diff | None
    comparable: frozenset[EntryPath]
    lines: Sequence[Line]

    @property
    def name(self) -> str:
        """``family/measurement``."""
        return f"{self.family}/{self.measurement}"


def read(reader: Reader, stretch: Stretch, team: TeamConfig) -> Series:
    """Return one part of a measurement."""
    recent = [reader.entry(path) for path in stretch.recent]
    latest = _latest(reader, stretch, recent)
    matching = matching_of(team)
    rules = rules_of(team, latest.baseline, matching)
    held = _held(reader, latest, rules) if stretch.is_newest else None
    diff = None
    if held is not None:
        known = noise.known(reader, held, matching)
        rules = rules_of(team, latest.baseline, matching, known)
        diff = diff_of(
            Held(entry=held, how="the latest comparable before it"), latest.baseline, rules
        )
    newest_first = recent[::-1]
    line = histories.comparable(newest_first, latest.baseline, matching)
    counting = next((e for e in line if e.counts), None) if stretch.is_newest else None
    return Series(
        family=stretch.family,
        measurement=stretch.measurement,
        entries=recent[-len(stretch.lying) :],
        recent=recent,
        count=stretch.count,
        latest=latest,
        held=held,
        diff=diff,
        comparable=frozenset(e.path for e in line),
        lines=[
            _line(
                key,
                latest.baseline.metrics[key],
                newest_first=newest_first,
                line=line,
                counting=counting,
                rules=rules,
            )
            for key in _keys(latest, rules)
        ],
    )


def _latest(reader: Reader, stretch: Stretch, recent: Sequence[Entry]) -> Entry:
    """Return the newest entry that was not withdrawn, or, where all were, the newest."""
    every = chain(reversed(recent), _before(reader, stretch, recent))
    return next((e for e in every if not (e.retracted or e.distrusted)), recent[-1])


def _before(reader: Reader, stretch: Stretch, recent: Sequence[Entry]) -> Iterator[Entry]:
    """Yield what is older than what is looked at, the newest first; of an older part nothing."""
    if stretch.is_newest:
        yield from map(reader.entry, islice(reader.newest(*stretch.pair), len(recent), None))


def _held(reader: Reader, latest: Entry, rules: Rules) -> Entry | None:
    """Return what the latest is held to; None where nothing before it is comparable."""
    series = latest.baseline.family, latest.baseline.measurement
    chosen = latest_comparable(reader, series, latest.baseline, rules, but=latest.path, before=True)
    return chosen.entry if not chosen.differs else None


def _keys(latest: Entry, rules: Rules) -> list[str]:
    """Return the metrics to chart: the headlines, then the judged ones, as far as there is room."""
    metrics = latest.baseline.metrics
    profile = rules.tolerances.profile
    only = latest.baseline.headline
    first = [only[0]] if only else []
    judged = [
        key
        for key, metric in metrics.items()
        if metric.direction is not Direction.UNKNOWN
        and profile.rule_for(key, metric.dimensions).judged
    ]
    ordered = dict.fromkeys([*first, *headlines(metrics, rules), *judged, *metrics])
    return list(ordered)[:MOST_METRICS]


def _line(
    key: str,
    like: Metric,
    *,
    newest_first: Sequence[Entry],
    line: Sequence[Entry],
    counting: Entry | None,
    rules: Rules,
) -> Line:
    every = histories.history(newest_first, key, like)
    by_path = {entry.path: entry.baseline.metrics.get(key) for entry in newest_first}
    told = {
        point.path: _told(point.value, metric, like)
        for point in every.points
        if (metric := by_path[point.path])
    }
    tolerance = _tolerance(key, like, rules)
    held = told.get(counting.path) if counting else None
    return Line(
        key=key,
        like=like,
        told=told,
        steps=_steps(histories.history(line, key, like)),
        band=_band(held.value, like.direction, tolerance[0]) if held and tolerance else None,
        tolerance=tolerance,
    )


def _steps(history: History) -> tuple[Step, ...]:
    return steps(history) if history.points else ()


def _told(value: float, metric: Metric, like: Metric) -> Told:
    interval = _interval(metric)
    if metric.unit == like.unit:
        return Told(value=value, samples=metric.samples, interval=interval)
    into = tuple(convert(sample, metric.unit, like.unit) for sample in metric.samples)
    ends = interval and (
        convert(interval[0], metric.unit, like.unit),
        convert(interval[1], metric.unit, like.unit),
    )
    return Told(value=value, samples=into, interval=ends)


def _interval(metric: Metric) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean, which assumes normality; None of under 3 samples."""
    if metric.n < _LEAST or metric.mean is None or metric.std is None:
        return None
    reach = quantile(0.975, metric.n - 1) * metric.std / math.sqrt(metric.n)
    low, high = metric.mean - reach, metric.mean + reach
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def _tolerance(key: str, like: Metric, rules: Rules) -> tuple[Tolerance, str] | None:
    """Return how far the metric may move from here, None where it is not judged."""
    known = rules.tolerances
    rule = known.profile.rule_for(key, like.dimensions)
    named = key in headlines({key: like}, rules) or known.names(key)
    if like.direction is Direction.UNKNOWN or not (rule.judged or named):
        return None
    found, source = known.of(key, like, rule)
    by_noise = known.by_noise(key) if source == DEFAULT else None
    return by_noise or (found, source)


def _band(value: float, direction: Direction, tolerance: Tolerance) -> tuple[float, float]:
    """Return where the next value may lie without being worse by more than the tolerance."""
    reach = allowance(value, value, tolerance)
    low = value if direction is Direction.LOWER else value - reach
    high = value if direction is Direction.HIGHER else value + reach
    return low, high


def ceiling_in(series: Series, line: Line) -> float | None:
    """Return the ceiling of the latest entry in the line's unit; None where it is not of it."""
    sol, headline = series.latest.baseline.sol, series.latest.baseline.headline
    if sol is None or headline is None or headline[0] != line.key:
        return None
    return sol.ceiling_value if sol.ceiling_unit == line.like.unit else None
