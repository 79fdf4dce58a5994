from __future__ import annotations

import json
import time

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import go_bench
from gitbaseline.formats.base import Options
from gitbaseline.model.metric import Validity


@pytest.fixture
def read(file):
    return lambda text: go_bench.read(file("b.txt", text), Options())


def values(reading):
    return {key: m.samples or m.value for key, m in reading.metrics.items()}


def test_whole_output(written, told):
    reading = go_bench.read(written("go_bench.txt"), Options())
    assert told(reading) == {
        "Sort/size=10.ns/op": (1200.0, "ns/op", "down", "median", 2),
        "Sort/size=10.MB/s": (9.5, "MB/s", "up", "median", 2),
        "Sort/size=10.B/op": (16.0, "B/op", "down", "median", 2),
        "Sort/size=10.allocs/op": (1.0, "allocs/op", "down", "median", 2),
        "Pack.ns/op": (2000.0, "ns/op", "down", "single", 1),
        "Pack.p99-ns": (12.5, "ns", "down", "single", 1),
        "Pack.widgets/op": (3.0, "widgets/op", "up", "single", 1),
        "Pack.doodads": (7.0, "doodads", "?", "single", 1),
    }
    assert reading.metrics["Sort/size=10.ns/op"].dimensions == {"size": "10"}
    assert {m.validity for m in reading.metrics.values()} == {Validity.VALID}
    assert reading.context == {"workload": {"gomaxprocs": 8, "pkg": "example.org/sort"}}
    assert reading.environment == {
        "os": "linux",
        "arch": "amd64",
        "cpu_model": "Test CPU 3000",
    }
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (8, "a line that the benchmark printed"),
        (9, "BenchmarkPack-8  noise in between"),
        (11, "--- BENCH: BenchmarkPack-8"),
        (12, "pack_test.go:5: hello"),
    ]


def test_json_events_of_packages_that_ran_at_once(written):
    reading = go_bench.read(written("go_bench.json"), Options())
    assert values(reading) == {"Y.ns/op": 20.5, "example.org/a.X.ns/op": 10.5}


def test_json_events_that_end_early(read):
    events = [
        {"Action": "output", "Package": "p", "Output": "BenchmarkX 1 2 ns/op"},
        {"Action": "start", "Package": 3, "Output": 4},
        [1],
    ]
    text = "\n".join(json.dumps(event) for event in events) + "\nnot json"
    assert values(read(text)) == {"X.ns/op": 2.0}


@pytest.mark.parametrize(
    ("text", "expected", "procs"),
    [
        ("BenchmarkA-4 1 2 ns/op\nBenchmarkA-8 1 3 ns/op", {"A-4.ns/op": 2.0, "A-8.ns/op": 3.0}, None),
        ("BenchmarkA 1 2 ns/op\nBenchmarkB 1 3 ns/op", {"A.ns/op": 2.0, "B.ns/op": 3.0}, None),
        ("Benchmark 1 2 ns/op", {"Benchmark.ns/op": 2.0}, None),
        ("BenchmarkA/=x/k=-2 1 2 ns/op", {"A/=x/k=.ns/op": 2.0}, 2),
    ],
)  # fmt: skip
def test_names(read, text, expected, procs):
    reading = read(text)
    assert values(reading) == expected
    assert reading.context.get("workload", {}).get("gomaxprocs") == procs


def test_configuration_that_results_do_not_share_tells_them_apart(read):
    reading = read(
        "pkg: a\ncommit: 1\nBenchmarkX 1 2 ns/op\npkg: b\nBenchmarkX 1 3 ns/op\n"
        "commit: 2\nBenchmarkX 1 4 ns/op\ncommit:\nBenchmarkX 1 5 ns/op\nnote: same\n"
    )
    assert values(reading) == {
        "a.commit=1.X.ns/op": 2.0,
        "b.commit=1.X.ns/op": 3.0,
        "b.commit=2.X.ns/op": 4.0,
        "b.X.ns/op": 5.0,
    }
    assert reading.metrics["a.commit=1.X.ns/op"].dimensions == {"pkg": "a", "commit": "1"}


def test_other_configuration_is_context(read):
    reading = read("commit: 1\ncpu: \nBenchmarkX 1 2 ns/op")
    assert (reading.context, reading.environment) == ({"stack": {"commit": "1"}}, {})


def test_what_the_go_command_says_of_itself_is_no_configuration(read):
    first = "go: downloading example.com/x v1.2.3\npkg: a\nBenchmarkX 1 2 ns/op\nPASS\n"
    reading = read(f"{first}coverage: 45.0% of statements\nok  \ta\t1s\nBenchmarkY 1 2 ns/op\n")
    assert reading.metrics.keys() == {"X.ns/op", "Y.ns/op"}
    assert reading.context == {"workload": {"pkg": "a"}}


