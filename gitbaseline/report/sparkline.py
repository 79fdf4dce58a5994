"""A series of numbers as one line of blocks."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=*#"


def sparkline(
    values: Sequence[float], *, ascii_only: bool = False, marks: Collection[int] = ()
) -> str:
    """Return the values, oldest first, as one character each; flat where all are equal.

    A bar stands before each place in ``marks``.

    >>> sparkline([1, 1, 3], ascii_only=True, marks=[2])
    '__|#'
    """
    blocks = _ASCII_BLOCKS if ascii_only else _BLOCKS
    if not values:
        return ""
    places = levels(values, len(blocks) - 1)
    return "".join(("|" if at in marks else "") + blocks[p] for at, p in enumerate(places))


def levels(values: Sequence[float], top: int) -> list[int]:
    """Return how high each value stands, the least at 0, the greatest at ``top``.

    All stand in the middle where they are equal.

    >>> levels([1, 2, 3], 10), levels([7, 7], 10)
    ([0, 5, 10], [5, 5])
    """
    # By a power of two, which is exact: a difference near the ends of the range is infinite or 0.
    scale = -math.frexp(max(map(abs, values)))[1]
    values = [math.ldexp(value, scale) for value in values]
    low = min(values)
    span = max(values) - low
    return [round((value - low) / span * top) if span else (top + 1) // 2 for value in values]
