"""Outputs of ordinary benchmarks as real tools wrote them; the figures are not worked out by us.

Totals are literal, from awk and jq over the samples, or a few lines of json here.
"""

from __future__ import annotations

import json
import math
import re
import statistics
from pathlib import Path

import pytest

from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.registry import detect, read
from gitbaseline.secrets.scan import scan

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not here")

FILES = {
    "bencher-bmf/bencher_report_bmf_mixed.json": ("bencher", 3),
    "cargo-bench/bencher_libtest_many.txt": ("libtest", 6),
    "criterion/bencher_criterion_many.txt": ("criterion-text", 5),
    "criterion/book_Fibonacci_Iterative_new_estimates.json": ("criterion", 1),
    "criterion/book_Fibonacci_Iterative_new_sample.json": ("criterion", 1),
    "go-bench/gab_go_fiber_duplicate_names_output.txt": ("go-bench", 16),
    "go-bench/golang_perf_suffixarray.bench": ("go-bench", None),
    "google-benchmark/bencher_two.json": ("google-benchmark", 4),
    "hyperfine/hyperfine_1.15.0_param_scan.json": ("hyperfine", 9),
    "jmh/bencher_six.json": ("jmh", 6),
    "misc/gab_customBiggerIsBetter.json": ("github-action-benchmark", 2),
    "perf-stat/perf_stat_j_r3_local.json": ("perf-stat", 5),
    "pytest-benchmark/bencher_four.json": ("pytest-benchmark", 4),
    "pytest-benchmark/gab_pytest_several_units.json": ("pytest-benchmark", 4),
    "sysbench/sysbench_1.0.20_cpu.txt": ("sysbench", 7),
    "wrk/wrk_4.1.0_latency.txt": ("wrk", 8),
}


def source(path):
    file = SAMPLES / path
    return Source(
        name=file.name, kind="file", files=(SourceFile(path=file.name, data=file.read_bytes()),)
    )


def values(path):
    return {key: m.value for key, m in read(source(path), Options()).metrics.items()}


def document(path):
    return json.loads((SAMPLES / path).read_text())


@pytest.mark.parametrize(("path", "expected"), FILES.items())
def test_each_is_of_one_format_and_whole(path, expected):
    form, count = expected
    assert form == detect(source(path)).NAME
    reading = read(source(path), Options())
    assert reading.format == form
    assert count is None or len(reading.metrics) == count


def test_go_suffixarray():
    path = "go-bench/golang_perf_suffixarray.bench"
    text = (SAMPLES / path).read_text()
    by_name = {}
    for name, time in re.findall(r"^Benchmark(\S+)-8\s+\d+\s+(\d+) ns/op", text, re.MULTILINE):
        by_name.setdefault(name, []).append(float(time))
    reading = read(source(path), Options())
    found = {
        key.removesuffix(".ns/op"): list(metric.samples)
        for key, metric in reading.metrics.items()
        if key.endswith(".ns/op")
    }
    assert found == by_name
    assert len(reading.metrics) == 4 * len(by_name)
    assert sum(map(len, found.values())) == text.count("ns/op")
    assert reading.context["workload"]["gomaxprocs"] == 8


def test_go_packages_with_equal_names_are_told_apart():
    found = values("go-bench/gab_go_fiber_duplicate_names_output.txt")
    home = "github.com/gofiber/fiber/v3/middleware"
    assert found[f"{home}/cache.AppendMsgitem.ns/op"] == 55.76
    assert found[f"{home}/csrf.AppendMsgitem.ns/op"] == 0.3733
    times = [value for key, value in found.items() if key.endswith(".ns/op")]
    assert math.isclose(sum(times), 55.76 + 174.0 + 0.3733 + 4.360)


def test_criterion_s_samples_give_criterion_s_own_estimates():
    estimates = document("criterion/book_Fibonacci_Iterative_new_estimates.json")
    metric = read(source("criterion/book_Fibonacci_Iterative_new_sample.json"), Options()).metrics[
        "time"
    ]
    assert metric.n == 100
    for ours, theirs in ((metric.value, "Median"), (metric.mean, "Mean"), (metric.std, "StdDev")):
        assert math.isclose(ours, estimates[theirs]["point_estimate"], rel_tol=1e-12)


