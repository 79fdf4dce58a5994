"""The chart of a history: whole pictures, and its room for any number of values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.compare.step import History, Point, Step
from gitbaseline.model.baseline import Code
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction
from gitbaseline.report import plot
from gitbaseline.report.folding import width


def history(*values, unit="ms"):
    return History(
        key="lat",
        unit=unit,
        direction=Direction.LOWER,
        points=tuple(
            Point(
                path=entry_path("fam", "m", "20260101T000000Z"),
                at=f"2026-01-01T00:00:{number % 60:02}Z",
                code=Code(sha="a" * 40),
                value=value,
            )
            for number, value in enumerate(values)
        ),
    )


def step(of, index):
    return Step(
        key="lat",
        unit="ms",
        direction=Direction.LOWER,
        index=index,
        before=of.points[index - 1],
        after=of.points[index],
        old=1,
        new=2,
        p=0.01,
        gradual=False,
    )


def drawn(of, *marks, columns=40, ascii_only=False):
    steps = [step(of, mark) for mark in marks]
    return plot.render(of, steps, columns=columns, ascii_only=ascii_only).split("\n")


def test_a_chart():
    lines = drawn(history(0.0, 95.0, 47.5), 1)
    assert lines == [
        "  95 ms │    │████",
        *["        │    │████"] * 4,
        "        │    │████▁▁▁▁",
        *["        │    │████████"] * 5,
        "   0 ms │▁▁▁▁│████████",
        "         2026-01-01T00:00:00Z to 2026-01-01T00:00:02Z, 3 values",
    ]


def test_a_chart_in_ascii():
    lines = drawn(history(0.0, 35.0, 4.0, unit=""), 2, ascii_only=True)
    assert lines[0] == "35 |    ####|"
    assert lines[-3:-1] == ["   |    ####|::::", " 0 |....####|####"]
    assert all(map(str.isascii, lines))


@pytest.mark.parametrize("values", [(), (1.0,)])
def test_there_is_nothing_to_draw(values):
    assert drawn(history(*values)) == [""]


def test_equal_values_stand_in_the_middle():
    lines = drawn(history(5.0, 5.0))
    assert lines[:-1] == [
        *["     │"] * 5,
        "5 ms │▁▁▁▁▁▁▁▁",
        *["     │████████"] * 6,
    ]


def test_the_newest_are_shown_and_it_says_so():
    lines = drawn(history(*map(float, range(100))), 50, 95, columns=27)
    assert lines[-1].endswith("to 2026-01-01T00:00:39Z, 19 of 100 values")
    assert lines[-2] == "81 ms │▁▆" + "█" * 12 + "│" + "█" * 5
    assert lines[0].startswith("99 ms │")


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=90),
    st.integers(60, 120),
    st.sets(st.integers(1, 89)),
    st.booleans(),
)
def test_it_never_leaves_its_room(values, columns, marks, ascii_only):
    of = history(*values)
    lines = drawn(
        of, *(m for m in marks if m < len(values)), columns=columns, ascii_only=ascii_only
    )
    assert len(lines) == 13
    assert max(map(width, lines[:-1])) <= columns
    assert not ascii_only or all(map(str.isascii, lines))
