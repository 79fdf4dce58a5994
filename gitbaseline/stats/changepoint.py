"""Change points: at which entries of a history the level of a measurement stepped.

It does not judge a step good or bad, and does not know what lies between two entries.

Method: seeded binary segmentation (Kovacs, Buehlmann, Li and Munk 2023) with the Mann-Whitney
test. The history is covered by overlapping windows of n, n/2, n/4, ... entries; in each, every
place with at least 3 entries on both sides is tested. Of the windows that hold a significant
step the narrowest counts first, since it is the least likely to hold two; windows across a step
found are put aside. In the end each step is placed and tested again between its neighbours.

Rules:

- False alarms: over a history without steps (independent entries, any distribution) the chance of
  even one is below ``false_alarms``. It is shared equally by the window lengths and, within a
  length, by every place tested: Bonferroni's bound, which needs no simulation and no seed.
- p is exact where the shorter side has at most 8 entries and the window at most 256, else the
  normal approximation, which overstates small p. Ties are not corrected for: that too overstates.
- Ranks only: one outlier of any size is one entry, never a step. Under 13 entries nothing can be
  significant at 1 %.
- A drift is found as one or more steps and marked ``gradual``: steps in one direction that a
  straight line fits better. Entries that depend on their neighbours can raise more alarms.

Cost: n log n.

>>> change_points([10.0, 10.1, 9.9, 10.2, 9.8, 10.3, 9.7, 20.0, 20.1, 19.9, 20.2, 19.8, 20.3, 19.7])
(ChangePoint(index=7, before=10.0, after=20.0, p=0.005244755244755245, gradual=False),)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import median
from gitbaseline.stats.rank_sum import exact_tail, normal_tail
from gitbaseline.stats.sample import checked
from gitbaseline.stats.utest import EXACT_SIDE

SIDE = 3
SHORTEST = 13  # entries: in fewer nothing can be significant
_EXACT_WINDOW = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """A step: the first entry of the new level, both levels (medians), p after the search."""

    index: int
    before: float
    after: float
    p: float
    gradual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    start: int
    stop: int
    tests: int  # among how many tests this window's are, all lengths taken together


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    window: _Window
    index: int
    p: float


def change_points(
    history: Sequence[float], *, false_alarms: float = 0.01
) -> tuple[ChangePoint, ...]:
    """Return the steps in order; empty for a history too short to show one."""
    if not history:
        return ()
    checked(history)
    values = list(history)
    found = [_search(values, window) for window in _windows(len(values))]
    significant = sorted(
        (f for f in found if f.p <= false_alarms),
        key=lambda f: (f.window.stop - f.window.start, f.p, f.index),
    )
    places: list[_Found] = []
    for candidate in significant:
        window = candidate.window
        if not any(window.start < known.index < window.stop for known in places):
            places.append(candidate)
    return tuple(_described(values, _settled(values, places, false_alarms)))


def _windows(n: int) -> Iterator[_Window]:
    lengths = [n >> scale for scale in range(n.bit_length()) if n >> scale >= SHORTEST]
    for length in lengths:
        starts = sorted({*range(0, n - length, length // 2), n - length})
        tests = len(lengths) * len(starts) * (length - 2 * SIDE + 1)
        for start in starts:
            yield _Window(start=start, stop=start + length, tests=tests)


def _search(values: Sequence[float], window: _Window) -> _Found:
    """Return the most significant place of a window of at least 2 * SIDE entries."""
    part = values[window.start : window.stop]
    n = len(part)
    sums = list(accumulate(_ranks(part)))
    p, _, place = min(_rated(abs(sums[t - 1] - t * (n + 1) / 2), t, n) for t in _places(n))
    return _Found(window=window, index=window.start + place, p=min(1.0, p * window.tests))


def _places(n: int) -> range:
    return range(SIDE, n - SIDE + 1)


def _ranks(values: Sequence[float]) -> list[float]:
    """Return each value's rank from 1, ties sharing their mean rank."""
    ranks = [0.0] * len(values)
    order = sorted(range(len(values)), key=values.__getitem__)
    below = 0
    for _, group in groupby(order, key=values.__getitem__):
        members = list(group)
        for member in members:
            ranks[member] = below + (len(members) + 1) / 2
        below += len(members)
    return ranks


def _rated(surplus: float, t: int, n: int) -> tuple[float, float, int]:
    """Return p of a rank sum of t among n that is ``surplus`` from its mean; -z parts p = 0."""
    product = t * (n - t)
    sigma = math.sqrt(product * (n + 1) / 12)
    if min(t, n - t) <= EXACT_SIDE and n <= _EXACT_WINDOW:
        u = min(math.ceil(product / 2 - surplus), product // 2)
        p = exact_tail(u, t, n - t)
    else:
        p = normal_tail((surplus - 0.5) / sigma)
    return min(1.0, 2 * p), -surplus / sigma, t


def _settled(values: Sequence[float], places: list[_Found], limit: float) -> list[_Found]:
    """Place each step between its neighbours; drop the weakest until all are significant."""
    kept = sorted(places, key=lambda f: f.index)
    while kept:
        edges = [*(f.index for f in kept), len(values)]
        placed: list[_Found] = []
        for found, stop in zip(kept, edges[1:], strict=True):
            start = placed[-1].index if placed else 0
            placed.append(_again(values, found, start, stop))
        weakest = max(placed, key=lambda f: f.p)
        if weakest.p <= limit:
            return placed
        kept = [old for old, new in zip(kept, placed, strict=True) if new is not weakest]
    return []


def _again(values: Sequence[float], found: _Found, start: int, stop: int) -> _Found:
    if stop - start < 2 * SIDE:
        return replace(found, p=1.0)
    return _search(values, _Window(start=start, stop=stop, tests=found.window.tests))


def _described(values: Sequence[float], places: Sequence[_Found]) -> Iterator[ChangePoint]:
    edges = [0, *(f.index for f in places), len(values)]
    levels = [median(values[start:stop]) for start, stop in pairwise(edges)]
    steps = zip(places, pairwise(levels), range(len(places)), strict=True)
    for _, run in groupby(steps, key=lambda step: step[1][0] < step[1][1]):
        members = list(run)
        first, last = members[0][2], members[-1][2]
        gradual = _gradual(values, edges[first : last + 3])
        for found, (before, after), _ in members:
            yield ChangePoint(
                index=found.index, before=before, after=after, p=found.p, gradual=gradual
            )


def _gradual(values: Sequence[float], edges: Sequence[int]) -> bool:
    """Tell whether a straight line is nearer to the values than the levels between the edges."""
    first, last = edges[0], edges[-1]
    # By a power of two, which is exact: sums of numbers near the end of the range would overflow.
    scale = -math.frexp(max(map(abs, values[first:last])))[1]
    part = [math.ldexp(value, scale) for value in values[first:last]]
    levels = [part[start - first : stop - first] for start, stop in pairwise(edges)]
    steps = math.fsum(abs(value - median(level)) for level in levels for value in level)
    third = len(part) // 3
    slope = (median(part[-third:]) - median(part[:third])) / (len(part) - third)  # Tukey's line
    flat = [value - slope * place for place, value in enumerate(part)]
    middle = median(flat)
    return math.fsum(abs(value - middle) for value in flat) < steps
