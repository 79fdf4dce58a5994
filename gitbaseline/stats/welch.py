"""Welch's interval of two means, for samples too small for ranks. It assumes normal samples.

Sources: Welch 1947 with Satterthwaite's degrees of freedom for the difference; Fieller 1954 for
the ratio, with the same degrees of freedom at the estimated ratio. Fieller's form rather than the
delta method because it is exact for normal samples and turned upside down when the two samples
change places. Where it has no end, because the first mean may be zero, there is no interval.

Samples are scaled by powers of two, which is exact: the square of 1e-200 is 0, of 1e200 no number.

>>> low, high = ratio([9.9, 10.0, 10.1], [10.9, 11.0, 11.1])
>>> round(low, 3), round(high, 3)
(1.076, 1.124)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.stats.sample import checked, deviation, mean
from gitbaseline.stats.student import quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mean:
    value: float
    variance: float  # of the mean, not of one sample
    freedom: int


def difference(
    baseline: Sequence[float], current: Sequence[float], *, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of mean(current) - mean(baseline), from at least two samples a side."""
    shift = max(_exponent(baseline), _exponent(current))
    old, new = _of(baseline, shift), _of(current, shift)
    centre = new.value - old.value
    reach = _t(new.variance, new.freedom, old.variance, old.freedom, level) * math.sqrt(
        new.variance + old.variance
    )
    return _shifted(centre - reach, shift), _shifted(centre + reach, shift)


def ratio(
    baseline: Sequence[float], current: Sequence[float], *, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the interval of mean(current) / mean(baseline), None where it has no end."""
    there, here = _exponent(baseline), _exponent(current)
    old, new = _of(baseline, there), _of(current, here)
    first, second = old.value**2 * new.variance, new.value**2 * old.variance
    t = _t(first, new.freedom, second, old.freedom, level)
    # All r with (new - r old)^2 <= t^2 (var new + r^2 var old): between the roots of a quadratic.
    square = old.value**2 - t * t * old.variance
    if square <= 0:
        return None
    middle = old.value * new.value
    root = t * math.sqrt(max(0.0, first + second - t * t * old.variance * new.variance))
    low, high = (middle - root) / square, (middle + root) / square
    return _shifted(low, here - there), _shifted(high, here - there)


def _exponent(samples: Sequence[float]) -> int:
    return math.frexp(max(map(abs, checked(samples, least=2))))[1]


def _shifted(number: float, exponent: int) -> float:
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(math.inf, number)


def _of(samples: Sequence[float], exponent: int) -> _Mean:
    n, scaled = len(samples), [math.ldexp(x, -exponent) for x in samples]
    return _Mean(value=mean(scaled), variance=deviation(scaled) ** 2 / n, freedom=n - 1)


def _t(first: float, m: int, second: float, n: int, level: float) -> float:
    total = first + second
    if total == 0:
        return 0.0
    # Of shares, since the squares of small variances are 0.
    freedom = 1 / ((first / total) ** 2 / m + (second / total) ** 2 / n)
    return quantile((1 + level) / 2, freedom)
