from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import google_benchmark, registry
from gitbaseline.formats.base import Options

ROW = {"name": "b", "run_type": "iteration", "real_time": 1.5, "cpu_time": 1.25}


@pytest.fixture
def read(file):
    def run(*rows, **context):
        document = {"context": context, "benchmarks": [ROW | row for row in rows]}
        return google_benchmark.read(file("g.json", json.dumps(document)), Options())

    return run


def test_whole_output(written, told):
    reading = google_benchmark.read(written("google_benchmark.json"), Options())
    assert told(reading) == {
        "BM_copy/1024.real_time": (11.0, "us", "down", "median", 2),
        "BM_copy/1024.cpu_time": (10.0, "us", "down", "median", 2),
        "BM_copy/1024.bytes_per_second": (93866666.5, "B/s", "up", "median", 2),
        "BM_copy/1024.hits": (7.0, "unknown", "?", "median", 2),
        "BM_sort.real_time": (50.0, "ns", "down", "median", 5),
        "BM_sort.cpu_time": (49.0, "ns", "down", "median", 5),
        "BM_sort.allocs_per_iter": (3.0, "allocations", "down", "median", 5),
    }
    assert reading.metrics["BM_copy/1024.real_time"].samples == (10.0, 12.0)
    sort = reading.metrics["BM_sort.real_time"]
    assert (sort.samples, sort.mean, sort.std) == ((), 51.0, 2.0)
    assert [entry.text for entry in reading.passed_over] == [
        "BM_gpu: skipped",
        "BM_fit: BigO, RMS: no measurement",
    ]
    assert reading.context == {"stack": {"build_type": "release", "cpu_scaling": False}}
    assert (reading.environment, reading.captured_at_utc, reading.tool_version) == (
        {"cpu_count": 16},
        "2026-03-04T04:06:07Z",
        "v1.9.1",
    )


def test_an_old_output_without_run_names(read):
    reading = read({"time_unit": "ms"})
    assert {key: (m.value, m.unit) for key, m in reading.metrics.items()} == {
        "b.real_time": (1.5, "ms"),
        "b.cpu_time": (1.25, "ms"),
    }


TABLE = """2026-03-04T05:06:07+01:00
Run on (8 X 2400 MHz CPU s)
***WARNING*** CPU scaling is enabled, the benchmark real time measurements may be noisy.
---------------------------------------------------------------------
Benchmark                  Time             CPU   Iterations UserCounters...
---------------------------------------------------------------------
BM_sort (a, 8)          28.5 us         27.5 us        23853 bytes_per_second=133.1k/s some label
BM_copy_mean          241623 ns       250479 ns           10
BM_copy_median        241816 ns       250722 ns           10
BM_copy_stddev          2547 ns         2726 ns           10
BM_copy_cv              1.05 %          1.09 %            10
BM_fit_BigO             1.20 N          1.21 N
BM_gpu             SKIPPED: 'no gpu'
"""


def test_what_is_printed_on_a_terminal(file, told):
    source = file("g.txt", TABLE)
    assert registry.detect(source).NAME == "google-benchmark"
    reading = google_benchmark.read(source, Options())
    assert told(reading) == {
        "BM_sort (a, 8).real_time": (28.5, "us", "down", "single", 1),
        "BM_sort (a, 8).cpu_time": (27.5, "us", "down", "single", 1),
        "BM_copy.real_time": (241816.0, "ns", "down", "median", 1),
        "BM_copy.cpu_time": (250722.0, "ns", "down", "median", 1),
    }
    assert reading.environment == {"cpu_count": 8}
    assert reading.context == {"stack": {"cpu_scaling": True}}
    assert reading.warnings == ("CPU frequency scaling was on: the numbers move with it",)
    assert [entry.text for entry in reading.passed_over if entry.line in (7, 11, 13)] == [
        "BM_sort (a, 8): bytes_per_second=133.1k/s some label",
        "BM_copy_cv              1.05 %          1.09 %            10",
        "BM_gpu: skipped",
    ]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("BM_x             ERROR OCCURRED: 'boom'\n", "run/failed"),
        ("BM_x             28.5 us         27.5", "google-benchmark/truncated"),
        ("BM_x             28", "google-benchmark/truncated"),
    ],
)
def test_tables_that_are_refused(file, end, code):
    with pytest.raises(InputError) as caught:
        google_benchmark.read(file("g.txt", TABLE + end), Options())
    assert (caught.value.code, caught.value.where) == (code, "g.txt:14")


def test_old_aggregates_are_told_by_their_names(read, told):
    def row(name, real, **more):
        return {"name": name, "run_type": None, "real_time": real, "iterations": 500} | more

    ends = [row(f"a_{end}", value) for end, value in (("mean", 5.0), ("median", 4.0))]
    alone = [row("only_mean", 7.0), row("only_stddev", 0.5), row("my_mean", 9.0)]
    rows = told(read(row("a", 3.0), row("a", 7.0), *ends, row("a_stddev", 2.0), *alone))
    assert {key: row for key, row in rows.items() if "real" in key} == {
        "a.real_time": (5.0, "ns", "down", "median", 2),
        "my_mean.real_time": (9.0, "ns", "down", "single", 1),
        "only.real_time": (7.0, "ns", "down", "mean", 1),
    }


def test_only_a_mean_was_reported(read, told):
    row = {"run_name": "b", "run_type": "aggregate", "aggregate_name": "mean", "iterations": 3}
    reading = read(row)
    assert told(reading)["b.real_time"] == (1.5, "ns", "down", "mean", 3)
    assert reading.metrics["b.real_time"].std is None


def test_numbers_not_to_be_trusted_are_warned_of(read):
    reading = read({}, library_build_type="debug", cpu_scaling_enabled=True)
    assert reading.warnings == (
        "the benchmark library is a debug build: its overhead is in the numbers",
        "CPU frequency scaling was on: the numbers move with it",
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"error_occurred": True, "error_message": "no"}, "the run failed: 'b': 'no'"),
        ({"error_occurred": True}, "the run failed: 'b': 'no message'"),
    ],
)
def test_a_failed_benchmark_is_refused(read, row, message):
    with pytest.raises(InputError) as caught:
        read({}, row)
    assert (caught.value.code, caught.value.message) == ("run/failed", message)


def test_one_name_with_two_settings_is_refused(read):
    with pytest.raises(InputError) as caught:
        read({"threads": 1}, {"threads": 2})
    assert (caught.value.code, caught.value.where) == ("format/same-key", "g.json:1")


def test_nothing_in_it(file):
    with pytest.raises(InputError) as caught:
        google_benchmark.read(file("g.json", "no"), Options())
    assert caught.value.code == "google-benchmark/empty"


def test_what_is_not_claimed(file):
    text = '{"context": {}, "benchmarks": [{"name": "x"}]}'
    assert google_benchmark.sniff(file("x", text)) is None
