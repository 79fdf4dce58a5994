"""A history at a glance, as wide as a word."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from gitbaseline.site import svg
from gitbaseline.site.scale import Scale, around

WIDTH, HEIGHT = 96, 22
MOST = 40  # the newest values


def draw(values: Sequence[float]) -> Markup:
    """Return the newest values, oldest left; nothing of fewer than two."""
    shown = values[-MOST:]
    if len(shown) < 2:
        return Markup("")
    low, high = around(shown)
    x = Scale(low=0, high=len(shown) - 1, start=3, stop=WIDTH - 4)
    y = Scale(low=low, high=high, start=HEIGHT - 2, stop=2)
    points = [(x(at), y(value)) for at, value in enumerate(shown)]
    return svg.element(
        "svg",
        svg.element("path", d=svg.path(points), class_="line"),
        svg.element("circle", cx=points[-1][0], cy=points[-1][1], r=2.5, class_="last"),
        class_="spark",
        viewbox=f"0 0 {WIDTH} {HEIGHT}",
        width=float(WIDTH),
        height=float(HEIGHT),
        aria_hidden="true",
    )
