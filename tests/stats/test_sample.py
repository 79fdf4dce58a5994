import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.stats import sample

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@given(NUMBERS, st.floats(0, 1))
def test_the_summaries_are_numpys(values, share):
    assert sample.median(values) == pytest.approx(np.median(values), abs=1e-6)
    assert sample.mean(values) == pytest.approx(np.mean(values), abs=1e-6)
    assert sample.deviation(values) == pytest.approx(np.std(values, ddof=1), abs=1e-5)
    assert sample.quantile(values, share) == pytest.approx(np.quantile(values, share), abs=1e-6)
    around = np.abs(np.array(values) - np.median(values))
    assert sample.mad(values) == pytest.approx(np.median(around), abs=1e-6)


@given(NUMBERS)
def test_order_changes_no_bit(values):
    for function in (sample.median, sample.mean, sample.deviation, sample.mad):
        assert function(values) == function(values[::-1])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_named(bad):
    with pytest.raises(ValueError) as caught:
        sample.median([1.0, bad])
    assert str(caught.value) == f"samples[1]: expected a finite number, got {bad}"


def test_too_few_and_a_share_out_of_range():
    with pytest.raises(ValueError) as none:
        sample.mean([])
    with pytest.raises(ValueError) as one:
        sample.deviation([1.0])
    with pytest.raises(ValueError) as share:
        sample.quantile([1.0], 1.5)
    assert [str(e.value) for e in (none, one, share)] == [
        "samples: expected at least 1, got 0",
        "samples: expected at least 2, got 1",
        "share: expected 0 to 1, got 1.5",
    ]
    assert (sample.median([3.0]), sample.mad([3.0]), sample.quantile([3.0], 1)) == (3.0, 0.0, 3.0)
