"""Whether samples gather around two levels instead of one: a clock that steps, a cache that flips.

This warns; it does not judge. A median of such samples jumps between the two.

Method: the cut of the sorted samples that leaves the least sum of squares inside both parts (Otsu
1979). It counts where it takes away at least 85 % of the whole sum of squares, no gap inside a part
is as wide as the one at the cut, and each part holds at least 3 samples and a tenth of all.

Two equal levels 10 standard deviations apart are found 100 times in 100 from 20 samples on. Of one
level, 20 and 30 samples, 1,500 series each: normal 0.3 and 0.0 % are called two, exponential 3.8
and 1.1 %, uniform 5.4 and 1.8 %.

>>> two_levels([100.0, 101.0] * 5 + [110.0, 111.0] * 5)
Levels(low=100.5, high=110.5, low_n=10, high_n=10)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import median
from gitbaseline.stats.sample import checked

LEAST = 20
_SIDE = 3
_SIDE_SHARE = 10  # the smaller part holds at least one in so many
_EXPLAINED = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The medians of both parts, and how many samples each holds."""

    low: float
    high: float
    low_n: int
    high_n: int


def two_levels(values: Sequence[float]) -> Levels | None:
    """Return the two levels; None where there is one, or fewer than 20 samples."""
    if len(values) < LEAST:
        return None
    ordered = checked(values)
    if ordered[0] == ordered[-1]:
        return None
    parts = _Parts(ordered)
    side = max(_SIDE, len(ordered) // _SIDE_SHARE)
    left, cut = min((parts.left(at), at) for at in range(side, len(ordered) - side + 1))
    low, high = ordered[:cut], ordered[cut:]
    widest = max(b - a for part in (low, high) for a, b in pairwise(part))
    if left > (1 - _EXPLAINED) * parts.left(0) or high[0] - low[-1] <= widest:
        return None
    return Levels(low=median(low), high=median(high), low_n=len(low), high_n=len(high))


class _Parts:
    """Sums of squares of the parts of sorted values, as shares of the largest, from the first."""

    def __init__(self, ordered: Sequence[float]) -> None:
        largest = max(abs(ordered[0]), abs(ordered[-1]))
        scaled = [value / largest - ordered[0] / largest for value in ordered]
        self._sums = [0.0, *accumulate(scaled)]
        self._squares = [0.0, *accumulate(value * value for value in scaled)]

    def left(self, cut: int) -> float:
        """Return what is left inside the two parts of a cut; of one at 0, the whole."""
        return self._inside(0, cut) + self._inside(cut, len(self._sums) - 1)

    def _inside(self, start: int, stop: int) -> float:
        if start == stop:
            return 0.0
        total = self._sums[stop] - self._sums[start]
        squares = self._squares[stop] - self._squares[start]
        return squares - total * total / (stop - start)
