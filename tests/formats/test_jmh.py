from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import jmh
from gitbaseline.formats.base import Options

METRIC = {"score": 1.5, "scoreUnit": "us/op", "rawData": [[1.5]]}


@pytest.fixture
def read(file):
    def run(**members):
        row = {"benchmark": "B.m", "mode": "avgt", "primaryMetric": METRIC} | members
        return jmh.read(file("j.json", json.dumps([row])), Options())

    return run


def test_whole_file(written, told):
    reading = jmh.read(written("jmh.json"), Options())
    key = "org.example.Copy.bytes/size=1024"
    assert told(reading) == {
        f"{key}.thrpt": (25.0, "ops/us", "up", "median", 4),
        f"{key}.thrpt.gc.alloc.rate.norm": (16.0, "B/op", "down", "median", 4),
        f"{key}.sample": (2.5, "ms/op", "down", "mean", 100),
        f"{key}.sample.p50": (2.0, "ms/op", "down", "p50", 100),
        f"{key}.sample.p99": (9.0, "ms/op", "down", "p99", 100),
    }
    thrpt = reading.metrics[f"{key}.thrpt"]
    assert thrpt.samples == (24.0, 26.0, 23.0, 27.0)
    assert thrpt.dimensions == {"size": "1024", "threads": 4}
    assert [entry.text for entry in reading.passed_over] == [f"{key}.thrpt.gc.count: not a number"]
    assert reading.context == {
        "workload": {"threads": 4},
        "grounding": {
            "forks": 2,
            "warmupIterations": 3,
            "warmupTime": "1 s",
            "measurementIterations": 2,
        },
        "stack": {"jdk": "17.0.2", "vm": "OpenJDK 64-Bit Server VM", "jvm_args": "-Xmx2G -ea"},
    }
    assert reading.tool_version == "1.37"


def test_a_row_that_says_little(read, told):
    reading = read(jvmArgs=["-x", None])
    assert told(reading) == {"B.m.avgt": (1.5, "us/op", "down", "single", 1)}
    assert reading.context == {}


def test_methods_of_a_group_have_the_primary_s_direction(read, told):
    ways = {
        "writer": METRIC,
        "gc.time": METRIC | {"scoreUnit": "ms"},
        "gc.count": METRIC | {"scoreUnit": "#"},
        "gc.rate": METRIC | {"scoreUnit": "MB/sec"},
    }
    reading = read(mode="thrpt", primaryMetric=METRIC, secondaryMetrics=ways)
    assert {key: row[1:3] for key, row in told(reading).items()} == {
        "B.m.thrpt": ("us/op", "up"),
        "B.m.thrpt.writer": ("us/op", "up"),
        "B.m.thrpt.gc.time": ("ms", "down"),
        "B.m.thrpt.gc.count": ("count", "?"),
        "B.m.thrpt.gc.rate": ("MB/sec", "?"),
    }


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ({"rawData": [[1.0, "NaN"]]}, (1.5, "us/op", "down", "mean", 1)),
        ({"rawData": None, "scoreUnit": None}, (1.5, "unknown", "down", "mean", 1)),
        ({"rawData": None, "scoreUnit": "widgets"}, (1.5, "widgets", "down", "mean", 1)),
    ],
)
def test_scores_without_data(read, told, metric, expected):
    assert told(read(primaryMetric=METRIC | metric))["B.m.avgt"] == expected


def test_an_unknown_mode_has_no_direction(read, told):
    assert told(read(mode="odd"))["B.m.odd"][2] == "?"


@pytest.mark.parametrize("score", ["NaN", "INF", None])
def test_a_score_that_is_none_is_refused(read, score):
    with pytest.raises(InputError) as caught:
        read(primaryMetric=METRIC | {"score": score})
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        "jmh/score",
        "j.json:1",
        f"B.m.avgt: the score is {str(score)!r}; expected a finite number",
    )


def test_a_histogram_of_nothing(read, told):
    reading = read(primaryMetric=METRIC | {"rawData": None, "rawDataHistogram": [[[[1.0]]]]})
    assert told(reading)["B.m.avgt"] == (1.5, "us/op", "down", "mean", 1)


def test_sniff_and_nothing(file):
    assert jmh.sniff(file("x", '[{"benchmark": 1, "primaryMetric": 2}]')) is None
    with pytest.raises(InputError) as caught:
        jmh.read(file("x", "[]"), Options())
    assert caught.value.code == "jmh/empty"
