from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import wrk
from gitbaseline.formats.base import Options

START = "Running 2s test @ http://192.0.2.1/\n  1 threads and 1 connections\n"
RATE = "Requests/sec:   5.50\nTransfer/sec:  1.50KB\n"


@pytest.fixture
def read(file):
    return lambda text: wrk.read(file("w.txt", text), Options())


def test_whole_report(written, told):
    reading = wrk.read(written("wrk.txt"), Options())
    assert told(reading) == {
        "latency.mean": (2.5, "ms", "down", "mean", 1),
        "latency.max": (1.25, "s", "down", "max", 1),
        "latency.p50": (2.25, "ms", "down", "p50", 1),
        "latency.p75": (3.85, "ms", "down", "p75", 1),
        "latency.p90": (4.79, "ms", "down", "p90", 1),
        "latency.p99": (7.5, "ms", "down", "p99", 1),
        "requests_per_second": (1350.25, "requests/s", "up", "single", 1),
        "transfer": (2.44, "MiB/s", "up", "single", 1),
    }
    assert reading.context == {
        "workload": {"duration": "30s", "path": "/items", "threads": 2, "connections": 64}
    }
    assert "192.0.2.1" not in str(reading)
    assert "token" not in str(reading)


def test_wrk2(read, told):
    reading = read(
        START + "  Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%  1.50us\n"
        " 99.900%    2.00m\n100.000%    1.00h\n  Detailed Percentile spectrum:\n"
        "       Value   Percentile   TotalCount\n" + RATE
    )
    assert {key: row[:2] for key, row in told(reading).items()} == {
        "latency.p50": (1.5, "us"),
        "latency.p99.9": (2.0, "min"),
        "latency.p100": (1.0, "h"),
        "requests_per_second": (5.5, "requests/s"),
        "transfer": (1.5, "KiB/s"),
    }
    assert [entry.text for entry in reading.passed_over] == [
        "Detailed Percentile spectrum:",
        "Value   Percentile   TotalCount",
    ]


def test_a_second_distribution_is_no_second_trial(read):
    one = "  Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%  1.50ms\n"
    blind = one.replace("Recorded", "Uncorrected").replace("1.50ms", "90.00us")
    reading = read(START + one + blind + RATE)
    assert (reading.metrics["latency.p50"].value, reading.metrics["latency.p50"].n) == (1.5, 1)
    assert [entry.text for entry in reading.passed_over] == ["50.000%  90.00us"]


def test_the_third_column_is_what_its_heading_says(read, told):
    stats = "  Thread Stats   Avg      Stdev     99%   +/- Stdev\n"
    latency = "    Latency     1.50ms    0.50ms   4.00ms   70.00%\n"
    rows = told(read(START + stats + latency + " 99.000%    4.00ms\n" + RATE))
    assert [(key, *row[:2]) for key, row in rows.items()][:2] == [
        ("latency.mean", 1.5, "ms"),
        ("latency.p99", 4.0, "ms"),
    ]
    assert "latency.max" not in rows


def test_reports_run_alike_are_trials_whatever_the_unit(read):
    one = START + "  50%  500.00us\n" + RATE
    reading = read("noise\n" + one + one.replace("500.00us", "1.50ms"))
    assert reading.metrics["latency.p50"].samples == (500.0, 1500.0)
    assert [entry.text for entry in reading.passed_over] == ["noise"]


@pytest.mark.parametrize("url", ["http://h", "http://h?x=1", "http://h#x", "/"])
def test_an_address_without_a_path(read, url):
    reading = read(START.replace("http://192.0.2.1/", url) + RATE)
    assert reading.context["workload"]["path"] == "/"


@pytest.mark.parametrize(
    ("text", "code", "where", "message"),
    [
        (
            START + "  Non-2xx or 3xx responses: 3\n",
            "run/failed",
            "w.txt:3",
            "the run failed: Non-2xx or 3xx responses: 3",
        ),
        (
            START + "  Socket errors: connect 0, read 0, write 0, timeout 5\n",
            "run/failed",
            "w.txt:3",
            "the run failed: Socket errors: connect 0, read 0, write 0, timeout 5",
        ),
        (
            START
            + "    Latency  0.00us  0.00us  0.00us  -nan%\n  0 requests in 2.00s, 0.00B read\n",
            "run/failed",
            "w.txt:4",
            "the run failed: 0 requests in 2.00s, 0.00B read",
        ),
        (
            START + RATE[:22],
            "wrk/truncated",
            "w.txt:1",
            "a report without Transfer/sec, its last line: the run is cut off",
        ),
        (
            START + RATE + START.replace("2s", "3s") + RATE,
            "wrk/mixed",
            "w.txt:5",
            "two runs with different settings in one file",
        ),
        (
            START + "  50%  1.5\n",
            "wrk/number",
            "w.txt:3",
            "latency.p50: expected a number with us or ms or s or m or h, got '1.5'",
        ),
        (
            START + "Requests/sec:  nan\n",
            "wrk/number",
            "w.txt:3",
            "requests_per_second: expected a number with no unit, got 'nan'",
        ),
        ("nothing", "wrk/empty", "w.txt", "no result in it"),
    ],
)
def test_refusals(read, text, code, where, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert (caught.value.code, caught.value.where, caught.value.message) == (code, where, message)


def test_sniff(file, folder):
    assert wrk.sniff(file("x", "Running a test @ home")) is None
    assert wrk.sniff(folder("d", a=START)) is None
