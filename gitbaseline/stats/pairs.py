"""The k-th smallest and the k-th largest of all pairs, without making them where they are many.

Few pairs are sorted. Many are counted: their table is sorted along both sides, so one walk along
its border tells how many lie at or below a number, and halving finds the number. 10,000 samples
a side make 10^8 pairs and take a fraction of a second.

>>> kth([1.0, 2.0], [10.0, 20.0], 2, lambda b, a: b / a)
(10.0, 10.0)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import product, starmap

SORTED_PAIRS = 4096
_LARGEST = sys.float_info.max  # a pair of numbers near the end of the range may lie beyond it

Combine = Callable[[float, float], float]


def kth(
    first: Sequence[float], second: Sequence[float], k: int, combine: Combine
) -> tuple[float, float]:
    """Return the k-th smallest and largest (from 1) ``combine(b, a)``, a and b of the two.

    Both are in ascending order; ``combine`` grows with b and falls with a.
    """
    count = len(first) * len(second)
    if count <= SORTED_PAIRS:
        pairs = sorted(starmap(combine, product(second, first)))
        return pairs[k - 1], pairs[-k]
    return _kth(first, second, k, combine), _kth(first, second, count + 1 - k, combine)


def _kth(first: Sequence[float], second: Sequence[float], k: int, combine: Combine) -> float:
    low, high = combine(second[0], first[-1]), combine(second[-1], first[0])
    if _count(first, second, low, combine) >= k:
        return low
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    while low < (middle := _between(low, high)) < high:
        if _count(first, second, middle, combine) >= k:
            high = middle
        else:
            low = middle
    return high


def _between(low: float, high: float) -> float:
    width = high - low
    return low + width / 2 if width <= _LARGEST else low / 2 + high / 2


def _count(first: Sequence[float], second: Sequence[float], limit: float, combine: Combine) -> int:
    count = start = 0
    for b in second:
        while start < len(first) and combine(b, first[start]) > limit:
            start += 1
        count += len(first) - start
    return count
