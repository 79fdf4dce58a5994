import math
import operator
import random
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gitbaseline.stats import pairs, welch
from gitbaseline.stats.interval import (
    Interval,
    Method,
    difference_interval,
    ratio_interval,
    samples_needed,
)
from gitbaseline.stats.utest import mann_whitney

POSITIVE = st.lists(st.floats(0.5, 2.0), min_size=3, max_size=9)


def normal(draw, n, centre=10.0, sigma=1.0):
    return [draw.gauss(centre, sigma) for _ in range(n)]


def test_a_thousand_differences_of_means_are_scipys():
    draw = random.Random(3)
    for _ in range(1000):
        x, y = normal(draw, draw.randint(2, 40)), normal(draw, draw.randint(2, 40), 11, 2)
        theirs = stats.ttest_ind(y, x, equal_var=False).confidence_interval(0.95)
        assert welch.difference(x, y) == pytest.approx(
            (theirs.low, theirs.high), rel=1e-8, abs=1e-8
        )


def test_both_ends_of_a_ratio_of_means_solve_fiellers_equation():
    draw = random.Random(4)
    for _ in range(200):
        x, y = normal(draw, draw.randint(2, 12), 20), normal(draw, draw.randint(2, 12), 22)
        m, n = len(x), len(y)
        vx, vy = np.var(x, ddof=1) / m, np.var(y, ddof=1) / n
        r = np.mean(y) / np.mean(x)
        vr = r * r * vx
        df = (vy + vr) ** 2 / (vy**2 / (n - 1) + vr**2 / (m - 1))
        ends = welch.ratio(x, y)
        if ends is None:
            assert np.mean(x) ** 2 <= stats.t.ppf(0.975, df) ** 2 * vx
            continue
        for end in ends:
            t = abs(np.mean(y) - end * np.mean(x)) / math.sqrt(vy + end * end * vx)
            assert t == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


def test_a_ratio_of_means_without_an_end():
    assert welch.ratio([-1.0, 1.0], [1.0, 2.0]) is None
    assert welch.ratio([-1.0, 1.5], [1.0, 2.0]) is None
    assert welch.ratio([2.0, 2.0], [3.0, 3.0]) == (1.5, 1.5)
    assert ratio_interval([0.01, 9.0, 0.02], [1.0, 2.0, 3.0]) is None


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-160, 1e150, 1e300])
def test_three_samples_of_any_size_have_the_interval_of_ordinary_ones(size):
    old, new = [9.0, 10.0, 11.0], [10.0, 11.0, 12.0]
    for test, unit in ((welch.ratio, 1.0), (welch.difference, size)):
        ends = test([size * x for x in old], [size * x for x in new])
        rough = 1e-2 if size < 1e-300 else 1e-12  # which has few digits
        assert [end / unit for end in ends] == pytest.approx(test(old, new), rel=rough)


def test_samples_near_the_end_of_the_range():
    largest = sys.float_info.max
    old = [-largest, -largest, -largest / 2]
    assert welch.difference(old, [largest] * 3)[1] == math.inf
    low, high = pairs.kth(
        [1e-300] * 70 + [1.0] * 70, [1.0] * 70 + [1e300] * 70, 4000, operator.truediv
    )
    assert (low, high) == (1.0, largest)


def test_an_interval_of_constant_samples_has_no_width():
    found = ratio_interval([0.01] * 3, [0.0095] * 3)
    assert found.high - found.low < 1e-14


def test_the_interval_is_what_the_test_does_not_refuse():
    draw = random.Random(5)
    for _ in range(300):
        n = draw.choice([4, 5, 6, 7, 8])
        x, y = normal(draw, n), normal(draw, draw.choice([5, 8]), 11)
        found = ratio_interval(x, y)
        assert found.method is Method.RANKS
        refused = mann_whitney(x, y).p <= 0.05
        assert refused == (not found.low <= 1 <= found.high)
        for end, inside in ((found.low, 1 + 1e-9), (found.high, 1 - 1e-9)):
            if end == found.centre:
                continue
            into = [end * inside * v for v in x]
            out = [end / inside * v for v in x]
            assert stats.mannwhitneyu(into, y).pvalue > 0.05
            assert stats.mannwhitneyu(out, y).pvalue <= 0.05