def test_criterion_s_text():
    assert values("criterion/bencher_criterion_many.txt") == {
        "file.time": 323.90,
        "rolling_file.time": 429.66,
        "tracing_file.time": 18.019,
        "tracing_rolling_file.time": 20.930,
        "benchmark: name with spaces.time": 20.930,
    }


def test_cargo_bench():
    assert list(values("cargo-bench/bencher_libtest_many.txt").values()) == [
        3161.0,
        3161.0,
        3161.0,
        1.0,
        22.0,
        333.0,
    ]


def test_hyperfine_s_samples_give_its_own_summary():
    path = "hyperfine/hyperfine_1.15.0_param_scan.json"
    reading = read(source(path), Options())
    for row in document(path)["results"]:
        metric = reading.metrics[f"{row['command']}.wall_time"]
        assert metric.samples == tuple(row["times"])
        assert math.isclose(metric.value, row["median"])
        assert math.isclose(metric.mean, row["mean"])
        assert math.isclose(metric.std, row["stddev"])


@pytest.mark.parametrize("name", ["bencher_four.json", "gab_pytest_several_units.json"])
def test_pytest_benchmark_whose_data_were_cut(name):
    path = f"pytest-benchmark/{name}"
    reading = read(source(path), Options())
    rows = {row["fullname"]: row["stats"] for row in document(path)["benchmarks"]}
    assert {key: m.value for key, m in reading.metrics.items()} == {
        f"{name}.time": stats["median"] for name, stats in rows.items()
    }
    assert {key: m.n for key, m in reading.metrics.items()} == {
        f"{name}.time": stats["rounds"] for name, stats in rows.items()
    }
    cut = sum("does not hold all" in warning for warning in reading.warnings)
    assert cut == sum(len(stats["data"]) != stats["rounds"] for stats in rows.values())


def test_jmh():
    path = "jmh/bencher_six.json"
    rows = document(path)
    reading = read(source(path), Options())
    for row, metric in zip(rows, reading.metrics.values(), strict=True):
        assert metric.samples == tuple(row["primaryMetric"]["rawData"][0])
        assert math.isclose(metric.mean, row["primaryMetric"]["score"])
        assert metric.value == statistics.median(row["primaryMetric"]["rawData"][0])
    assert {str(m.direction) for m in reading.metrics.values()} == {"higher-is-better"}


def test_the_others():
    assert values("google-benchmark/bencher_two.json")["fib_20.real_time"] == 27455.600415007055
    assert values("bencher-bmf/bencher_report_bmf_mixed.json")["benchmark-b.latency"] == 3443.0
    assert sum(values("misc/gab_customBiggerIsBetter.json").values()) == 220.0
    assert values("perf-stat/perf_stat_j_r3_local.json") == {
        "task-clock": 0.387457,
        "task-clock.CPUs utilized": 0.457252,
        "context-switches": 0.0,
        "cpu-migrations": 0.0,
        "page-faults": 49.0,
    }
    assert values("sysbench/sysbench_1.0.20_cpu.txt")["cpu.events_per_second"] == 8913.87
    wrk = values("wrk/wrk_4.1.0_latency.txt")
    assert (wrk["requests_per_second"], wrk["latency.p99"], wrk["transfer"]) == (
        1350.23,
        7.33,
        2.44,
    )


def test_what_is_private_in_them():
    files = [(path, (SAMPLES / path).read_bytes()) for path in FILES]
    assert [(finding.path, finding.member) for finding in scan(files)] == [
        ("google-benchmark/bencher_two.json", "context.host_name"),
        ("pytest-benchmark/bencher_four.json", "machine_info.node"),
        ("pytest-benchmark/gab_pytest_several_units.json", "machine_info.node"),
    ]
