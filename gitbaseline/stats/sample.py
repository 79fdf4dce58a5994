"""One sample: its centre and its spread.

This does not judge; it does not drop outliers.

Rules:

- Every function takes at least one finite number; else ValueError says which one is wrong.
- Sums are exact (``math.fsum``), so the order of the samples never changes a result.

>>> mad([1.0, 2.0, 4.0, 100.0]), quantile([1.0, 2.0, 3.0], 0.25)
(1.5, 1.5)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gitbaseline.model.metric import median as _median

MAD_TO_SIGMA = 1.4826  # of a normal distribution


def checked(values: Sequence[float], *, least: int = 1) -> list[float]:
    """Return the values in ascending order; ValueError if one is not finite or some are missing."""
    if not all(map(math.isfinite, values)):
        position = next(at for at, value in enumerate(values) if not math.isfinite(value))
        raise ValueError(f"samples[{position}]: expected a finite number, got {values[position]}")
    if len(values) < least:
        raise ValueError(f"samples: expected at least {least}, got {len(values)}")
    return sorted(values)


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return _median(checked(values))


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    ordered = checked(values)
    return math.fsum(ordered) / len(ordered)


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation of a sample (n-1); one number has none: ValueError."""
    ordered = checked(values, least=2)
    centre = math.fsum(ordered) / len(ordered)
    return math.sqrt(math.fsum((x - centre) ** 2 for x in ordered) / (len(ordered) - 1))


def mad(values: Sequence[float]) -> float:
    """Return the median absolute deviation from the median, not scaled to a normal's sigma."""
    ordered = checked(values)
    centre = _median(ordered)
    return _median([abs(x - centre) for x in ordered])


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile by linear interpolation (Hyndman and Fan's type 7, numpy's default)."""
    if not 0 <= share <= 1:
        raise ValueError(f"share: expected 0 to 1, got {share}")
    ordered = checked(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
