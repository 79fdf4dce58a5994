"""Values to pixels and round numbers for an axis, for any doubles."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.site.scale import Scale, around, ticks

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(NUMBERS, min_size=1))
def test_an_axis_holds_every_value_at_a_finite_place(values):
    low, high = around(values)
    assert math.isfinite(low)
    assert math.isfinite(high)
    assert low < high
    scale = Scale(low=low, high=high, start=248.0, stop=26.0)
    for value in values:
        assert scale.holds(value)
        assert 25.9 <= scale(value) <= 248.1


@given(NUMBERS, NUMBERS, st.integers(2, 12))
def test_ticks_lie_on_the_axis_rise_and_are_few(one, other, most):
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, most=most)
    assert len(found) <= most
    assert found == sorted(set(found))
    room = 1e-9 * max(abs(low), abs(high))
    assert all(low - room <= tick <= high + room for tick in found)


def test_nothing_to_show_still_makes_an_axis():
    assert around([]) == (0.0, 1.0)
    assert around([0.0, 0.0]) == (-1.0, 1.0)
    assert around([5.0]) == (4.7, 5.3)
    assert ticks(1.0, 1.0, most=5) == []
    assert ticks(0.0, 5e-324, most=5) == []
    assert ticks(0.0, 1.0, most=5) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(0.0, 2e-323, most=2) == []
    assert ticks(-1.7e308, 1.7e308, most=2) == []
