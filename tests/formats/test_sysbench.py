from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import sysbench
from gitbaseline.formats.base import Options

BANNER = "sysbench 1.0.20 (using system LuaJIT)\n"
TIME = "General statistics:\n    total time:    10.5s\n"
FAIR = "Threads fairness:\n    execution time (avg/stddev):   9.9980/0.00\n"
WHOLE = TIME + FAIR


@pytest.fixture
def read(file):
    return lambda text: sysbench.read(file("s.txt", text), Options())


def test_whole_report(written, told):
    reading = sysbench.read(written("sysbench.txt"), Options())
    assert told(reading) == {
        "cpu.events_per_second": (1000.5, "events/s", "up", "single", 1),
        "cpu.total_time": (10.0002, "s", "?", "single", 1),
        "cpu.total_events": (10005.0, "events", "?", "single", 1),
        "cpu.latency.min": (3.25, "ms", "down", "single", 1),
        "cpu.latency.mean": (4.0, "ms", "down", "single", 1),
        "cpu.latency.max": (12.5, "ms", "down", "single", 1),
        "cpu.latency.p95": (4.25, "ms", "down", "single", 1),
    }
    assert reading.context == {"workload": {"number_of_threads": 4, "prime_numbers_limit": 10000}}
    assert (reading.tool_version, reading.suggested_measurement) == ("1.0.20", "sysbench_cpu")
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (5, "Report intermediate results every 1 second(s)"),
        (15, "[ 1s ] thds: 4 eps: 990.00 lat (ms,95%): 4.25"),
    ]


def test_a_report_of_0_4(read, told):
    reading = read(
        "sysbench 0.4.12:  multi-threaded system evaluation benchmark\n"
        "Doing random r/w test\nOperations performed:  6 Read, 4 Write, 2 Other = 12 Total\n"
        "Read 96Kb  Written 64Kb  Total transferred 160Kb  (15.5Mb/sec)\n"
        "  999.5 Requests/sec executed\n\nTest execution summary:\n    total time:   1.5s\n"
        "    per-request statistics:\n         avg:   4.5ms\n"
        "         approx.  95 percentile:   9.5ms\n" + FAIR
    )
    assert {key: row[:3] for key, row in told(reading).items()} == {
        "fileio.throughput": (15.5, "MiB/s", "up"),
        "fileio.requests_per_second": (999.5, "requests/s", "up"),
        "fileio.total_time": (1.5, "s", "?"),
        "fileio.latency.mean": (4.5, "ms", "down"),
        "fileio.latency.p95": (9.5, "ms", "down"),
    }
    assert reading.tool_version == "0.4.12"


@pytest.mark.parametrize("doing", ["CPU performance benchmark", "memory operations speed test"])
def test_what_it_was_doing_names_the_test(read, doing):
    test = doing.partition(" ")[0].lower()
    report = f"Doing {doing}\nOperations performed: 8 (7.5 ops/sec)\n{WHOLE}"
    assert read(BANNER + report).metrics.keys() == {
        f"{test}.operations_per_second",
        f"{test}.total_time",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "  block size: 1KiB\n  total size: 2MiB\n  operation: write\n  scope: global\n"
                "Total operations: 8 (  7163.25 per second)\n1.00 MiB transferred (6.50 MiB/sec)\n"
            ),
            {
                "memory.operations_per_second": (7163.25, "ops/s", "up"),
                "memory.throughput": (6.5, "MiB/s", "up"),
            },
        ),
        (
            (
                "File operations:\n    reads/s:  5.5\n    fsyncs/s:  1.5\n\nThroughput:\n"
                "    read, MiB/s:   1.25\n    written, MiB/s:  0.75\n"
            ),
            {
                "fileio.reads_per_second": (5.5, "ops/s", "up"),
                "fileio.fsyncs_per_second": (1.5, "ops/s", "up"),
                "fileio.read_throughput": (1.25, "MiB/s", "up"),
                "fileio.write_throughput": (0.75, "MiB/s", "up"),
            },
        ),
        (
            (
                "SQL statistics:\n    queries performed:\n        read:    14\n        total:   20\n"
                "    transactions:  1  (10.50 per sec.)\n    queries:  20  (210.25 per sec.)\n"
                "    ignored errors:  0  (0.00 per sec.)\n"
            ),
            {
                "oltp.transactions_per_second": (10.5, "transactions/s", "up"),
                "oltp.queries_per_second": (210.25, "queries/s", "up"),
                "oltp.ignored_errors_per_second": (0.0, "ops/s", "?"),
            },
        ),
        (
            "Throughput:\n    events/s (eps):  7.5\n    time elapsed:  2.0s\n",
            {
                "test.events_per_second": (7.5, "events/s", "up"),
            },
        ),
        (
            (
                "response time:\n    avg:  2.50ms\n    approx.  99 percentile:  4.25ms\n    odd:  1\n"
                "    sum:  9.99\nelsewhere:\n    avg:  9.99\n    other number:  1.2.3\n    reads/s:  1.2.3\n"
            ),
            {
                "test.latency.mean": (2.5, "ms", "down"),
                "test.latency.p99": (4.25, "ms", "down"),
            },
        ),
    ],
)
def test_other_tests(read, told, text, expected):
    found = {key: row[:3] for key, row in told(read(BANNER + text + WHOLE)).items()}
    assert {key: row for key, row in found.items() if "total_time" not in key} == expected


def test_reports_run_alike_are_trials(read):
    one = BANNER + "Number of threads: 1\n" + WHOLE
    reading = read("noise\n\n" + one + one.replace("10.5s", "12.5s"))
    assert reading.metrics["test.total_time"].samples == (10.5, 12.5)


def test_reports_of_several_tests(read):
    reading = read(BANNER + "CPU speed:\n" + WHOLE + BANNER + WHOLE)
    assert list(reading.metrics) == ["cpu.total_time", "test.total_time"]
    assert reading.suggested_measurement == "sysbench"


@pytest.mark.parametrize(
    ("text", "code", "where", "message"),
    [
        (
            BANNER + "FATAL: unable to connect",
            "run/failed",
            "s.txt:2",
            "the run failed: FATAL: unable to connect",
        ),
        (
            BANNER + "General statistics:\n    total number of events:   0\n" + WHOLE,
            "run/failed",
            "s.txt:1",
            "the run failed: total number of events: 0",
        ),
        (
            "\n" + BANNER,
            "sysbench/truncated",
            "s.txt:2",
            "a report without its statistics: the run is cut off",
        ),
        *(
            (
                BANNER + part,
                "sysbench/truncated",
                "s.txt:1",
                "a report without its statistics: the run is cut off",
            )
            for part in (TIME, FAIR, TIME + FAIR[:-2])
        ),
        (
            BANNER + "Number of threads: 1\n" + WHOLE + BANNER + "Number of threads: 2\n" + WHOLE,
            "sysbench/mixed",
            "s.txt:7",
            "two runs of test with different settings",
        ),
        ("nothing", "sysbench/empty", "s.txt", "no result in it"),
    ],
)
def test_refusals(read, text, code, where, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert (caught.value.code, caught.value.where, caught.value.message) == (code, where, message)


def test_sniff(file, folder):
    assert sysbench.sniff(file("x", "sysbench of mine")) is None
    assert sysbench.sniff(folder("d", a=BANNER)) is None
