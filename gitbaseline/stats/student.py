"""Student's t: the quantile that an interval of means needs.

Sources: the continued fraction of the incomplete beta integral by Lentz's method (Numerical
Recipes, 3rd ed., 6.4); Newton's iteration. Right of the median the distribution function is
concave, so that Newton from the left climbs to the root and never passes it: no bracket needed.

>>> round(quantile(0.975, 4.0), 9)
2.776445105
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from gitbaseline.stats.rank_sum import same_everywhere

_TINY = 1e-300
_LARGE = 1e5  # from here on two terms of the expansion in 1/df are right to 1e-9


@lru_cache(maxsize=1024)
def quantile(share: float, freedom: float) -> float:
    """Return t with P(T <= t) = share for ``freedom`` degrees of freedom, which may be a fraction.

    ValueError unless 0 < share < 1 and freedom >= 1.
    """
    if not (0 < share < 1 and 1 <= freedom < math.inf):
        raise ValueError(f"expected 0 < share < 1 <= freedom, got {share} and {freedom}")
    if share < 0.5:
        return -quantile(1 - share, freedom)
    tail = 1 - share
    z = _climb(0.0, lambda x: (math.erfc(x / math.sqrt(2)) / 2 - tail) / _normal_density(x))
    start = z + (z**3 + z) / (4 * freedom)  # Cornish and Fisher: from below
    if freedom >= _LARGE:
        return same_everywhere(start)
    scale = 1 / (math.sqrt(freedom) * _beta(freedom / 2, 0.5))
    found = _climb(
        start,
        lambda t: (
            (_student_tail(t, freedom) - tail)
            / (scale * math.pow(1 + t * t / freedom, -(freedom + 1) / 2))
        ),
    )
    return same_everywhere(found)


def _climb(at: float, step: Callable[[float], float]) -> float:
    while True:
        move = step(at)
        at += move
        if move <= 1e-13 * at:
            return at


def _normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _student_tail(t: float, freedom: float) -> float:
    x = freedom / (freedom + t * t)
    a, b = freedom / 2, 0.5
    front = math.pow(x, a) * math.sqrt(t * t / (freedom + t * t)) / _beta(a, b)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a / 2
    return (1 - front * _fraction(1 - x, b, a) / b) / 2


def _beta(a: float, b: float) -> float:
    return math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    m = 1
    while True:
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away(1 + even * d)
        c = _away(1 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away(1 + odd * d)
        c = _away(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) <= 3e-16:
            return value
        m += 1


def _away(value: float) -> float:
    return value if abs(value) >= _TINY else _TINY
