from __future__ import annotations

import dataclasses

import pytest

from gitbaseline.formats.base import PassedOver, Reading
from gitbaseline.formats.valid import faults
from gitbaseline.model.metric import Direction, Metric

GOOD = Metric(value=1.5, unit="ms", direction=Direction.LOWER, dimensions={"size": 8})


def reading(**changes):
    return Reading(
        **{
            "format": "acme",
            "metrics": {"t": GOOD},
            "headline": "t",
            "suggested_measurement": "acme",
            "context": {"stack": {"driver": "1.2"}},
            "environment": {"gpu_count": 8},
            "captured_at_utc": "2026-01-02T03:04:05Z",
            "tool_version": "1",
            "warnings": ("slow",),
            "passed_over": (PassedOver(file="f", line=1, text="banner"),),
            **changes,
        }
    )


def metric(**changes):
    return dataclasses.replace(GOOD, **changes)


def test_a_good_reading_has_no_fault():
    assert list(faults(reading(), "acme")) == []


def test_what_may_be_left_out_is_no_fault():
    least = Reading(format="acme", metrics={"t": GOOD}, suggested_measurement="acme")
    assert list(faults(least, "acme")) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"format": "other"}, "format is 'other', expected 'acme'"),
        ({"metrics": {}, "headline": None}, "no metric; what holds none is an InputError"),
        ({"headline": "u"}, "headline 'u' is no metric"),
        ({"metrics": {"": GOOD}, "headline": None}, "a metric's key is empty"),
        (
            {"metrics": {"a\nb": GOOD}, "headline": None},
            "a metric's key 'a\\nb': control character U+000A",
        ),
        (
            {"metrics": {5: GOOD}, "headline": None},
            "a metric's key: expected text, got int",
        ),
        ({"metrics": {"t": 1.5}}, "metrics['t'] is float, expected a Metric"),
        (
            {"metrics": {"t": metric(direction="lower-is-better")}},
            "metrics['t']: expected a Direction and a Validity",
        ),
        (
            {"metrics": {"t": metric(validity="valid")}},
            "metrics['t']: expected a Direction and a Validity",
        ),
        ({"metrics": {"t": metric(value=-0.0)}}, "metrics['t']: negative zero"),
        (
            {"metrics": {"t": metric(mean=float("inf"))}},
            "metrics['t']: not a finite number: inf",
        ),
        (
            {"metrics": {"t": metric(unit="m\ts")}},
            "metrics['t'].unit: expected one line of text, got control character U+0009",
        ),
        (
            {"metrics": {"t": metric(n=0)}},
            "metrics['t'].n: expected a whole number from 1, got 0",
        ),
        (
            {"metrics": {"t": metric(dimensions={"size": (1, 2)})}},
            "metrics['t'].dimensions['size']: expected a single value, got a list",
        ),
        (
            {"metrics": {"t": metric(dimensions={"size": object()})}},
            "metrics['t']: no JSON form for object",
        ),
        ({"context": {"stack": []}}, "'stack' is list, expected a mapping"),
        ({"context": {"a\x1bb": {}}}, "context 'a\\x1bb': control character U+001B"),
        (
            {"context": {"stack": {"x": ["y"]}}},
            "stack.x: expected a single value, got a list",
        ),
        ({"environment": {"x": float("nan")}}, "environment.x: not a finite number: nan"),
        (
            {"suggested_measurement": None},
            "suggested_measurement: expected text, got NoneType",
        ),
        ({"tool_version": "1\n"}, "tool_version '1\\n': control character U+000A"),
        ({"warnings": ("e\u0301",)}, "warnings 'e\u0301': text not in Unicode normal form C"),
        (
            {"captured_at_utc": "yesterday"},
            "captured_at_utc is 'yesterday': expected YYYY-MM-DDTHH:MM:SSZ",
        ),
        (
            {"passed_over": (PassedOver(file="f", line=0, text="x"),)},
            "passed_over counts lines from 1, got 0",
        ),
        (
            {"passed_over": (PassedOver(file="f", line=1, text="x\x00"),)},
            "passed_over 'x\\x00': control character U+0000",
        ),
    ],
)
def test_each_fault_is_named(changes, fault):
    assert fault in list(faults(reading(**changes), "acme"))


def test_something_else_is_no_reading():
    assert list(faults({"t": 1}, "acme")) == ["read returned dict, expected a Reading"]
