from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import hyperfine
from gitbaseline.formats.base import Options
from gitbaseline.model.metric import Direction, Metric, Validity


def export(*rows):
    base = {"command": "x", "mean": 1.0, "times": [1.0], "user": 0.5, "system": 0.25}
    return json.dumps({"results": [base | row for row in rows]})


@pytest.fixture
def read(file):
    return lambda text: hyperfine.read(file("h.json", text), Options())


def test_whole_export(written, told):
    reading = hyperfine.read(written("hyperfine.json"), Options())
    assert told(reading) == {
        "make all.wall_time": (2.0, "s", "down", "median", 3),
        "make all.user_time": (1.5, "s", "down", "mean", 3),
        "make all.system_time": (0.25, "s", "down", "mean", 3),
        "make all.max_rss": (1048576.0, "B", "down", "median", 3),
        "make docs.wall_time": (7.5, "s", "down", "single", 1),
        "make docs.user_time": (7.0, "s", "down", "mean", 1),
        "make docs.system_time": (0.5, "s", "down", "mean", 1),
    }
    wall = reading.metrics["make all.wall_time"]
    assert wall.samples == (1.9, 2.1, 2.0)
    assert wall.dimensions == {"command": "make all", "threads": "4"}
    assert (reading.headline, reading.suggested_measurement, reading.passed_over) == (
        None,
        "hyperfine",
        (),
    )


def test_memory_of_a_system_that_does_not_tell_it(read):
    assert "x.max_rss" not in read(export({"memory_usage_byte": [0]})).metrics
    assert read(export({"memory_usage_byte": [8]})).metrics["x.max_rss"].value == 8.0


def test_a_run_of_no_time_is_told(read):
    (warning,) = read(export({"times": [0.0, 0.1]})).warnings
    assert warning.startswith("x: the shell's own time")
    assert read(export({})).warnings == ()


def test_one_command_is_the_headline(read):
    reading = read(export({"command": "sleep 1"}))
    assert (reading.headline, reading.suggested_measurement) == ("sleep 1.wall_time", "sleep_1")
    assert reading.metrics["sleep 1.wall_time"] == Metric(
        value=1.0,
        unit="s",
        direction=Direction.LOWER,
        validity=Validity.VALID,
        dimensions={"command": "sleep 1"},
        unit_source="format",
    )


def test_one_command_with_several_parameters_is_several_benchmarks(read):
    reading = read(export({"parameters": {"n": "1"}}, {"parameters": {"n": "2"}}))
    assert [key for key in reading.metrics if key.endswith("wall_time")] == [
        "x (n=1).wall_time",
        "x (n=2).wall_time",
    ]


def test_the_same_command_again_is_more_trials(read):
    reading = read(export({"times": [1.0]}) + "\n" + export({"times": [3.0]}))
    assert reading.metrics["x.wall_time"].samples == (1.0, 3.0)
    assert reading.metrics["x.user_time"].samples == (0.5, 0.5)


def test_without_single_times_the_mean_is_the_value(read):
    reading = read(export({"times": [], "user": None, "system": None}))
    assert {key: m.value for key, m in reading.metrics.items()} == {"x.wall_time": 1.0}


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (
            {"exit_codes": [0, 3]},
            "run/failed",
            "the run failed: 'x' exited with 3 in run 2",
        ),
        ({"exit_codes": [None]}, "run/failed", "the run failed: 'x' was killed in run 1"),
        (
            {"times": [1.0, "2"]},
            "format/shape",
            "results.0.times.1: expected a number, got text",
        ),
        ({"command": ""}, "format/shape", "results.0.command: expected text, got text"),
    ],
)
def test_refusals(read, row, code, message):
    with pytest.raises(InputError) as caught:
        read("x\n" + export(row))
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "h.json:2",
        message,
    )


def test_nothing_in_it(read):
    with pytest.raises(InputError) as caught:
        read('{"results": []}')
    assert (caught.value.code, caught.value.where) == ("hyperfine/empty", "h.json")


@pytest.mark.parametrize(
    "text",
    ['{"results": []}', '{"results": [{"command": 1}]}', "[1]", '"times" "command" "results"', ""],
)
def test_what_is_not_claimed(file, folder, text):
    assert hyperfine.sniff(file("x", text)) is None
    assert hyperfine.sniff(folder("d", a=text)) is None