def test_a_value_that_is_no_finite_number_is_passed_over(read):
    reading = read("BenchmarkX 1 2 ns/op NaN hits +Inf MB/s\nBenchmarkY 1 NaN ns/op 3 B/op\n")
    assert reading.metrics.keys() == {"X.ns/op", "Y.B/op"}
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (1, "NaN hits: no finite number"),
        (1, "+Inf MB/s: no finite number"),
        (2, "NaN ns/op: no finite number"),
    ]


def test_unit_lines(read):
    text = "Unit ns/op better=higher assume=exact\nUnit foo better=odd\nBenchmarkX 1 2 ns/op 3 foo 4 ops/s"
    better = {key: str(m.direction) for key, m in read(text).metrics.items()}
    assert better == {
        "X.ns/op": "higher-is-better",
        "X.foo": "unknown",
        "X.ops/s": "higher-is-better",
    }


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "--- FAIL: BenchmarkX\n",
            "run/failed",
            "the run failed: --- FAIL: BenchmarkX",
        ),
        (
            "BenchmarkX-8   \t--- FAIL: BenchmarkX-8\n",
            "run/failed",
            "the run failed: BenchmarkX-8    --- FAIL: BenchmarkX-8",
        ),
        ("FAIL\tx 1s", "run/failed", "the run failed: FAIL x 1s"),
        ("panic: boom", "run/failed", "the run failed: panic: boom"),
        ("exit status 2", "run/failed", "the run failed: exit status 2"),
        (
            "BenchmarkX 1 2 ns/op x B/op",
            "go/result",
            "expected a number before 'B/op', got 'x'",
        ),
        ("BenchmarkX 1 2 ns/op 3", "go/result", "a value without its unit: '3'"),
        ("BenchmarkX 1 2 ns/op 3 ns/op", "go/result", "a unit occurs twice"),
    ],
)
def test_refusals(read, text, code, message):
    with pytest.raises(InputError) as caught:
        read("BenchmarkA 1 2 ns/op\n" + text)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "b.txt:2",
        message,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("BenchmarkX 1 2 ns/op\nBenchmarkY-8", 2),
        ("BenchmarkX 1 2 ns/op\nBenchmarkY-8  \t\n\n", 2),
        ("BenchmarkX 1 2 ns/o", 1),
        ("BenchmarkX 1 2 ns/op\t16 B", 1),
        ('{"Action": "output", "Output": "BenchmarkX 1 2 ns/op\\n"}\n{"Action": "outp', 2),
    ],
)
def test_what_is_cut_off(read, text, line):
    with pytest.raises(InputError) as caught:
        read(text)
    assert (caught.value.code, caught.value.where) == ("go/truncated", f"b.txt:{line}")


def test_what_only_looks_cut_off(read):
    assert read("BenchmarkX 1 2 ns/op\nBenchmarkY 1 2 B\n").metrics.keys() == {"X.ns/op", "Y.B"}
    assert read("BenchmarkX 1 2 widgets").metrics.keys() == {"X.widgets"}
    assert read("BenchmarkX\nBenchmarkX-8 1 2 ns/op\nPASS").metrics.keys() == {"X.ns/op"}


def test_nothing_in_it(read):
    with pytest.raises(InputError) as caught:
        read("PASS\n1 2 ns/op\nBenchmarkX 1 noise and more\nBenchmarkY\nPASS\n")
    assert caught.value.code == "go-bench/empty"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("text", None),
        ("Benchmarks of ours", None),
        ('{"Action": "output", "Output": "Benchmark of it"}', None),
        (
            (
                '{"Action":"output","Output":"BenchmarkX-2 \\t"}\n'
                '{"Action":"output","Output":"1\\t2 ns/op\\n"}'
            ),
            "it has Benchmark results in go test -json events",
        ),
        ("x BenchmarkX \t 12 \t 1.5 ns/op", "it has Benchmark lines with a count and values"),
    ],
)
def test_sniff(file, folder, text, why):
    assert go_bench.sniff(file("x", text)) == why
    assert go_bench.sniff(folder("d", a=text)) is None


def test_a_line_in_many_events_takes_linear_time(read):
    event = json.dumps({"Action": "output", "Package": "p", "Output": "x" * 50})
    start = time.process_time()
    with pytest.raises(InputError):
        read(f"{event}\n" * 40_000)
    assert time.process_time() - start < 3
