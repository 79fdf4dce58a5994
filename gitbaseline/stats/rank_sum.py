"""The null distribution of the Mann-Whitney U: how often each U comes up by chance alone.

Both samples come from one distribution without ties; then every order of the m + n values is
equally likely, and the number of orders with U = u is the coefficient of q^u in the Gaussian
binomial [m+n over m] (Andrews, The Theory of Partitions, 1976). All is whole numbers: no
rounding anywhere.

>>> tail_counts(3, 3)[:3], critical(3, 3), critical(4, 4)
((1, 2, 4), 0, 1)
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

EXACT_PRODUCT = 2500  # 50 x 50: there the normal approximation finds the same rank to within one
Z_975 = 1.959963984540054


@lru_cache(maxsize=512)
def tail_counts(m: int, n: int) -> tuple[int, ...]:
    """Return, for u = 0 .. m*n//2, the number of orders of the values with U <= u."""
    few, many = sorted((m, n))
    size = few * many // 2 + 1
    counts = [1] + [0] * (size - 1)
    for i in range(1, few + 1):
        for u in range(size - 1, many + i - 1, -1):  # times 1 - q^(many+i)
            counts[u] -= counts[u - many - i]
        for u in range(i, size):  # divided by 1 - q^i
            counts[u] += counts[u - i]
    return tuple(accumulate(counts))


def exact_tail(u: int, m: int, n: int) -> float:
    """Return P(U <= u) for u up to m*n//2."""
    return tail_counts(m, n)[u] / math.comb(m + n, m)


def normal_tail(z: float) -> float:
    """Return P(Z >= z) of the standard normal."""
    return same_everywhere(math.erfc(z / math.sqrt(2)) / 2)


def same_everywhere(number: float) -> float:
    """Return ten digits of what C's library computed: the last ones differ between systems."""
    return float(f"{number:.10g}")


@lru_cache(maxsize=512)
def critical(m: int, n: int) -> int:
    """Return the largest k with P(U <= k-1) <= 2.5 %, 0 where even U = 0 is likelier than that.

    Of the m*n pairs in order, the k-th smallest and the k-th largest then bound a two-sided 95 %
    interval. Exact while m*n <= 2500, by the normal approximation beyond.
    """
    if m * n <= EXACT_PRODUCT:
        return bisect_right(tail_counts(m, n), math.comb(m + n, m) // 40)
    sigma = math.sqrt(m * n * (m + n + 1) / 12)
    return max(0, math.floor(m * n / 2 + 0.5 - Z_975 * sigma))
