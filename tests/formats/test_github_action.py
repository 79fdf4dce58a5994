from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import github_action
from gitbaseline.formats.base import Options

ROW = {"name": "n", "unit": "ms", "value": 1}


@pytest.fixture
def read(file):
    return lambda *rows: github_action.read(file("a.json", json.dumps(rows)), Options())


def test_whole_file(written, told):
    reading = github_action.read(written("github_action.json"), Options())
    assert told(reading) == {
        "Throughput of it": (70.5, "req/s", "up", "single", 1),
        "Free memory": (150.0, "Megabytes", "?", "single", 1),
    }
    sources = [metric.unit_source for metric in reading.metrics.values()]
    assert sources == ["format", None]
    assert [entry.text for entry in reading.passed_over] == [
        "Throughput of it.range: free text",
        "Throughput of it.extra: free text",
    ]
    assert reading.suggested_measurement == "github-action-benchmark"


def test_an_empty_unit_is_unknown(read):
    assert read(ROW | {"unit": ""}).metrics["n"].unit == "unknown"


def test_other_members_are_passed_over(read, file):
    rows = [ROW | {"commit": "abc"}, ROW | {"name": "m", "commit": "abc"}]
    assert github_action.sniff(file("a.json", json.dumps(rows)))
    assert [entry.text for entry in read(*rows).passed_over] == [
        "n.commit: free text",
        "m.commit: free text",
    ]


def test_two_files_are_trials(file):
    text = "\n".join(json.dumps([ROW | {"value": value}]) for value in (1, 3))
    reading = github_action.read(file("a.json", text), Options())
    assert reading.metrics["n"].samples == (1.0, 3.0)


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ({}, "action/same-name", "two values of the name 'n'"),
        (
            {"name": "m", "value": "1,5"},
            "format/shape",
            "1.value: expected a plain number, got text",
        ),
        (
            {"name": "m", "value": None},
            "format/shape",
            "1.value: expected a number, got nothing",
        ),
    ],
)
def test_refusals(read, row, code, message):
    with pytest.raises(InputError) as caught:
        read(ROW, ROW | row)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "a.json:1",
        message,
    )


def test_what_is_not_claimed(file):
    text = json.dumps([ROW | {"threads": 1}, ROW | {"threads": 2}])
    assert github_action.sniff(file("x", text)) is None
