from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import k6, registry
from gitbaseline.formats.base import Options

TREND = {
    "avg": (10.5, "ms", "down", "mean"),
    "min": (1.25, "ms", "down", "min"),
    "med": (9.0, "ms", "down", "median"),
    "max": (50.0, "ms", "down", "max"),
    "p90": (20.0, "ms", "down", "p90"),
    "p95": (25.5, "ms", "down", "p95"),
}


def trend(name, n=1):
    return {f"{name}.{statistic}": (*row, n) for statistic, row in TREND.items()}


@pytest.fixture
def read(file):
    return lambda **metrics: k6.read(file("k.json", json.dumps({"metrics": metrics})), Options())


def test_the_flat_shape(written, told):
    reading = k6.read(written("k6_flat.json"), Options())
    assert told(reading) == {
        **trend("http_req_duration"),
        "http_reqs.count": (100.0, "count", "?", "count", 1),
        "http_reqs.rate": (10.5, "requests/s", "up", "rate", 1),
        "http_req_failed.passes": (1.0, "count", "?", "passes", 1),
        "http_req_failed.fails": (99.0, "count", "?", "fails", 1),
        "http_req_failed.rate": (0.01, "ratio", "down", "rate", 1),
        "checks.passes": (90.0, "count", "?", "passes", 1),
        "checks.fails": (10.0, "count", "?", "fails", 1),
        "checks.rate": (0.9, "ratio", "up", "rate", 1),
        "vus.value": (1.0, "unknown", "?", "value", 1),
        "vus.min": (1.0, "unknown", "?", "min", 1),
        "vus.max": (5.0, "unknown", "?", "max", 1),
        "data_received.count": (1000.0, "B", "?", "count", 1),
        "data_received.rate": (100.5, "B/s", "?", "rate", 1),
        "iterations.count": (50.0, "count", "?", "count", 1),
        "iterations.rate": (5.25, "iterations/s", "up", "rate", 1),
    }
    # true means breached in this shape
    assert reading.warnings == ("threshold breached: http_req_duration p(95)<20",)


def test_the_data_of_handle_summary(written, told):
    reading = k6.read(written("k6_handle.json"), Options())
    assert told(reading) == {
        **trend("http_req_duration{expected_response:true}"),
        "http_reqs.count": (100.0, "count", "?", "count", 1),
        "http_reqs.rate": (10.5, "requests/s", "up", "rate", 1),
        "payload.avg": (7.5, "B", "?", "mean", 1),
        "http_req_failed.rate": (0.01, "ratio", "down", "rate", 1),
        "http_req_failed.passes": (1.0, "count", "?", "passes", 1),
        "http_req_failed.fails": (99.0, "count", "?", "fails", 1),
    }
    # and {"ok": false} in this one
    assert reading.warnings == (
        "threshold breached: http_req_duration{expected_response:true} p(95)<20",
    )


def test_the_machine_readable_summary(written, told):
    reading = k6.read(written("k6_machine.json"), Options())
    assert told(reading) == {
        **trend("http_req_duration", n=100),
        "http_req_duration.count": (100.0, "count", "?", "count", 1),
        "http_reqs.count": (100.0, "count", "?", "count", 1),
        "http_reqs.rate": (10.5, "requests/s", "up", "rate", 1),
        "checks_succeeded.rate": (0.9, "ratio", "up", "rate", 1),
        "checks_succeeded.passes": (90.0, "count", "?", "passes", 1),
        "checks_succeeded.fails": (10.0, "count", "?", "fails", 1),
    }
    assert (reading.tool_version, reading.captured_at_utc) == ("1.5.0", "2026-03-04T05:06:07Z")


def test_checks_by_name_as_an_early_draft_had_them(file, told):
    check = {"name": "checks_failed", "type": "rate", "values": {"rate": 0.1}}
    results = {"metrics": [], "checks": {"metrics": {"checksFailed": check}}}
    document = {"metadata": {"k6Version": "1"}, "results": results | {"passed": False}}
    reading = k6.read(file("k.json", json.dumps(document)), Options())
    assert told(reading) == {"checks_failed.rate": (0.1, "ratio", "down", "rate", 1)}
    assert reading.warnings == ("the test did not pass: a threshold was breached",)


def test_custom_metrics(read, told):
    reading = read(
        my_trend={"avg": 1, "p(99.9)": 2, "note": 3, "max": None},
        my_rate={"passes": 1, "fails": 1, "value": 0.5},
        my_counter={"count": 3, "rate": 1.5},
    )
    assert told(reading) == {
        "my_trend.avg": (1.0, "unknown", "?", "mean", 1),
        "my_trend.p99.9": (2.0, "unknown", "?", "p99.9", 1),
        "my_rate.passes": (1.0, "count", "?", "passes", 1),
        "my_rate.fails": (1.0, "count", "?", "fails", 1),
        "my_rate.rate": (0.5, "ratio", "?", "rate", 1),
        "my_counter.count": (3.0, "count", "?", "count", 1),
        "my_counter.rate": (1.5, "unknown", "?", "rate", 1),
    }
    assert [entry.text for entry in reading.passed_over] == [
        "my_trend.note: no statistic that is a number",
        "my_trend.max: no statistic that is a number",
    ]


def test_a_test_that_reached_nothing_is_refused(read):
    with pytest.raises(InputError) as caught:
        read(http_req_failed={"passes": 5, "fails": 0, "value": 1})
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        "run/failed",
        "k.json:1",
        "the run failed: every request failed (http_req_failed is 1)",
    )


def test_single_points_are_no_summary(file):
    point = '{"metric":"http_req_duration","type":"Point","data":{"value":12.5}}\n'
    source = file("k.json", point + point)
    assert registry.detect(source).NAME == "k6"
    with pytest.raises(InputError) as caught:
        k6.read(source, Options())
    assert caught.value.code == "k6/points"


def test_sniff_and_nothing(file):
    sniff = lambda document: k6.sniff(file("x", json.dumps(document)))  # noqa: E731
    assert sniff({"metrics": {"vus": {}}, "state": {}}) == "it has metrics and root_group"
    assert sniff({"metrics": {"other": {}}, "state": {}}) is None
    assert sniff({"metrics": {}, "root_group": {}}) is None
    assert sniff({"metadata": {"k6Version": "1"}, "results": {"metrics": []}}) is None
    with pytest.raises(InputError) as caught:
        k6.read(file("x", "no"), Options())
    assert caught.value.code == "k6/empty"
