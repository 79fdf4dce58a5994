from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import gather
from gitbaseline.formats.gather import Gather, Summary, alike, clean, scalars, utc, utc_of_epoch
from gitbaseline.formats.part import Part
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.text import fault_in_line


def part(value):
    return Part(value=value, file="f", line=1)


def test_equal_keys_are_trials_in_the_first_one_s_unit():
    found = Gather("f")
    found.add("a", 1.5, line=1, unit="ms", validity=Validity.VALID, summary=Summary(stat="mean"))
    found.add("a", [500.0, 2500.0], line=2, unit="us")
    assert found.reading("x").metrics == {
        "a": Metric(
            value=1.5,
            unit="ms",
            direction=Direction.LOWER,
            stat="median",
            n=3,
            samples=(1.5, 0.5, 2.5),
            mean=1.5,
            std=1.0,
            min=0.5,
            max=2.5,
            unit_source="format",
        )
    }


def test_one_summary_stays_one():
    found = Gather("f")
    told = Summary(stat="mean", n=0, mean=2.0, std=0.5, min=1.0, max=3.0)
    found.add("a", 2.0, line=1, unit="", summary=told)
    assert found.reading("x").metrics["a"] == Metric(
        value=2.0,
        unit="unknown",
        direction=Direction.UNKNOWN,
        stat="mean",
        n=1,
        mean=2.0,
        std=0.5,
        min=1.0,
        max=3.0,
    )


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "B"},
        {"unit": "furlongs"},
        {"unit": "ms", "dimensions": {"n": 1}},
    ],
)
def test_two_things_never_share_a_key(other):
    found = Gather("f")
    found.add("a", 1.0, line=1, unit="ms")
    with pytest.raises(InputError) as caught:
        found.add("a", 1.0, line=2, file="g", **other)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        "format/same-key",
        "g:2",
        "two results share the key 'a' but not unit and dimensions (the other at f:1)",
    )


def test_more_samples_than_an_entry_holds_are_summarised(monkeypatch):
    monkeypatch.setattr(gather, "MOST_SAMPLES", 6)
    found = Gather("f")
    found.add("long", [1.0, 2.0, 3.0, 4.0, 5.0], line=1, unit="ms")
    found.add("short", [1.0, 2.0], line=1, unit="ms")
    reading = found.reading("x")
    long, short = reading.metrics.values()
    assert (long.samples, long.n, long.value, long.mean, long.max) == ((), 5, 3.0, 3.0, 5.0)
    assert short.samples == (1.0, 2.0)
    assert reading.warnings == (
        (
            "7 samples are more than an entry holds; series of more than 3 keep their median, mean, "
            "deviation, extremes and count"
        ),
    )


def test_the_rest_of_a_reading():
    found = Gather("f")
    found.add("a.time", 1.0, line=1, unit="ms")
    found.skip(3, "x\ty")
    found.skip(2, "first")
    found.warn("once")
    found.warn("once")
    reading = found.reading("x", context={"stack": {}, "workload": {"a": 1}}, tool_version=" 1\n2 ")
    assert [(p.file, p.line, p.text) for p in reading.passed_over] == [
        ("f", 2, "first"),
        ("f", 3, "x\\x09y"),
    ]
    assert (reading.warnings, reading.context, reading.tool_version) == (
        ("once",),
        {"workload": {"a": 1}},
        "1\\x0a2",
    )
    assert reading.suggested_measurement == "a"
    assert (found.has(" a.time"), found.has("b")) == (True, False)


@pytest.mark.parametrize(
    ("keys", "name"), [(("a.x", "b.x"), "tool"), (("x",), "tool"), (("a.x", "a.y"), "a")]
)
def test_what_measurement_is_suggested(keys, name):
    found = Gather("f")
    for key in keys:
        found.add(key, 1.0, line=1, unit="ms")
    assert found.reading("tool").suggested_measurement == name


def test_nothing_found():
    with pytest.raises(InputError) as caught:
        Gather("f").reading("tool")
    assert (caught.value.code, caught.value.where) == ("tool/empty", "f")


@given(st.text(max_size=300) | st.text("e\u0301\u0085\x0e\ud800 ", max_size=20))
def test_clean_text_may_enter_the_registry(text):
    assert fault_in_line(clean(text)) is None
    assert len(clean(text)) <= 201


def test_two_long_keys_stay_two():
    assert clean("x" * 300 + "1") != clean("x" * 300 + "2")


def test_scalars():
    found = {
        "text": part(" a "),
        "empty": part(""),
        "none": part(None),
        "list": part([1]),
        "true": part(True),
        "int": part(3),
        "float": part(-0.0),
        "id": part(2**60),
    }
    assert scalars(found) == {"text": "a", "true": True, "int": 3, "float": 0.0}


def test_alike():
    assert alike([]) == {}
    assert alike([{"a": 1, "b": 2}, {"a": 1, "b": 3}]) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "naive", "expected"),
    [
        (None, False, None),
        ("soon", False, None),
        ("2026-01-02T03:04:05Z", False, "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05-02:00", False, "2026-01-02T05:04:05Z"),
        ("2026-01-02 03:04:05.5", False, None),
        ("2026-01-02 03:04:05.5", True, "2026-01-02T03:04:05Z"),
        ("0001-01-01T00:00:00+01:00", False, None),
        ("0999-01-01T00:00:00Z", False, None),
    ],
)
def test_utc(text, naive, expected):
    assert utc(text, naive=naive) in {
        expected,
        "0999-01-01T00:00:00Z" if text and text[0] == "0" else expected,
    }


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, None), (0, None), (1e12, None), (1772600767.9, "2026-03-04T05:06:07Z")],
)
def test_utc_of_epoch(seconds, expected):
    assert utc_of_epoch(seconds) == expected
