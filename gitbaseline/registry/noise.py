"""The noise of a metric as its own history tells it: from at least five comparable entries.

- History is that up to the baseline: what is being judged must not excuse itself. It begins anew
  with a regression that a person accepted: the step to it was none of the noise.
- Noise leads away from a level and back. A move that the noise of two entries explains, but that
  ends beyond it as seen from the median of the history, is none: else each step would excuse the
  next.
- It is read when the first metric asks, so that a diff whose moves are small never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import dropwhile, islice

from gitbaseline.compare.match import MatchRules, match
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.metric import Direction, Metric, median
from gitbaseline.registry.candidates import base, through
from gitbaseline.registry.reader import Entry, Reader

LEAST = 5
ENTRIES = 10  # every pair of them is weighed, for every metric that asks


def known(reader: Reader, held: Entry, rules: MatchRules) -> Callable[[str], float | None]:
    """Return what tells a metric's noise in percent, None where too little is known."""
    series = held.path.family, base(held.path.measurement)

    @cache
    def history() -> list[Baseline]:
        if _is_young(reader, held, series):
            return []
        upto = dropwhile(lambda entry: entry.path != held.path, through(reader, series))
        found = (
            entry
            for entry in upto
            if entry.counts and match(entry.baseline, held.baseline, rules).comparable
        )
        return [entry.baseline for entry in _at_one_level(islice(found, ENTRIES))]

    def noise(key: str) -> float | None:
        metric = held.baseline.metrics.get(key)
        if metric is None:
            return None
        found = [entry.metrics[key] for entry in history() if key in entry.metrics]
        trials = [_samples(one) for one in found if one.unit == metric.unit]
        if len(trials) < LEAST or any(min(trial) <= 0 for trial in (*trials, _samples(metric))):
            return None
        from gitbaseline.stats.noise import in_order  # noqa: PLC0415 - only a large move asks

        return _from_level(metric, trials, in_order(trials[::-1]))

    return noise


def _samples(metric: Metric) -> tuple[float, ...]:
    return metric.samples or (metric.value,)


def _at_one_level(newest_first: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries down to the first whose regression was accepted, that one too."""
    for entry in newest_first:
        yield entry
        if entry.accepted or entry.baseline.accepts is not None:
            return


def _from_level(metric: Metric, trials: Sequence[Sequence[float]], noise: float) -> float:
    """Return how far the metric may move, in percent, before it leaves the noise of its level."""
    level = median([median(trial) for trial in trials]) / median(_samples(metric))
    up = (level * (1 + noise / 100) - 1) * 100
    down = (1 - level * (1 - noise / 100)) * 100
    ways = {Direction.LOWER: (up,), Direction.HIGHER: (down,)}.get(metric.direction, (up, down))
    return max(0.0, min(noise, *ways))


def _is_young(reader: Reader, held: Entry, series: tuple[str, str]) -> bool:
    """Whether there are too few entries, told without reading those that are already read."""
    paths = list(islice(reader.newest(*series), LEAST))
    if len(paths) >= LEAST:
        return False
    first = held if paths[-1] == held.path else reader.entry(paths[-1])
    return first.baseline.continues is None
