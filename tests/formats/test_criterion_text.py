from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import criterion_text
from gitbaseline.formats.base import Options


@pytest.fixture
def read(file):
    return lambda text: criterion_text.read(file("c.txt", text), Options())


def test_whole_output(written, told):
    reading = criterion_text.read(written("criterion_text.txt"), Options())
    long = "a group/with a name that is far too long for one line"
    assert told(reading) == {
        "fib 20.time": (1.1, "\u00b5s", "down", "typical", 1),
        "fib 20.throughput": (18.182, "Melem/s", "up", "typical", 1),
        f"{long}.time": (20.5, "ms", "down", "typical", 1),
        f"{long}.throughput": (1.2, "MiB/s", "up", "typical", 1),
    }
    texts = [entry.text for entry in reading.passed_over]
    assert texts[:2] == [
        "Compiling demo v0.1.0",
        "Running benches/demo.rs (target/release/deps/demo-0123456789abcdef)",
    ]
    assert "time:   [-2.0565% -0.2521% +1.6377%] (p = 0.79 > 0.05)" in texts


def test_the_same_benchmark_again_is_a_trial_whatever_the_unit(read):
    reading = read("x time: [1 ms 2 ms 3 ms]\nx time: [900 µs 1000 µs 1100 µs]\n")
    metric = reading.metrics["x.time"]
    assert (metric.samples, metric.unit, metric.stat) == ((2.0, 1.0), "ms", "median")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "thread 'main' panicked at benches/x.rs:1:2:",
            "run/failed",
            "the run failed: thread 'main' panicked at benches/x.rs:1:2:",
        ),
        ("error: bench failed", "run/failed", "the run failed: error: bench failed"),
        (
            "time: [1 ms 2 ms 3 ms]",
            "criterion/line",
            "numbers without a benchmark's name before them",
        ),
        (
            "x time: [1 ms 2 ms]",
            "criterion/line",
            "expected [low unit estimate unit high unit], got [1 ms 2 ms]",
        ),
        (
            "x time: [1 ms nan ms 3 ms]",
            "criterion/line",
            "expected [low unit estimate unit high unit], got [1 ms nan ms 3 ms]",
        ),
        (
            "x time: [1 \ufffds 2 \ufffds 3 \ufffds]",
            "criterion/line",
            "unit '\ufffds' is not known; is the file UTF-8?",
        ),
        (
            "x time: [1 ms 2 ms 3 ms]\ntime: [1 ms 2 ms 3 ms]",
            "criterion/line",
            "numbers without a benchmark's name before them",
        ),
    ],
)
def test_refusals(read, text, code, message):
    with pytest.raises(InputError) as caught:
        read("\n" + text)
    last = 2 + text.count("\n")
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        f"c.txt:{last}",
        message,
    )


def test_a_captured_terminal(read):
    begun = "Benchmarking group/one: Collecting 100 samples in estimated 5.0000 s"
    numbers = "                        time:   [1 ms 2 ms 3 ms]\n"
    overwritten = f"Benchmarking a\r\x1b[KBenchmarking a: Analyzing\r\x1b[Ka  {numbers.strip()}\n"
    assert list(read(overwritten).metrics) == ["a.time"]
    assert list(read(f"{begun}group/one\n{numbers}").metrics) == ["group/one.time"]
    assert list(read(f"{begun} (2M i\r\ngroup\n{numbers}").metrics) == ["group/one.time"]
    two = f"b  {numbers.strip()}\nBenchmarking group/one\n{numbers}"
    assert [m.n for m in read(two).metrics.values()] == [1, 1]


def test_decimal_bytes(read, told):
    thousands = "x time: [1 ms 2 ms 3 ms]\n thrpt: [1.5 KB/s 2.5 KB/s 3.5 KB/s]\n"
    assert told(read(thousands))["x.throughput"] == (2.5, "kB/s", "up", "typical", 1)


def test_a_measurement_of_ones_own_has_no_direction(read, told):
    own = "x time: [1 cycles 2 cycles 3 cycles]\n"
    assert told(read(own)) == {"x.time": (2.0, "cycles", "?", "typical", 1)}


def test_nothing_in_it(read):
    with pytest.raises(InputError) as caught:
        read("Gnuplot not found\n")
    assert caught.value.code == "criterion-text/empty"


def test_a_run_that_is_cut_off(read):
    whole = "Benchmarking a\nBenchmarking a: Analyzing\na    time:   [1 ms 2 ms 3 ms]\n"
    assert list(read(whole).metrics) == ["a.time"]
    with pytest.raises(InputError) as caught:
        read(whole + "Benchmarking b\nBenchmarking b: Warming up for 3.0000 s\n")
    assert (caught.value.code, caught.value.where) == ("criterion/truncated", "c.txt:5")


def test_what_is_not_claimed(file, folder):
    assert criterion_text.sniff(file("x", "time: [1 2 3]")) is None
    assert criterion_text.sniff(folder("d", a="time: [1 ms 2 ms 3 ms]")) is None
