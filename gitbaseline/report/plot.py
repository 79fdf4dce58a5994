"""The history of a metric as a chart for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gitbaseline.compare.step import History, Step
from gitbaseline.report.folding import width
from gitbaseline.report.numbers import amount
from gitbaseline.report.sparkline import levels

_ROWS = 12
_BLOCKS = " ▁▂▃▄▅▆▇█"  # eighths of a row
_ASCII_BLOCKS = " .:#"  # thirds
_BROADEST = 4  # columns of one value, where there are few
_NARROWEST = 10  # columns of the chart, however narrow the terminal is


def render(history: History, steps: Sequence[Step], *, columns: int, ascii_only: bool) -> str:
    """Return a chart of the newest values that ``columns`` have room for, the oldest at the left.

    The scale is from the least value shown, not from 0, to the greatest, both named at the left; a
    line stands at each change point. Equal values stand in the middle. Below are the times of the
    first and the last value and how many there are. Nothing for fewer than two values.
    """
    if len(history.points) < 2:
        return ""
    labels = [f"{amount(point.value)} {history.unit}".rstrip() for point in history.points]
    left = max(map(width, labels))
    room = max(columns - left - 2, _NARROWEST)
    begin = _begin(len(labels), [step.index for step in steps], room)
    points = history.points[begin:]
    values = [point.value for point in points]
    marks = {step.index - begin for step in steps if step.index >= begin}
    low, high = (labels[begin + values.index(end(values))] for end in (min, max))
    named = {0: low, _ROWS - 1: high} if low != high else {_ROWS // 2: low}
    broad = min((room - len(marks)) // len(values), _BROADEST)
    side = "|" if ascii_only else "│"
    drawn = _rows(values, marks, broad, _ASCII_BLOCKS if ascii_only else _BLOCKS, side)
    lines = [
        f"{_to_right(named.get(row, ''), left)} {side}{drawn[row]}".rstrip()
        for row in reversed(range(_ROWS))
    ]
    of = f"{len(points)} of {len(labels)}" if begin else str(len(labels))
    lines.append(f"{' ' * (left + 2)}{points[0].at} to {points[-1].at}, {of} values")
    return "\n".join(lines)


def _begin(count: int, marks: Sequence[int], room: int) -> int:
    """Return the first of ``count`` values from which on values and marks have room."""
    begin = max(count - room, 0)
    while count - begin + sum(mark >= begin for mark in marks) > room:
        begin += 1
    return begin


def _rows(
    values: Sequence[float], marks: Collection[int], broad: int, blocks: str, side: str
) -> list[str]:
    """Return the rows of the chart, the lowest first."""
    full = len(blocks) - 1
    heights = [level + 1 for level in levels(values, _ROWS * full - 1)]
    return [
        "".join(
            (side if at in marks else "") + blocks[min(max(height - row * full, 0), full)] * broad
            for at, height in enumerate(heights)
        )
        for row in range(_ROWS)
    ]


def _to_right(label: str, columns: int) -> str:
    return " " * (columns - width(label)) + label
