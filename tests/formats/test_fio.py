from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import fio, registry
from gitbaseline.formats.base import Options

READ = {"total_ios": 10, "bw_bytes": 4096, "iops": 1.0}


@pytest.fixture
def read(file):
    def run(*documents):
        text = "\n".join(json.dumps({"fio version": "fio-3.40", **one}) for one in documents)
        return fio.read(file("f.json", text), Options())

    return run


def job(name="j", **members):
    return {"jobname": name, "error": 0, "read": READ, **members}


def report(elapsed, timestamp, bw):
    return {"timestamp": timestamp, "jobs": [job(elapsed=elapsed, read=READ | {"bw_bytes": bw})]}


def test_whole_output(written, told):
    reading = fio.read(written("fio.json"), Options())
    assert told(reading) == {
        "randread.read.bw": (2048000.0, "B/s", "up", "single", 1),
        "randread.read.iops": (500.0, "IOPS", "up", "single", 1),
        "randread.read.lat.mean": (2100.5, "ns", "down", "mean", 1000),
        "randread.read.clat.mean": (2000.5, "ns", "down", "mean", 1000),
        "randread.read.clat.p50": (1900.0, "ns", "down", "p50", 1000),
        "randread.read.clat.p99": (5000.0, "ns", "down", "p99", 1000),
        "randread.read.clat.p99.99": (8900.0, "ns", "down", "p99.99", 1000),
    }
    mean = reading.metrics["randread.read.clat.mean"]
    assert (mean.std, mean.min, mean.max) == (100.25, 1000.0, 9000.0)
    assert mean.dimensions == {
        "ioengine": "libaio",
        "iodepth": "32",
        "rw": "randread",
        "bs": "4k",
    }
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (1, "fio: a warning first"),
        (2, "randread.write: nothing was moved"),
        (2, "randread.trim: nothing was moved"),
    ]
    assert reading.context == {"workload": {"ioengine": "libaio", "iodepth": "32"}}
    assert (reading.captured_at_utc, reading.tool_version) == ("2026-03-04T05:06:07Z", "fio-3.33")


def test_jobs_of_one_name_are_no_trials(read):
    reading = read({"jobs": [job(), job(), job("k")]})
    assert [key for key in reading.metrics if key.endswith("iops")] == [
        "j.1.read.iops",
        "j.2.read.iops",
        "k.read.iops",
    ]
    assert reading.warnings == (
        "jobs of one name are numbered; --group_reporting would add them up",
    )


def test_clients_and_their_sum(read, file, told):
    one = {"client_stats": [job(hostname="h", port=8765), job("All clients")]}
    assert {key: row[0] for key, row in told(read(one)).items()} == {
        "j.read.bw": 4096,
        "j.read.iops": 1.0,
        "All clients.read.bw": 4096,
        "All clients.read.iops": 1.0,
    }
    assert "'h'" not in str(read(one))
    assert fio.sniff(file("x", json.dumps({"fio version": "fio-3.40", **one})))


def test_an_option_that_is_given_twice(file):
    text = '{"fio version": "fio-3.40", "jobs": [{"jobname": "j", "error": 0, "read": %s, '
    text += '"job options": {"runtime": "1", "runtime": "3"}}]}'
    source = file("f.json", text % json.dumps(READ))
    assert registry.detect(source).NAME == "fio"
    assert fio.read(source, Options()).metrics["j.read.bw"].dimensions == {"runtime": "3"}


def test_a_run_that_a_signal_ended(file):
    document = json.dumps({"fio version": "fio-3.40", "jobs": [job()]})
    with pytest.raises(InputError) as caught:
        fio.read(file("f.json", f"fio: terminating on signal 2\n{document}\n"), Options())
    assert (caught.value.code, caught.value.where) == ("run/failed", "f.json:1")


def test_before_3(read, told):
    old = {"io_bytes": 4, "bw": 2, "iops": 1.5, "clat": {"mean": 3.5, "percentile": {"x": 1}}}
    reading = read({"jobs": [job("", read=old, write=None)]})
    assert told(reading) == {
        "job.read.bw": (2.0, "KiB/s", "up", "single", 1),
        "job.read.iops": (1.5, "IOPS", "up", "single", 1),
        "job.read.clat.mean": (3.5, "us", "down", "mean", 1),
    }


def precise(written, ran, bw):
    whole = report(2, written // 1000, bw)
    whole["jobs"][0]["job_runtime"] = ran
    return whole | {"timestamp_ms": written}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([precise(8421, 889, 1), precise(9418, 1889, 2), precise(9545, 2000, 3)], 3.0),
        ([precise(9050, 1000, 1), precise(10352, 1001, 3)], (1.0, 3.0)),
    ],
)
def test_milliseconds_tell_runs_apart_that_seconds_do_not(read, reports, expected):
    metric = read(*reports).metrics["j.read.bw"]
    assert (metric.samples or metric.value) == expected


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([report(1, 101, 1), report(2, 102, 2), report(3, 103, 3)], 3.0),
        ([report(5, 105, 1), report(5, 111, 3)], (1.0, 3.0)),
        ([report(5, 105, 1), report(6, 112, 3)], (1.0, 3.0)),
        ([report(1, 101, 1), report(2, 102, 2), report(2, 200, 4)], (2.0, 4.0)),
    ],
)
def test_reports_of_one_run_on_its_way_are_no_trials(read, reports, expected):
    metric = read(*reports).metrics["j.read.bw"]
    assert (metric.samples or metric.value) == expected


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        (
            {"jobs": [job(error=5)]},
            "run/failed",
            "the run failed: job 'j' ended with error 5",
        ),
        (
            {"jobs": [job(read={"total_ios": 1, "bw_bytes": 1})]},
            "format/shape",
            "jobs.0.read.iops: expected a number, got nothing",
        ),
        ({"jobs": {}}, "format/shape", "jobs: expected a list, got an object"),
    ],
)
def test_refusals(read, document, code, message):
    with pytest.raises(InputError) as caught:
        read(document)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "f.json:1",
        message,
    )


@pytest.mark.parametrize("documents", [[], [{"jobs": []}], [{"jobs": [job(read={})]}]])
def test_nothing_in_it(read, documents):
    with pytest.raises(InputError) as caught:
        read(*documents)
    assert caught.value.code == "fio/empty"


def test_what_is_not_claimed(file):
    assert fio.sniff(file("x", '{"fio version": "1", "jobs": []}')) is None
