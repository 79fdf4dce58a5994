"""Charts as SVG: what is drawn where, and that it is well-formed and inert."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.site import badge, chart_curve, chart_history, chart_matrix, sparkline
from gitbaseline.site.chart_curve import Curve
from gitbaseline.site.chart_history import Ceiling, Chart, Mark
from gitbaseline.site.chart_matrix import Matrix

SPIKE = "<script>alert(1)</script>\"'&"


def parsed(drawn):
    top = ET.fromstring(str(drawn))
    for part in top.iter():
        assert part.tag not in ("script", "foreignObject", "a")
        assert not [name for name in part.attrib if name.startswith("on") or name == "style"]
    return top


def classes(top):
    return [part.get("class") for part in top.iter() if part.get("class")]


def history(values, **more):
    marks = [
        Mark(value=v, at=f"2026-01-{n + 1:02d}T00:00:00Z", kind="ok") for n, v in enumerate(values)
    ]
    return Chart(**{"title": "t", "unit": "ms", "marks": marks} | more)


def places(top, name):
    found = [part for part in top.iter("use") if part.get("class") == name]
    return [(float(part.get("x")), float(part.get("y"))) for part in found]


def test_larger_is_higher_and_later_is_further_right():
    top = parsed(chart_history.draw(history([1.0, 3.0, 2.0]), "c"))
    (x0, y0), (x1, y1), (x2, y2) = places(top, "ok")
    assert x0 < x1 < x2
    assert y1 < y2 < y0


def test_a_status_is_a_shape_of_its_own():
    kinds = ("ok", "candidate", "retracted", "distrusted", "other")
    marks = [Mark(value=1.0, at="2026-01-01T00:00:00Z", kind=kind) for kind in kinds]
    top = parsed(chart_history.draw(history([], marks=marks), "c"))
    hrefs = [part.get("href") for part in top.iter("use")]
    assert hrefs == [f"#mark-{n}" for n in ("ok", "candidate", "withdrawn", "withdrawn", "other")]
    line = next(part for part in top.iter("path") if part.get("class") == "line")
    assert line.get("d").count("L") == 1  # what was withdrawn or is of another line is not joined


def test_samples_intervals_band_and_steps_are_drawn():
    mark = Mark(
        value=2.0,
        at="2026-01-01T00:00:00Z",
        kind="ok",
        samples=(1.0, 2.0, 3.0),
        interval=(1.5, 2.5),
    )
    chart = history([], marks=[mark, mark], steps=[1], band=(1.9, 2.1))
    top = parsed(chart_history.draw(chart, "c"))
    by_class = {part.get("class"): part for part in top.iter() if part.get("class")}
    assert by_class["samples"].get("d").count("h0") == 6
    assert by_class["interval"].get("d").count("V") == 2
    assert float(by_class["band"].get("height")) > 0
    assert by_class["step"].get("d").startswith("M408 ")  # half-way between the two
    many = Mark(value=2.0, at="2026-01-01T00:00:00Z", kind="ok", samples=(1.0,) * 5000)
    assert "samples" not in classes(parsed(chart_history.draw(history([], marks=[many]), "c")))


@pytest.mark.parametrize(
    ("ceiling", "said", "drawn"),
    [
        (3.4, "ceiling 3.4 ms", True),
        (90.0, "ceiling 90 ms, above this chart", False),
        (-90.0, "ceiling -90 ms, below this chart", False),
    ],
)
def test_a_ceiling_is_a_line_where_near_and_told_where_far(ceiling, said, drawn):
    chart = history([1.0, 3.0], ceiling=Ceiling(value=ceiling, name="peak"))
    top = parsed(chart_history.draw(chart, "c"))
    texts = [part.text for part in top.iter("text")]
    assert said in texts
    assert ("ceiling" in classes(top)) is drawn


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1),
)
def test_any_values_and_texts_make_a_chart_that_parses(values, text):
    marks = [Mark(value=v, at="2026-01-01T00:00:00Z", kind="ok", samples=(v, 0.0)) for v in values]
    top = parsed(chart_history.draw(history([], marks=marks, unit=text, title=text), "c"))
    assert top.find("title").text == text
    numbers = [part.get(name) for part in top.iter() for name in ("x", "y", "d") if part.get(name)]
    assert not [number for number in numbers if re.search("nan|inf", number)]


def test_texts_of_the_registry_stay_texts():
    chart = history([1.0, 2.0], unit=SPIKE, title=SPIKE, ceiling=Ceiling(value=2.0, name=SPIKE))
    assert parsed(chart_history.draw(chart, "c")).find("title").text == SPIKE
    matrix = Matrix(
        title=SPIKE, unit=SPIKE, rows=[SPIKE], columns=[SPIKE], values={(SPIKE, SPIKE): 1.0}
    )
    parsed(chart_matrix.draw(matrix, "m"))
    curve = Curve(name=SPIKE, unit=SPIKE, axis=SPIKE, now=[(1, 1), (2, 2)])
    parsed(chart_curve.draw(curve, "c"))
    row = {"measurement": SPIKE, "value": SPIKE, "unit": SPIKE, "verdict": None}
    parsed(badge.render(row).decode())


def test_a_matrix_shades_by_value_and_leaves_what_was_not_measured_open():
    values = {("0", "1"): 10.0, ("1", "0"): 20.0}
    matrix = Matrix(title="t", unit="GB/s", rows=["0", "1"], columns=["0", "1"], values=values)
    top = parsed(chart_matrix.draw(matrix, "m"))
    rects = [part.get("class") for part in top.iter("rect")]
    assert rects == ["none", "shade-1", "shade-5", "none"]
    assert [part.text for part in top.iter("text")][-2:] == ["10", "20"]
    assert [chart_matrix.shade_of(v, 0.0, 10.0) for v in (0, 1.9, 2, 5, 9.9, 10)] == [
        1,
        1,
        2,
        3,
        5,
        5,
    ]
    assert chart_matrix.shade_of(3.0, 3.0, 3.0) == 3


def test_a_wide_matrix_has_no_numbers_in_its_cells_but_still_names_them():
    names = [f"gpu_number_{n}" for n in range(40)]
    values = {(row, column): 1.0 for row in names for column in names}
    top = parsed(
        chart_matrix.draw(
            Matrix(title="t", unit="u", rows=names, columns=names, values=values), "m"
        )
    )
    assert len(list(top.iter("text"))) == 40 + 20
    assert next(top.iter("rect")).find("title").text == "gpu_number_0 to gpu_number_0: 1 u"


def test_a_curve_has_both_entries_over_their_levels():
    curve = Curve(
        name="ttft", unit="ms", axis="concurrency", now=[(1, 5), (64, 9)], before=[(1, 6)]
    )
    top = parsed(chart_curve.draw(curve, "c"))
    assert len(places(top, "line")) == 2
    assert len(places(top, "before")) == 1
    assert {"1", "64", "concurrency"} <= {part.text for part in top.iter("text")}


def test_a_sparkline_needs_two_values_and_shows_the_newest():
    assert str(sparkline.draw([1.0])) == ""
    top = parsed(sparkline.draw([float(n) for n in range(100)]))
    assert top.find("path").get("d").count("L") == sparkline.MOST - 1


@pytest.mark.parametrize("verdict", ["GREEN", "YELLOW", "RED", "INCOMPARABLE"])
def test_a_badge_says_its_verdict_in_a_word(verdict):
    row = {"measurement": "step", "value": "4" * 60, "unit": "ms", "verdict": verdict}
    name = parsed(badge.render(row).decode()).get("aria-label")
    assert name.startswith("step: 444")
    assert name.endswith(f"\u2026 {verdict}")
