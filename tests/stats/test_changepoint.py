import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.stats import changepoint
from gitbaseline.stats.changepoint import ChangePoint, change_points


def series(seed, *levels, sigma=1.0):
    draw = random.Random(seed)
    return [draw.gauss(level, sigma) for level, count in levels for _ in range(count)]


def places(values):
    return [point.index for point in change_points(values)]


def test_a_clean_step_whole():
    values = [10.0, 10.1, 9.9, 10.2, 9.8, 10.3, 9.7]
    values += [2 * v for v in values]
    assert change_points(values) == (
        ChangePoint(index=7, before=10.0, after=20.0, p=2 / math.comb(14, 7) * 9, gradual=False),
    )


@pytest.mark.parametrize("sigma", [0.1, 0.5, 1.0, 2.0])
def test_a_step_is_found_where_it_is(sigma):
    for seed in range(20):
        found = change_points(series(seed, (100, 50), (105, 50), sigma=sigma))
        assert [abs(p.index - 50) <= 6 and p.gradual for p in found] == [False]
        assert abs(found[0].index - 50) <= 6


def test_steps_up_a_bump_and_the_newest_entries():
    for seed in range(20):
        up = places(series(seed, (100, 50), (105, 50), (110, 50)))
        bump = places(series(seed, (100, 40), (106, 20), (100, 40)))
        new = places(series(seed, (100, 95), (106, 5)))
        assert [round(p, -1) for p in up] == [50, 100]
        assert [round(p, -1) for p in bump] == [40, 60]
        assert len(new) == 1
        assert abs(new[0] - 95) <= 1


def test_noise_alone_raises_under_one_alarm_in_a_hundred_series():
    for rounded in (False, True):
        alarms = 0
        for seed in range(1000):
            values = series(seed, (100, 20 + seed % 30))
            alarms += bool(places([round(v) for v in values] if rounded else values))
        assert alarms < 10


def test_an_outlier_is_no_step():
    for seed in range(50):
        values = series(seed, (100, 60), (100000, 1), (100, 39))
        assert places(values) == []


def test_a_drift_is_marked_and_steps_are_not():
    marks = []
    for seed in range(20):
        drift = [v + i / 10 for i, v in enumerate(series(seed, (100, 100)))]
        marks += [point.gradual for point in change_points(drift)]
        assert not any(p.gradual for p in change_points(series(seed, (100, 50), (105, 50))))
    assert len(marks) >= 20
    assert marks.count(False) * 10 <= len(marks)


def test_ten_thousand_entries_and_p_too_small_for_a_float():
    values = [float(i % 7) + (100 if i >= 4000 else 0) for i in range(10_000)]
    assert change_points(values) == (
        ChangePoint(index=4000, before=3.0, after=103.0, p=0.0, gradual=False),
    )


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 12, [5.0] * 100, [1.0] * 6 + [2.0] * 6])
def test_too_short_or_flat(values):
    assert change_points(values) == ()


def test_not_finite():
    with pytest.raises(ValueError, match=r"samples\[1\]: expected a finite number, got nan"):
        change_points([1.0, math.nan])


def test_a_place_without_room_between_its_neighbours_is_dropped():
    values = [1.0] * 20 + [9.0] * 20
    window = changepoint._Window(start=0, stop=40, tests=40)
    crowd = [changepoint._Found(window=window, index=index, p=0.0) for index in (23, 20, 25)]
    assert [f.index for f in changepoint._settled(values, crowd, 0.01)] == [20]
    assert changepoint._settled([1.0] * 40, crowd, 0.01) == []


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=13, max_size=60))
def test_scale_and_direction(values):
    forth = change_points([float(v) for v in values])
    scaled = change_points([4.0 * v for v in values])
    assert [(p.index, p.p, 4 * p.before) for p in forth] == [
        (p.index, p.p, p.before) for p in scaled
    ]
    assert [p.index for p in change_points([-float(v) for v in values])] == [p.index for p in forth]


@pytest.mark.parametrize("high", [1.7e308, -1.7e308, 5e-324])
def test_numbers_near_the_ends_of_the_range_step_too(high):
    assert places([0.0] * 10 + [high] * 10) == [10]
    assert places([-high] * 10 + [high] * 10) == [10]
