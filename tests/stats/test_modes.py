import random

import pytest

from gitbaseline.stats.modes import Levels, two_levels


def many(draw, n, rounds=200):
    """Return in how many of the rounds two levels are found."""
    return sum(two_levels([draw() for _ in range(n)]) is not None for _ in range(rounds))


@pytest.mark.parametrize("n", [20, 30, 100])
def test_two_levels_are_found(n):
    r = random.Random(4)
    assert many(lambda: r.choice((100, 110)) * r.gauss(1, 0.01), n) == 200


@pytest.mark.parametrize(("n", "most"), [(20, 6), (30, 3), (100, 0)])
def test_one_level_seldom_is_called_two(n, most):
    r = random.Random(4)
    assert many(lambda: r.gauss(100, 2), n) <= most
    assert many(lambda: r.lognormvariate(0, 0.5), n) <= most


def test_what_they_are():
    assert two_levels([1.0, 2.0] * 10) == Levels(low=1.0, high=2.0, low_n=10, high_n=10)
    found = two_levels([5.0] * 3 + [1.0] * 17)
    assert (found.low_n, found.high_n) == (17, 3)


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0] * 9,  # too few to say
        [3.0] * 30,
        [0.0] * 30,
        [1.0] * 28 + [2.0] * 2,  # two outliers are no level
        [float(n) for n in range(30)],
        # far apart, but the upper part falls apart more widely than the two do
        [100.0 + n / 100 for n in range(15)] + [110.0 + 6 * n for n in range(15)],
    ],
)
def test_one_level(values):
    assert two_levels(values) is None


@pytest.mark.parametrize("pair", [(1e308, -1e308), (5e-324, 0.0), (1.0, 1.0 + 1e-12)])
def test_the_ends_of_the_numbers(pair):
    assert two_levels([*pair] * 10) is not None
