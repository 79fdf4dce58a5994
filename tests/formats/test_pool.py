"""Trials: equal metrics become samples, and what is no trial of the same thing is refused."""

from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, trials
from gitbaseline.formats.pool import pool
from gitbaseline.model.metric import Direction


def reading(value, unit="ms", **dimensions):
    metric = trials(
        [value],
        where="x",
        unit=unit,
        direction=Direction.LOWER,
        unit_source="format",
        dimensions=dimensions,
    )
    return Reading(format="json", metrics={"a": metric}, suggested_measurement="m")


def test_equal_metrics_are_samples():
    metric = pool([reading(3.0, c=1), reading(1.0, c=1)], ["x", "y"]).metrics["a"]
    assert (metric.samples, metric.value, metric.dimensions) == ((3.0, 1.0), 2.0, {"c": 1})


@pytest.mark.parametrize(
    ("other", "code", "message"),
    [
        (reading(1.0, "s", c=1), "trials/unit", "a is in s here and in ms in x"),
        (
            reading(1.0, c=2),
            "trials/dimensions",
            "a was measured under other settings than in x: c=2 here, c=1 there",
        ),
        (
            reading(1.0),
            "trials/dimensions",
            "a was measured under other settings than in x: none here, c=1 there",
        ),
    ],
)
def test_what_is_no_trial_of_the_same(other, code, message):
    with pytest.raises(InputError) as caught:
        pool([reading(1.0, c=1), other], ["x", "y"])
    assert (caught.value.code, caught.value.where, caught.value.message) == (code, "y", message)
