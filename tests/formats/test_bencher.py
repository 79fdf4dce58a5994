from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import bencher
from gitbaseline.formats.base import Options


@pytest.fixture
def read(file):
    return lambda *documents: bencher.read(
        file("b.json", "\n".join(map(json.dumps, documents))), Options()
    )


def test_whole_file(written, told):
    reading = bencher.read(written("bencher.json"), Options())
    assert told(reading) == {
        "parse.latency": (88.5, "ns", "down", "single", 1),
        "parse.widgets": (3.0, "unknown", "?", "single", 1),
        "emit/fast.throughput": (1000000.0, "ops/s", "up", "single", 1),
    }
    assert [m.unit_source for m in reading.metrics.values()] == ["assumed", None, "assumed"]
    assert [entry.text for entry in reading.passed_over] == [
        "parse.latency: bounds of no stated kind"
    ]


def test_several_documents_are_trials(read):
    one, two = ({"x": {"m": {"value": value}}} for value in (1, 3))
    assert read(one, two).metrics["x.m"].samples == (1.0, 3.0)


def test_two_names_that_give_one_key_are_refused(read):
    with pytest.raises(InputError) as caught:
        read({"a.b": {"c": {"value": 1}}, "a": {"b.c": {"value": 2}}})
    assert (caught.value.code, caught.value.where) == ("format/same-key", "b.json:1")


def test_a_value_that_is_none(read):
    with pytest.raises(InputError) as caught:
        read({"x": {"m": {"value": "1"}}})
    assert caught.value.message == "x.m.value: expected a number, got text"


@pytest.mark.parametrize(
    "text",
    [
        '{"x": {"m": {"value": 1, "other": 2}}}',
        '{"x": {"m": {"value": "1"}}}',
        '{"x": {"m": {"value": 1}}, "y": 3}',
        '{"value": 1}',
        '{"x": {}, "value": {}}',
        '["value"]',
    ],
)
def test_what_is_not_claimed(file, text):
    assert bencher.sniff(file("x", text)) is None
