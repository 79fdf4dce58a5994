from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import pyperf
from gitbaseline.formats.base import Options


@pytest.fixture
def read(file):
    def run(*rows, **metadata):
        document = {"version": "1.0", "benchmarks": rows, "metadata": metadata}
        return pyperf.read(file("p.json", json.dumps(document)), Options())

    return run


def test_whole_file(written, told):
    reading = pyperf.read(written("pyperf.json"), Options())
    assert told(reading) == {
        "json_dumps.time": (0.3125, "s", "down", "median", 4),
        "json_dumps_rss.memory": (4096.0, "B", "down", "single", 1),
    }
    assert reading.metrics["json_dumps.time"].samples == (0.125, 0.25, 0.375, 0.5)
    assert [entry.text for entry in reading.passed_over] == [
        "only_calibrated: no values, only calibration"
    ]
    assert reading.context == {
        "stack": {"python": "3.11.7 (64-bit)", "implementation": "cpython"},
        "grounding": {"loops": 8},
    }
    assert reading.environment == {
        "cpu_model": "Test CPU 3000",
        "cpu_count": 8,
        "platform": "Linux-6.1.0-x86_64",
    }
    assert reading.tool_version == "2.8.0"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("integer", ("b.value", 2.0, "count", "?")),
        ("furlong", ("b.value", 2.0, "unknown", "?")),
        (None, ("b.value", 2.0, "unknown", "?")),
    ],
)
def test_other_units(read, told, unit, expected):
    ((key, row),) = told(read({"runs": [{"values": [2]}]}, name="b", unit=unit)).items()
    assert (key, *row[:3]) == expected


def test_a_benchmark_without_a_name(read):
    reading = read({"runs": [{"values": [2]}]})
    assert (list(reading.metrics), reading.tool_version) == (["benchmark.time"], None)


def test_refusals(read, file):
    with pytest.raises(InputError) as caught:
        read({"runs": [{"values": [2, "x"]}]})
    assert caught.value.message == "benchmarks.0.runs.0.values.1: expected a number, got text"
    with pytest.raises(InputError) as caught:
        pyperf.read(file("p.json", ""), Options())
    assert caught.value.code == "pyperf/empty"


def test_what_is_not_claimed(file):
    text = '{"version": "1", "metadata": {}, "benchmarks": [{"runs": []}, {}]}'
    assert pyperf.sniff(file("x", text)) is None
