from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.metric import Direction, Metric, Validity, from_samples, median

FINITE = st.floats(-1e100, 1e100)


def test_one_sample_has_no_spread():
    assert from_samples([2.5], unit="s", direction=Direction.LOWER) == Metric(
        value=2.5, unit="s", direction=Direction.LOWER
    )


def test_several_samples_have_their_median_and_spread():
    assert from_samples(
        [4.0, 1.0, 3.0, 2.0],
        unit="s",
        direction=Direction.LOWER,
        validity=Validity.VALID,
        dimensions={"size": 8},
        unit_source="user",
    ) == Metric(
        value=2.5,
        unit="s",
        direction=Direction.LOWER,
        validity=Validity.VALID,
        stat="median",
        n=4,
        samples=(4.0, 1.0, 3.0, 2.0),
        mean=2.5,
        std=math.sqrt(5 / 3),
        min=1.0,
        max=4.0,
        dimensions={"size": 8},
        unit_source="user",
    )


@given(st.lists(FINITE, min_size=2, max_size=20))
def test_the_numbers_are_those_of_the_statistics_module(samples):
    metric = from_samples(samples, unit="s", direction=Direction.LOWER)
    assert math.isclose(median(samples), statistics.median(samples), rel_tol=1e-12, abs_tol=1e-300)
    assert math.isclose(metric.mean, statistics.fmean(samples), rel_tol=1e-12, abs_tol=1e80)
    assert math.isclose(metric.std, statistics.stdev(samples), rel_tol=1e-9, abs_tol=1e88)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": math.nan}, "value: expected a finite number, got nan"),
        ({"value": math.inf}, "value: expected a finite number, got inf"),
        ({"samples": (1.0, -math.inf)}, "samples: expected a finite number, got -inf"),
        ({"unit": ""}, "unit: expected text, got nothing"),
    ],
)
def test_a_wrong_metric_cannot_be_held(change, message):
    with pytest.raises(ValueError) as caught:
        Metric(**{"value": 1.0, "unit": "s", "direction": Direction.LOWER, **change})
    assert str(caught.value) == message


def test_no_samples_make_no_metric():
    with pytest.raises(ValueError) as caught:
        from_samples([], unit="s", direction=Direction.LOWER)
    assert str(caught.value) == "samples: expected at least one number, got none"
