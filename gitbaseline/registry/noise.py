"""The noise of a metric as its own history tells it: from at least five comparable entries.

History is that up to the baseline: what is being judged must not excuse itself. It is read when the
first metric asks, so that a diff whose moves are small never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import dropwhile, islice

from gitbaseline.compare.match import MatchRules, match
from gitbaseline.model.baseline import Baseline
from gitbaseline.registry.candidates import base, through
from gitbaseline.registry.reader import Entry, Reader

LEAST = 5
ENTRIES = 10  # every pair of them is weighed, for every metric that asks


def known(reader: Reader, held: Entry, rules: MatchRules) -> Callable[[str], float]:
    """Return what tells a metric's noise in percent, 0 where too little is known."""
    series = held.path.family, base(held.path.measurement)

    @cache
    def history() -> list[Baseline]:
        if _is_young(reader, held, series):
            return []
        upto = dropwhile(lambda entry: entry.path != held.path, through(reader, series))
        found = (
            entry.baseline
            for entry in upto
            if entry.counts and match(entry.baseline, held.baseline, rules).comparable
        )
        return list(islice(found, ENTRIES))

    def noise(key: str) -> float:
        metric = held.baseline.metrics.get(key)
        found = [entry.metrics[key] for entry in history() if key in entry.metrics]
        trials = [m.samples or (m.value,) for m in found if metric and m.unit == metric.unit]
        if len(trials) < LEAST or any(min(trial) <= 0 for trial in trials):
            return 0.0
        from gitbaseline.stats.noise import tolerance_from  # noqa: PLC0415 - only a large move asks

        return tolerance_from(trials)

    return noise


def _is_young(reader: Reader, held: Entry, series: tuple[str, str]) -> bool:
    """Whether there are too few entries, told without reading those that are already read."""
    paths = reader.paths(*series)
    if len(paths) >= LEAST:
        return False
    first = held if paths[0] == held.path else reader.entry(paths[0])
    return first.baseline.continues is None
