import math
import random

import pytest
from scipy import stats

from gitbaseline.stats import student
from gitbaseline.stats.student import quantile


def test_a_thousand_quantiles_are_scipys():
    draw = random.Random(1)
    for _ in range(1000):
        share = draw.choice([0.5, 0.6, 0.975, 0.99, draw.uniform(0.001, 0.999), 1 - 1e-6])
        freedom = draw.choice([1, 2, 4, draw.uniform(1, 8), 10 ** draw.uniform(0, 7)])
        expected = stats.t.ppf(share, freedom)
        assert quantile(share, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("share", "freedom"), [(0, 3), (1, 3), (0.5, 0.9), (0.5, math.inf), (math.nan, 3)]
)
def test_out_of_range(share, freedom):
    with pytest.raises(ValueError, match="expected 0 < share < 1 <= freedom"):
        quantile(share, freedom)


def test_the_fraction_is_kept_away_from_zero():
    assert (student._away(0.0), student._away(-2.0)) == (1e-300, -2.0)
