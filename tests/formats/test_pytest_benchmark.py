from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import pytest_benchmark
from gitbaseline.formats.base import Options

STATS = {"min": 1, "max": 3, "mean": 2, "stddev": 1, "rounds": 3, "median": 2}


@pytest.fixture
def read(file):
    def run(row=None, **top):
        rows = [{"name": "t", "stats": STATS} | (row or {})]
        document = {"machine_info": {}, "benchmarks": rows} | top
        return pytest_benchmark.read(file("p.json", json.dumps(document)), Options())

    return run


def test_whole_file(written, told):
    reading = pytest_benchmark.read(written("pytest_benchmark.json"), Options())
    assert told(reading) == {
        "tests/test_sort.py::test_sort[100].time": (0.0025, "s", "down", "median", 4),
        "tests/test_hash.py::test_hash.time": (0.019, "s", "down", "median", 20),
    }
    sort, hashed = reading.metrics.values()
    assert (sort.samples, sort.dimensions) == ((0.001, 0.002, 0.003, 0.004), {"n": 100})
    assert (hashed.samples, hashed.mean, hashed.std, hashed.min, hashed.max) == (
        (),
        0.02,
        0.005,
        0.01,
        0.03,
    )
    assert reading.context == {
        "stack": {
            "python": "3.11.7",
            "implementation": "CPython",
            "compiler": "GCC 12.2.0",
            "commit": "0123456789abcdef0123456789abcdef01234567",
        },
        "grounding": {
            "timer": "perf_counter",
            "min_rounds": 5,
            "max_time": 1.0,
            "min_time": 0.000005,
            "warmup": False,
            "disable_gc": False,
        },
    }
    assert reading.environment == {
        "cpu_model": "Test CPU 3000",
        "cpu_count": 8,
        "arch": "x86_64",
        "kernel": "Linux 6.1.0",
    }
    assert (reading.captured_at_utc, reading.tool_version, reading.warnings) == (
        "2026-03-04T05:06:07Z",
        "5.1.0",
        (),
    )


def test_an_older_file_says_less(read):
    reading = read(
        datetime="2026-03-04T05:06:07",
        machine_info={"cpu": {"brand": "Old CPU"}, "system": "Linux"},
        commit_info={"id": "unversioned"},
    )
    assert reading.environment == {"cpu_model": "Old CPU"}
    assert (reading.context, reading.captured_at_utc, reading.suggested_measurement) == (
        {},
        "2026-03-04T05:06:07Z",
        "t",
    )


@pytest.mark.parametrize("data", [[1, 2], [1, 2, "... omitted"], [1, 2, 3, 4]])
def test_data_that_are_not_whole_are_not_samples(read, data):
    reading = read({"stats": STATS | {"data": data}})
    assert reading.metrics["t.time"].samples == ()
    assert reading.warnings == ("t: stats.data does not hold all 3 rounds; its summary is read",)


def test_one_round_has_no_deviation(read):
    assert read({"stats": STATS | {"rounds": 1, "stddev": 0}}).metrics["t.time"].std is None


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ({"has_error": True}, "run/failed", "the run failed: 't' raised an error"),
        (
            {"stats": {"rounds": 2}},
            "format/shape",
            "benchmarks.0.stats.median: expected a number, got nothing",
        ),
        ({"stats": 3}, "format/shape", "benchmarks.0.stats: expected an object, got a number"),
    ],
)
def test_refusals(read, row, code, message):
    with pytest.raises(InputError) as caught:
        read(row)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "p.json:1",
        message,
    )


@pytest.mark.parametrize("text", ["x", "{}"])
def test_nothing_in_it(file, text):
    with pytest.raises(InputError) as caught:
        pytest_benchmark.read(file("p.json", text), Options())
    assert caught.value.code in {"pytest-benchmark/empty", "format/shape"}


def test_no_tests(file):
    with pytest.raises(InputError) as caught:
        pytest_benchmark.read(file("p.json", '{"benchmarks": []}'), Options())
    assert caught.value.code == "pytest-benchmark/empty"


def test_what_is_not_claimed(file):
    text = '{"machine_info": {}, "benchmarks": [{"no": "stats"}], "stats": 1}'
    assert pytest_benchmark.sniff(file("x", text)) is None
