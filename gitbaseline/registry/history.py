"""The history of a metric: the entries of a series that can stand in one line with the newest.

- What was retracted or distrusted is left out. Candidates are in: a regression is kept as one, so
  that without them no step for the worse would ever be seen.
- Entries whose surroundings differ from the newest one's are another line, and left out too.
- A value is converted to the newest one's unit; of another dimension, or with the other direction,
  it is another quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import dropwhile, islice

from gitbaseline.compare.diff import Diff
from gitbaseline.compare.match import MatchRules, match
from gitbaseline.compare.step import History, Point, Step, steps
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.units import convert
from gitbaseline.registry.candidates import base, through
from gitbaseline.registry.reader import Entry, Reader

RECENT = 500  # entries that a diff looks back over; a step before them explains nothing of today
_METRICS = 5  # regressed metrics whose history is searched


def comparable(entries: Iterable[Entry], like: Baseline, rules: MatchRules) -> list[Entry]:
    """Return those that stand in one line with ``like``, in the order given."""
    return [entry for entry in entries if _stands_with(entry, like, rules)]


def history(entries: Sequence[Entry], key: str, like: Metric) -> History:
    """Return one metric over entries (the newest first) that are comparable already."""
    points = (_point(entry, key, like) for entry in reversed(entries))
    return _history(key, like, filter(None, points))


class Line:
    """The history of one metric out of entries that come one by one, and that it does not keep.

    ``like`` is the entry that the others are to be comparable with.
    """

    def __init__(self, like: Baseline, key: str, metric: Metric, rules: MatchRules) -> None:
        self._like = like
        self._key = key
        self._metric = metric
        self._rules = rules
        self._points: list[Point] = []

    def add(self, entry: Entry) -> None:
        """Take in one more entry, older than those before."""
        point = _point(entry, self._key, self._metric)
        if point and _stands_with(entry, self._like, self._rules):
            self._points.append(point)

    def history(self) -> History:
        """Return the metric over what was taken in."""
        return _history(self._key, self._metric, reversed(self._points))


def behind(
    reader: Reader, held: Entry, diff: Diff, rules: MatchRules, *, upto: EntryPath | None
) -> tuple[Step, ...]:
    """Return, for each regressed metric, its latest step for the worse since the baseline.

    ``upto`` is the current side's own path, where it is registered. History is read only where
    something regressed.
    """
    regressed = sorted(diff.regressed, key=lambda row: not row.headline)[:_METRICS]
    if not regressed:
        return ()
    at = upto or held.path
    entries = through(reader, (at.family, base(at.measurement)))
    entries = dropwhile(lambda entry: upto is not None and entry.path != upto, entries)
    line = comparable(islice(entries, RECENT), held.baseline, rules)
    found: list[Step] = []
    for row in regressed:
        like = replace(held.baseline.metrics[row.key], direction=row.direction)
        known = history(line, row.key, like)
        since = _place(known, held.path)
        found += [step for step in steps(known) if step.adverse and step.index > since][-1:]
    return tuple(found)


def _place(known: History, path: EntryPath) -> int:
    """Return the place of an entry in a history; of one that is not in it the place by its time."""
    paths = [point.path for point in known.points]
    if path in paths:
        return paths.index(path)
    return sum(other.slug <= path.slug for other in paths) - 1


def _stands_with(entry: Entry, like: Baseline, rules: MatchRules) -> bool:
    withdrawn = entry.retracted or entry.distrusted
    return not withdrawn and match(entry.baseline, like, rules).comparable


def _point(entry: Entry, key: str, like: Metric) -> Point | None:
    metric = entry.baseline.metrics.get(key)
    value = _in_terms_of(metric, like) if metric else None
    if value is None:
        return None
    at, code = entry.baseline.original_utc, entry.baseline.git
    return Point(path=entry.path, at=at, code=code, value=value)


def _history(key: str, like: Metric, points: Iterable[Point]) -> History:
    return History(key=key, unit=like.unit, direction=like.direction, points=tuple(points))


def _in_terms_of(metric: Metric, like: Metric) -> float | None:
    if Direction.UNKNOWN not in (ways := {metric.direction, like.direction}) and len(ways) > 1:
        return None
    try:
        return convert(metric.value, metric.unit, like.unit)
    except InputError:
        return None
