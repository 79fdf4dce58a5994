from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import libtest, registry
from gitbaseline.formats.base import Options


@pytest.fixture
def read(file):
    return lambda text: libtest.read(file("l.txt", text), Options())


def bench(name, rest="1 ns/iter (+/- 0)"):
    return f"test {name} ... bench: {rest}\n"


def test_whole_output(written, told):
    reading = libtest.read(written("libtest.txt"), Options())
    assert told(reading) == {
        "parse::small.time": (1234.5, "ns/iter", "down", "median", 1),
        "parse::small.throughput": (829.0, "MB/s", "up", "median", 1),
        "parse::large.time": (2000000.0, "ns/iter", "down", "median", 1),
        "parse::slow.time": (3.0, "ms/iter", "down", "median", 1),
    }
    assert [entry.text for entry in reading.passed_over] == ["test parse::unit         ... ignored"]


def test_one_name_in_two_binaries(read):
    text = "Running unittests src/a.rs (target/deps/a-0123456789abcdef)\n" + bench("x")
    text += "Running target/deps/b-0123456789abcdef\n" + bench("x", "2 ns/iter") + bench("y")
    reading = read(text)
    assert {key: m.value for key, m in reading.metrics.items()} == {
        "a.x.time": 1.0,
        "b.x.time": 2.0,
        "y.time": 1.0,
    }


def test_the_same_again_is_a_trial(read):
    assert read(bench("x") + bench("x", "3 ns/iter")).metrics["x.time"].samples == (1.0, 3.0)


def test_what_a_benchmark_printed(read):
    text = (
        "test x ... hello\nworld\nbench:  1,234 ns/iter (+/- 12)\ntest y ... hibench: 5 ns/iter\n"
    )
    reading = read(text + bench("z", "7 ns/iter"))
    assert {key: m.value for key, m in reading.metrics.items()} == {
        "x.time": 1234.0,
        "y.time": 5.0,
        "z.time": 7.0,
    }
    assert [entry.text for entry in reading.passed_over] == ["test x ... hello", "world"]


def test_throughput_has_no_commas(read, told):
    assert told(read(bench("x", "21.84 ns/iter (+/- 2.69) = 48761 MB/s"))) == {
        "x.time": (21.84, "ns/iter", "down", "median", 1),
        "x.throughput": (48761.0, "MB/s", "up", "median", 1),
    }


def test_quiet_output(read):
    text = f"running 4 tests\ni{bench('x')}{bench('y')}.i{bench('z')}\ntest result: ok. 0 passed\n"
    assert read(text).metrics.keys() == {"x.time", "y.time", "z.time"}


def test_colours(file):
    coloured = file("l.txt", "test x ... \x1b[36mbench\x1b(B\x1b[m:   1 ns/iter (+/- 0)\n")
    assert registry.read(coloured, Options()).metrics["x.time"].value == 1.0


def test_a_unit_of_the_harness_s_own(read, told):
    assert told(read(bench("x", "5 cycles/iter (+/- 1)"))) == {
        "x.time": (5.0, "cycles/iter", "?", "median", 1)
    }


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("test x ... FAILED", "run/failed", "the run failed: test x ... FAILED"),
        (
            "test result: FAILED. 0 passed",
            "run/failed",
            "the run failed: test result: FAILED. 0 passed",
        ),
        (
            bench("x", "1,2345 ns/iter"),
            "libtest/line",
            "expected a count of ns/iter, got 'test x ... bench: 1,2345 ns/iter'",
        ),
        (
            bench("x", "1 ns/iter (+/- 0) = 1,23 MB/s"),
            "libtest/line",
            "expected a count of ns/iter, got 'test x ... bench: 1 ns/iter (+/- 0) = 1,23 MB/s'",
        ),
        (
            bench("x", "soon"),
            "libtest/line",
            "expected a count of ns/iter, got 'test x ... bench: soon'",
        ),
    ],
)
def test_refusals(read, text, code, message):
    with pytest.raises(InputError) as caught:
        read(bench("a") + text)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "l.txt:2",
        message,
    )


RUNNING = "\nrunning 2 tests\n"
ENDED = "\ntest result: ok. 0 passed; 0 failed; 0 ignored; 2 measured; 0 filtered out\n"


@pytest.mark.parametrize(
    "text",
    [
        RUNNING + bench("a"),
        RUNNING + bench("a") + RUNNING + bench("b") + ENDED,
        RUNNING + bench("a") + ENDED[:8],
    ],
)
def test_a_binary_that_did_not_end(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    assert (caught.value.code, caught.value.where) == ("libtest/truncated", "l.txt:2")
    assert read(RUNNING + bench("a") + ENDED + RUNNING + bench("b") + ENDED).metrics.keys() == {
        "a.time",
        "b.time",
    }


def test_sniff(file, folder):
    assert libtest.sniff(file("x", bench("x"))) == "it has test ... bench: lines"
    assert libtest.sniff(file("x", "a test of ... bench:")) is None
    assert libtest.sniff(folder("d", a=bench("x"))) is None
    with pytest.raises(InputError) as caught:
        libtest.read(file("x", "test result: ok. 0 passed"), Options())
    assert caught.value.code == "libtest/empty"
