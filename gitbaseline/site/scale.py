"""Values to pixels, and round numbers for an axis.

Values may lie anywhere a double can: spans are halved before they are subtracted where they would
overflow, and a span of nothing gets some room.

>>> Scale(low=0.0, high=10.0, start=0.0, stop=100.0)(5.0)
50.0
>>> ticks(0.0, 97.0, most=5)
[0.0, 20.0, 40.0, 60.0, 80.0]
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from gitbaseline.frozen import dataclass

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_ROOM = 0.06  # of the span, above and below


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A line from values low..high to pixels start..stop; low < high."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.start + share * (self.stop - self.start)

    def holds(self, value: float) -> bool:
        """Whether the value lies on the axis."""
        return self.low <= value <= self.high


def around(values: Iterable[float]) -> tuple[float, float]:
    """Return low < high that hold all values with some room around; of none 0 and 1."""
    known = list(values)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    half = high / 2 - low / 2
    room = 2 * _ROOM * half or abs(high) * _ROOM or 1.0
    return _finite(low - room), _finite(high + room)


def ticks(low: float, high: float, *, most: int) -> list[float]:
    """Return at most ``most`` round numbers from low to high, evenly apart."""
    span = high / 2 - low / 2
    raw = 2 * (span / most)
    if not (math.isfinite(raw) and raw > 0):
        return []
    unit = 10.0 ** math.floor(math.log10(raw))
    if unit == 0:  # nothing below the smallest double is round
        return []
    for times in _ROUND:
        step = times * unit
        first, last = math.ceil(low / step), math.floor(high / step)
        if math.isfinite(step) and last - first + 1 <= most:
            return [place * step for place in range(first, last + 1)]
    return []


def _finite(value: float) -> float:
    largest = math.nextafter(math.inf, 0)
    return max(-largest, min(largest, value))
