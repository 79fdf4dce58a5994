"""One metric over its entries as an inline SVG: what stands still until a script wakes it.

Each entry is one step to the right, the oldest left. A mark's shape tells its status, never its
colour alone. Lines and areas lie in one group that a script may stretch to zoom; marks keep their
size. The values stand in a table beside the chart and as JSON for the script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from gitbaseline.frozen import dataclass
from gitbaseline.report.numbers import amount
from gitbaseline.site import svg
from gitbaseline.site.scale import Scale, around, ticks

WIDTH, HEIGHT = 760, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 746, 26, 248

MOST_SAMPLES = 3000  # on a page: dots are most of what it weighs
_TICKS_Y = 6
_TICKS_X = 6
_FAR = 2.0  # times the span of the values: a ceiling further away would flatten them

MARKS = {
    "ok": "ok",
    "candidate": "candidate",
    "retracted": "withdrawn",
    "distrusted": "withdrawn",
    "other": "other",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One entry. ``kind`` is a status, or ``other`` for another line than the newest's."""

    value: float
    at: str
    kind: str
    samples: tuple[float, ...] = ()
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The published peak in the chart's unit, and its key."""

    value: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is to be drawn. ``steps`` are the places of marks that begin a new level.

    ``band`` is where the next value may lie without being adversely beyond its tolerance.
    """

    title: str
    unit: str
    marks: Sequence[Mark]
    steps: Sequence[int] = ()
    band: tuple[float, float] | None = None
    ceiling: Ceiling | None = None
    most_samples: int = MOST_SAMPLES

    @property
    def shows_samples(self) -> bool:
        """Whether there are samples, and room for all of them."""
        return 0 < sum(len(m.samples) for m in self.marks) <= self.most_samples


def draw(chart: Chart, name: str) -> Markup:
    """Return the chart; ``name`` is unique on its page and made by the caller, not the registry."""
    marks = chart.marks
    x = Scale(low=-0.5, high=max(len(marks) - 0.5, 0.5), start=LEFT, stop=RIGHT)
    y = _vertical(chart)
    return svg.element(
        "svg",
        svg.element("title", escape(chart.title), id=f"{name}-title"),
        _clip(name),
        svg.element("g", *_axis_y(y, chart.unit), class_="axis y"),
        svg.element("g", *_axis_x(x, marks), class_="axis x"),
        svg.element(
            "g",
            svg.element("g", *_stretched(chart, x, y), class_="stretch"),
            svg.element("g", *_marks(marks, x, y), class_="marks"),
            clip_path=f"url(#{name}-clip)",
        ),
        *_off_scale(chart, y),
        class_="history",
        viewbox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_labelledby=f"{name}-title",
        data_low=repr(y.low),
        data_high=repr(y.high),
    )


def _vertical(chart: Chart) -> Scale:
    values = [m.value for m in chart.marks]
    values += [end for m in chart.marks for end in m.interval or ()]
    values += [sample for m in chart.marks for sample in m.samples]
    values += chart.band or ()
    low, high = around(values)
    if chart.ceiling and _is_near(chart.ceiling.value, low, high):
        low, high = around([*values, chart.ceiling.value])
    return Scale(low=low, high=high, start=BOTTOM, stop=TOP)


def _is_near(value: float, low: float, high: float) -> bool:
    away = max(value / 2 - high / 2, low / 2 - value / 2)
    return away <= _FAR * (high / 2 - low / 2)


def _clip(name: str) -> Markup:
    area = svg.element("rect", x=LEFT, y=TOP, width=RIGHT - LEFT, height=BOTTOM - TOP)
    return svg.element("clipPath", area, id=f"{name}-clip")


def _axis_y(y: Scale, unit: str) -> Iterator[Markup]:
    yield svg.label(unit, 4, TOP - 10, class_="unit")
    for tick in ticks(y.low, y.high, most=_TICKS_Y):
        place = y(tick)
        yield svg.element("path", d=f"M{LEFT} {svg.pixel(place)}H{RIGHT}", class_="grid")
        yield svg.label(amount(tick), LEFT - 8, place + 4, text_anchor="end")


def _axis_x(x: Scale, marks: Sequence[Mark]) -> Iterator[Markup]:
    every = max(1, -(-len(marks) // _TICKS_X))
    for place in range(0, len(marks), every):
        yield svg.label(marks[place].at[:10], x(place), BOTTOM + 18, text_anchor="middle")


def _stretched(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    if chart.band:
        top, bottom = y(chart.band[1]), y(chart.band[0])
        size = {"x": float(LEFT), "y": top, "width": float(RIGHT - LEFT), "height": bottom - top}
        yield svg.element("rect", class_="band", **size)
    if chart.ceiling and y.holds(chart.ceiling.value):
        yield svg.element(
            "path", d=f"M{LEFT} {svg.pixel(y(chart.ceiling.value))}H{RIGHT}", class_="ceiling"
        )
    for place in chart.steps:
        at = svg.pixel(x(place - 0.5))
        yield svg.element("path", d=f"M{at} {TOP}V{BOTTOM}", class_="step")
    if samples := _samples(chart, x, y):
        yield svg.element("path", d=samples, class_="samples")
    if intervals := _intervals(chart.marks, x, y):
        yield svg.element("path", d=intervals, class_="interval")
    line = [(x(at), y(m.value)) for at, m in enumerate(chart.marks) if m.kind in _IN_LINE]
    if len(line) > 1:
        yield svg.element("path", d=svg.path(line), class_="line")


def _samples(chart: Chart, x: Scale, y: Scale) -> str:
    """Return every sample as a dot: a line of no length with round ends."""
    if not chart.shows_samples:
        return ""
    return "".join(
        f"M{svg.pixel(x(at))} {svg.pixel(y(sample))}h0"
        for at, m in enumerate(chart.marks)
        for sample in m.samples
    )


def _intervals(marks: Sequence[Mark], x: Scale, y: Scale) -> str:
    return "".join(
        f"M{svg.pixel(x(at))} {svg.pixel(y(m.interval[0]))}V{svg.pixel(y(m.interval[1]))}"
        for at, m in enumerate(marks)
        if m.interval
    )


def _marks(marks: Sequence[Mark], x: Scale, y: Scale) -> Iterator[Markup]:
    for at, m in enumerate(marks):
        kind = MARKS[m.kind]
        yield svg.element("use", href=f"#mark-{kind}", class_=kind, x=x(at), y=y(m.value))


def _off_scale(chart: Chart, y: Scale) -> Iterator[Markup]:
    """Name the ceiling: at its line, or at the edge that it lies beyond."""
    if chart.ceiling is None:
        return
    value = chart.ceiling.value
    said = f"ceiling {amount(value)} {chart.unit}"
    if y.holds(value):
        place = y(value)
        yield svg.label(said, RIGHT, place - 4, text_anchor="end", class_="ceiling-name")
    else:
        beyond = f"{said}, {'above' if value > y.high else 'below'} this chart"
        yield svg.label(beyond, RIGHT, TOP - 10, text_anchor="end", class_="ceiling-name")


_IN_LINE = ("ok", "candidate")
