"""The documents of --json: whole values."""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.report import document

PATH = entry_path("fam", "step", "20260101T000000Z")


def test_documents(least):
    row = document.summary(PATH, least, "ok")
    assert (row["metric"], row["value"], row["unit"], row["direction"]) == (
        "value",
        1.5,
        "ms",
        "lower-is-better",
    )
    bare = Metric(value=1.0, unit="x", direction=Direction.UNKNOWN)
    several = replace(least, metrics={"a": bare, "b": bare}, value=None, unit=None, direction=None)
    row = document.summary(PATH, several, "candidate")
    assert (row["metric"], row["value"], row["metrics"], row["status"]) == (
        None,
        None,
        2,
        "candidate",
    )
    assert document.envelope("x", {"a": 1}) == {
        "tool": "perf_baseline_x",
        "verb": "x",
        "schema": "git-baseline/x/1",
        "a": 1,
    }
