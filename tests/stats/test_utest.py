import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gitbaseline.stats.noise import tolerance_from
from gitbaseline.stats.rank_sum import critical, normal_tail, tail_counts
from gitbaseline.stats.student import quantile as student
from gitbaseline.stats.utest import UTest, mann_whitney

SAMPLES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


def test_a_thousand_cases_are_scipys():
    draw = random.Random(2)
    methods = set()
    for case in range(1000):
        m, n = draw.randint(1, 40), draw.randint(1, 40)
        one = (lambda: draw.randint(0, 9)) if case % 2 else draw.random
        x, y = [one() for _ in range(m)], [one() * 1.2 for _ in range(n)]
        ours = mann_whitney(x, y)
        methods.add(ours.method)
        theirs = stats.mannwhitneyu(
            x, y, method="exact" if ours.method == "exact" else "asymptotic"
        )
        assert (ours.u, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)
        if len({*x, *y}) == m + n:
            assert (ours.method == "exact") == (min(m, n) <= 8)
            assert ours.p == pytest.approx(stats.mannwhitneyu(x, y).pvalue, abs=1e-9)
        else:
            assert ours.method == "normal"
    assert methods == {"exact", "normal"}


def test_no_evidence():
    assert mann_whitney([1.0], [2.0]) == UTest(u=0.0, p=1.0, method="exact")
    assert mann_whitney([5.0] * 4, [5.0] * 9) == UTest(u=18.0, p=1.0, method="normal")


@given(SAMPLES, SAMPLES)
def test_order_and_sides_do_not_matter(x, y):
    forth, back = mann_whitney(x, y), mann_whitney(y[::-1], x[::-1])
    assert (forth.p, forth.method) == (back.p, back.method)
    assert forth.u + back.u == len(x) * len(y)
    assert mann_whitney([4 * v for v in x], [4 * v for v in y]) == forth


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0])])
def test_bad_samples(x, y):
    with pytest.raises(ValueError, match="expected"):
        mann_whitney(x, y)


def test_the_counts_are_those_of_every_order():
    assert tail_counts(2, 3) == (1, 2, 4, 6)
    assert tail_counts(10, 12)[-1] * 2 == math.comb(22, 10) + (
        tail_counts(10, 12)[60] - tail_counts(10, 12)[59]
    )


def test_critical_ranks():
    # Tables of the Mann-Whitney U (two-sided 5 %), plus one: Hollander and Wolfe, table A.6.
    table = {(3, 3): 0, (3, 4): 0, (3, 5): 1, (4, 4): 1, (5, 5): 3, (8, 8): 14, (10, 10): 24}
    assert {sizes: critical(*sizes) for sizes in table} == table
    assert (critical(20, 20), critical(1, 3000)) == (128, 0)


def test_the_approximate_critical_rank_meets_the_exact_one():
    exact = critical(50, 50)
    approximate = math.floor(1250.5 - 1.959963984540054 * math.sqrt(2500 * 101 / 12))
    assert abs(exact - approximate) <= 1
    assert critical(50, 51) > exact


@pytest.mark.parametrize(
    "number",
    [
        normal_tail(2.1),
        mann_whitney([1.0, 2.0, 2.0, 3.0], [2.0, 5.0, 6.0, 7.0]).p / 2,
        student(0.975, 4.5),
        student(0.975, 1e7),
        tolerance_from([[10.0, 10.1], [10.2, 10.3], [9.9, 9.7]]),
    ],
)
def test_what_the_library_of_c_computes_is_rounded(number):
    assert number == float(f"{number:.10g}")
