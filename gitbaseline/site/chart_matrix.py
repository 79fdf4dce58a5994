"""A matrix of pairs as a heat map: bandwidth or latency from each source to each destination.

The number stands in each cell where there is room, and always in the table beside: the shade only
helps the eye. Shades are five classes of the style sheet, light to dark from the smallest value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from gitbaseline.frozen import dataclass
from gitbaseline.report.numbers import amount
from gitbaseline.site import svg

SHADES = 5
_CELL_X, _CELL_Y = 56, 26
_EDGE = 64
_TOP = 26
_NUMBERED = 16  # columns up to which the numbers fit their cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The values by (row, column); a pair that was not measured is absent."""

    title: str
    unit: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Mapping[tuple[str, str], float]


def draw(matrix: Matrix, name: str) -> Markup:
    """Return the heat map; ``name`` is unique on its page."""
    wide = len(matrix.columns) <= _NUMBERED
    step_x, step_y = (_CELL_X, _CELL_Y) if wide else (14, 14)
    width = _EDGE + step_x * len(matrix.columns) + 8
    height = _TOP + step_y * len(matrix.rows) + 8
    return svg.element(
        "svg",
        svg.element("title", escape(matrix.title), id=f"{name}-title"),
        *_heads(matrix, step_x, step_y),
        *_cells(matrix, step_x, step_y, numbered=wide),
        class_="matrix",
        viewbox=f"0 0 {width} {height}",
        width=float(width),
        height=float(height),
        role="img",
        aria_labelledby=f"{name}-title",
    )


def _heads(matrix: Matrix, step_x: int, step_y: int) -> Iterator[Markup]:
    every = max(1, -(-28 // step_x))
    for at, column in enumerate(matrix.columns[::every]):
        x = _EDGE + step_x * (at * every + 0.5)
        yield svg.label(_short(column), x, _TOP - 8, text_anchor="middle")
    for at, row in enumerate(matrix.rows):
        y = _TOP + step_y * (at + 0.5) + 4
        yield svg.label(_short(row), _EDGE - 8, y, text_anchor="end")


def _cells(matrix: Matrix, step_x: int, step_y: int, *, numbered: bool) -> Iterator[Markup]:
    low, high = min(matrix.values.values()), max(matrix.values.values())
    for down, row in enumerate(matrix.rows):
        for across, column in enumerate(matrix.columns):
            value = matrix.values.get((row, column))
            x, y = _EDGE + step_x * across, _TOP + step_y * down
            size = {"x": x + 1.0, "y": y + 1.0, "width": step_x - 2.0, "height": step_y - 2.0}
            if value is None:
                yield svg.element("rect", class_="none", **size)
                continue
            shade = shade_of(value, low, high)
            about = f"{row} to {column}: {amount(value)} {matrix.unit}"
            said = svg.element("title", escape(about))
            yield svg.element("rect", said, class_=f"shade-{shade}", **size)
            if numbered:
                place = x + step_x / 2, y + step_y / 2 + 4
                yield svg.label(f"{value:.4g}", *place, text_anchor="middle", class_=f"on-{shade}")


def shade_of(value: float, low: float, high: float) -> int:
    """Return the class of a value among those from low to high, 1 to ``SHADES``."""
    span = high / 2 - low / 2
    share = (value / 2 - low / 2) / span if span else 0.5
    return 1 + min(SHADES - 1, int(share * SHADES))


def _short(text: str) -> str:
    return text if len(text) <= 9 else f"{text[:8]}\u2026"