def test_known_intervals():
    found = ratio_interval([1.0, 2.0, 3.0, 4.0], [8.0, 16.0, 32.0, 64.0])
    assert found == Interval(low=2.0, centre=9.6, high=64.0, method=Method.RANKS)
    found = difference_interval([1.0, 2.0, 3.0, 4.0], [8.0, 16.0, 32.0, 64.0])
    assert found == Interval(low=4.0, centre=21.5, high=63.0, method=Method.RANKS)
    found = difference_interval([1.0, 1.0, 1.0], [3.0, 3.0, 3.0])
    assert found == Interval(low=2.0, centre=2.0, high=2.0, method=Method.WELCH)
    assert ratio_interval([9.9, 10.0, 10.1], [10.9, 11.0, 11.1]).method is Method.WELCH


@pytest.mark.parametrize(
    ("x", "y"),
    [([1.0, 2.0], [1.0] * 9), ([0.0, 1.0, 2.0], [1.0] * 3), ([1.0] * 3, [-1.0, 1.0, 1.0])],
)
def test_no_ratio(x, y):
    assert ratio_interval(x, y) is None


def test_no_difference():
    assert difference_interval([1.0, 2.0], [1.0, 2.0, 3.0]) is None
    with pytest.raises(ValueError, match="finite"):
        difference_interval([1.0, math.nan, 2.0], [1.0, 2.0, 3.0])


@given(POSITIVE, POSITIVE)
def test_scale_order_and_symmetry(x, y):
    found = ratio_interval(x, y)
    if found is None:
        return
    assert found.low <= found.centre <= found.high
    assert ratio_interval(x[::-1], y[::-1]) == found
    assert ratio_interval([4 * v for v in x], [4 * v for v in y]) == found
    back = ratio_interval(y, x)
    if back is not None and found.low > 0:
        ends = (1 / back.high, 1 / back.low)
        assert ends == pytest.approx((found.low, found.high), rel=1e-6)


def test_many_pairs_are_counted_to_the_same_number(monkeypatch):
    draw = random.Random(6)
    x, y = sorted(normal(draw, 40)), sorted(normal(draw, 30))
    for combine in (operator.truediv, operator.sub):
        every = sorted(combine(b, a) for a in x for b in y)
        with monkeypatch.context() as patch:
            patch.setattr(pairs, "SORTED_PAIRS", 0)
            for k in (1, 2, 17, 600, 1199, 1200):
                assert pairs.kth(x, y, k, combine) == (every[k - 1], every[-k])


def test_coverage_is_near_what_is_promised():
    draw = random.Random(7)
    for n, low, high in ((3, 0.94, 0.985), (4, 0.95, 0.985), (10, 0.94, 0.975)):
        hits = 0
        for _ in range(1000):
            found = ratio_interval(normal(draw, n, 10, 0.5), normal(draw, n, 10, 0.5))
            hits += found.low <= 1 <= found.high
        assert low <= hits / 1000 <= high


def test_samples_needed():
    found = Interval(low=0.96, centre=1.04, high=1.10, method=Method.RANKS)
    assert samples_needed(found, 1.2, n=5) == 5
    assert samples_needed(found, 1.05, n=5) == 368
    assert samples_needed(found, 1.0, n=5) == 41
    assert samples_needed(found, 0.9600001, n=50) == 103
    assert samples_needed(found, 1.04, n=5) is None
    # to be surer than the interval is: it may be clear of the boundary and yet not suffice
    assert samples_needed(found, 0.95, n=5, z=2.5758293035489004) == 13
    tiny = Interval(low=-1e300, centre=0.0, high=1e300, method=Method.RANKS)
    assert samples_needed(tiny, 1.0, n=5) is None
    assert samples_needed(found, 1.0401, n=5) is None  # half a million


def test_differences_whose_variance_is_nearly_nothing():
    found = difference_interval([0.0] * 3, [0.0, 0.0, 1e-114])
    assert found.low <= 0.0 <= found.high < 1e-113
