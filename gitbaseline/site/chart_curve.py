"""Metrics against a load: latency or throughput over the concurrency at which it was measured.

The newest entry is drawn with a solid line and round marks, the one before it dashed with squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from gitbaseline.frozen import dataclass
from gitbaseline.report.numbers import amount
from gitbaseline.site import svg
from gitbaseline.site.scale import Scale, around, ticks

WIDTH, HEIGHT = 370, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 358, 26, 178


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One metric over the levels: (level, value) by level, of the newest and of the one before."""

    name: str
    unit: str
    axis: str
    now: Sequence[tuple[float, float]]
    before: Sequence[tuple[float, float]] = ()


def draw(curve: Curve, name: str) -> Markup:
    """Return the chart; ``name`` is unique on its page. Levels are evenly apart, as doublings."""
    levels = sorted({level for level, _ in (*curve.now, *curve.before)})
    low, high = around(value for _, value in (*curve.now, *curve.before))
    x = Scale(low=-0.3, high=len(levels) - 0.7, start=_LEFT, stop=_RIGHT)
    y = Scale(low=low, high=high, start=_BOTTOM, stop=_TOP)
    place = {level: x(at) for at, level in enumerate(levels)}
    lines = (("before", "square", curve.before), ("line", "ok", curve.now))
    title = f"{curve.name} ({curve.unit}) against {curve.axis}"
    return svg.element(
        "svg",
        svg.element("title", escape(title), id=f"{name}-title"),
        svg.element("g", *_axes(curve, levels, place, y), class_="axis"),
        *(
            part
            for class_, mark, points in lines
            for part in _line([(place[level], y(v)) for level, v in points], class_, mark)
        ),
        class_="curve",
        viewbox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_labelledby=f"{name}-title",
    )


def _axes(
    curve: Curve, levels: Sequence[float], place: dict[float, float], y: Scale
) -> Iterator[Markup]:
    yield svg.label(f"{curve.name}, {curve.unit}", 4, _TOP - 10, class_="unit")
    for tick in ticks(y.low, y.high, most=5):
        yield svg.element("path", d=f"M{_LEFT} {svg.pixel(y(tick))}H{_RIGHT}", class_="grid")
        yield svg.label(amount(tick), _LEFT - 8, y(tick) + 4, text_anchor="end")
    every = max(1, -(-len(levels) // 8))
    for level in levels[::every]:
        yield svg.label(amount(level), place[level], _BOTTOM + 18, text_anchor="middle")
    yield svg.label(curve.axis, (_LEFT + _RIGHT) / 2, _BOTTOM + 36, text_anchor="middle")


def _line(points: Sequence[tuple[float, float]], class_: str, mark: str) -> Iterator[Markup]:
    if len(points) > 1:
        yield svg.element("path", d=svg.path(points), class_=class_)
    for x, y in points:
        yield svg.element("use", href=f"#mark-{mark}", class_=class_, x=x, y=y)
