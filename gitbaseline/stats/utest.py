"""The two-sided Mann-Whitney U test: whether two samples could be one distribution.

It does not say how large a difference is: ``interval`` does, from the same assumption.

Rules (those of ``scipy.stats.mannwhitneyu``, whose numbers these are):

- Exact where the smaller sample has at most 8 values and no value comes twice in the two.
- Else the normal approximation, corrected for ties and for continuity.
- U counts the pairs where the first sample's value is the larger, a tie being half a pair.
- Two samples of one and the same value are no evidence: p is 1.

>>> mann_whitney([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
UTest(u=0.0, p=0.1, method='exact')
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import repeat

from gitbaseline.frozen import dataclass
from gitbaseline.stats.rank_sum import exact_tail, normal_tail
from gitbaseline.stats.sample import checked

EXACT_SIDE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class UTest:
    """U of the first sample, the two-sided p, and how p was found: ``exact`` or ``normal``."""

    u: float
    p: float
    method: str


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> UTest:
    """Return the test; ValueError where a sample is empty or a value is not finite."""
    x, y = checked(first), checked(second)
    m, n = len(x), len(y)
    ties = _ties(x + y)
    below = sum(map(bisect_left, repeat(y), x))
    u = float(below) if not ties else (below + sum(map(bisect_right, repeat(y), x))) / 2
    least = min(u, m * n - u)
    if min(m, n) <= EXACT_SIDE and not ties:
        return UTest(u=u, p=min(1.0, 2 * exact_tail(int(least), m, n)), method="exact")
    return UTest(u=u, p=_normal(least, m, n, ties), method="normal")


def _ties(values: Sequence[float]) -> list[int]:
    if len(set(values)) == len(values):
        return []
    return [count for count in Counter(values).values() if count > 1]


def _normal(least: float, m: int, n: int, ties: Sequence[int]) -> float:
    total = m + n
    tied = sum(count**3 - count for count in ties) / (total * (total - 1))
    variance = m * n / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0
    return min(1.0, 2 * normal_tail((m * n / 2 - least - 0.5) / math.sqrt(variance)))
