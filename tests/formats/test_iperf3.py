from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import iperf3
from gitbaseline.formats.base import Options

RATE = {"bits_per_second": 5}


@pytest.fixture
def read(file):
    return lambda *documents: iperf3.read(
        file("i.json", "\n".join(map(json.dumps, documents))), Options()
    )


def run(end, **start):
    return {"start": {"test_start": start}, "intervals": [], "end": end}


def test_several_streams_write_their_buffers_twice(file):
    text = json.dumps(run({"sum_sent": RATE})).replace(
        '"test_start"', '"b": 1, "b": 2, "test_start"'
    )
    assert iperf3.read(file("i.json", text), Options()).metrics.keys() == {"sent.bitrate"}


def test_what_a_server_does_not_know(read):
    reading = read(run({"sum_sent": {"bits_per_second": 0}, "sum_received": RATE}))
    assert reading.metrics.keys() == {"received.bitrate"}
    assert [entry.text for entry in reading.passed_over] == ["sent.bitrate: 0"]


def test_a_test_that_lost_everything_is_refused(read):
    with pytest.raises(InputError) as caught:
        read(run({"sum_sent": RATE, "sum": RATE | {"jitter_ms": 0, "lost_percent": 100}}))
    assert (caught.value.code, caught.value.where) == ("run/failed", "i.json:1")


@pytest.mark.parametrize("sums", [("sum_sent", "sum_received"), ("sum",)])
def test_a_test_in_which_nothing_moved_is_refused(read, sums):
    with pytest.raises(InputError) as caught:
        read(run({name: {"bits_per_second": 0} for name in sums}))
    assert (caught.value.code, caught.value.where) == ("run/failed", "i.json:1")


def test_whole_test(written, told):
    reading = iperf3.read(written("iperf3.json"), Options())
    assert told(reading) == {
        "sent.bitrate": (1000000000.5, "bit/s", "up", "single", 1),
        "received.bitrate": (990000000.25, "bit/s", "up", "single", 1),
        "retransmits": (7.0, "count", "down", "single", 1),
        "cpu.host": (12.5, "%", "?", "single", 1),
        "cpu.remote": (25.5, "%", "?", "single", 1),
    }
    assert reading.context == {
        "workload": {
            "protocol": "TCP",
            "streams": 2,
            "duration_s": 10,
            "block_bytes": 131072,
            "reverse": 0,
            "omit_s": 0,
            "target_bitrate": 0,
        },
        "stack": {"congestion": "cubic", "mss": 1448},
    }
    assert (reading.captured_at_utc, reading.tool_version, reading.suggested_measurement) == (
        "2026-03-04T05:06:07Z",
        "iperf 3.16",
        "iperf3_tcp",
    )
    assert "192.0.2.1" not in str(reading)


def test_a_stream_of_events(written, told):
    reading = iperf3.read(written("iperf3_stream.json"), Options())
    assert told(reading) == {
        "bitrate": (1048576.0, "bit/s", "up", "single", 1),
        "jitter": (0.025, "ms", "down", "single", 1),
        "lost": (1.0, "%", "down", "single", 1),
        "cpu.host": (1.5, "%", "?", "single", 1),
        "cpu.remote": (0.5, "%", "?", "single", 1),
    }
    assert reading.suggested_measurement == "iperf3_udp"


def test_both_ways_at_once(read):
    end = {"sum_received": RATE | {"jitter_ms": 2}, "sum_sent_bidir_reverse": RATE}
    assert list(read(run(end)).metrics) == ["received.bitrate", "jitter", "reverse.sent.bitrate"]


def test_tests_that_were_alike_are_trials(read):
    one, two = (run({"sum_sent": {"bits_per_second": bits}}, duration=5) for bits in (1, 3))
    assert read(one, two).metrics["sent.bitrate"].samples == (1.0, 3.0)


@pytest.mark.parametrize(
    ("documents", "code", "message"),
    [
        (
            [run({}) | {"error": "unable to connect"}],
            "run/failed",
            "the run failed: unable to connect",
        ),
        ([run({})], "iperf3/truncated", "a test without its end: it was cut off"),
        (
            [run({"sum": RATE}, duration=1), run({"sum": RATE}, duration=2)],
            "iperf3/mixed",
            "two tests of different settings in one file",
        ),
        (
            [run({"sum": {"x": 1}})],
            "format/shape",
            "end.sum.bits_per_second: expected a number, got nothing",
        ),
        (
            [{"event": "start", "data": {}}],
            "iperf3/truncated",
            "a test without its end: it was cut off",
        ),
        (
            [{"event": "start", "data": {}}, {"event": "start", "data": {}}],
            "iperf3/truncated",
            "a test without its end: it was cut off",
        ),
        (
            [{"event": "start", "data": {}}, {"event": "error", "data": "boom"}],
            "run/failed",
            "the run failed: boom",
        ),
        ([{"event": "end", "data": {"sum": RATE}}], "iperf3/empty", "no result in it"),
    ],
)
def test_refusals(read, documents, code, message):
    with pytest.raises(InputError) as caught:
        read(*documents)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_sniff(file):
    told = '{"event": "%s", "data": {}, "start": "iperf", "end": 1}'
    assert iperf3.sniff(file("x", told % "interval")) == "its lines are iperf3 events"
    assert iperf3.sniff(file("x", told % "other")) is None
    assert iperf3.sniff(file("x", '{"start": "iperf", "end": 1}')) is None
