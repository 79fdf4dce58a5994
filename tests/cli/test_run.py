"""run: a command is measured, its output kept, and a failing one not recorded."""

from __future__ import annotations

import sys

import pytest


def test_trials_become_samples_and_the_output_the_source(registry, inside):
    before = registry.frozen()
    done = inside("run", "-n", "3", "--warmup", "1", "--json", "--", "sh", "-c", "echo out; exit 0")
    baseline = done.json["baseline"]
    assert (done.code, registry.frozen() == before) == (0, True)
    assert done.json["entry"].startswith("demo/sh/")
    assert baseline["capture_command"] == "sh -c 'echo out; exit 0'"
    assert sorted(baseline["metrics"]) == ["system_time", "user_time", "wall_time"]
    wall = baseline["metrics"]["wall_time"]
    assert (wall["unit"], wall["direction"], wall["n"], wall["headline"], wall["validity"]) == (
        "s",
        "lower-is-better",
        3,
        True,
        "valid",
    )
    assert all(0 < sample < 5 for sample in wall["samples"])
    assert baseline["context"]["grounding"] == {"trials": 3, "same_node": True}
    assert baseline["environment"]["cpu_count"] > 0
    assert baseline["source_format"] == "run"
    files = inside("show", "--files").text.split()
    assert files[2:] == [f"source-snapshot/stdout-00{number}.txt" for number in (1, 2, 3)]
    assert inside("show", "--file", files[2]).out == b"out\n"


def test_where_nobody_can_be_asked_it_runs(registry, inside):
    done = inside("run", "-n1", "--warmup", "0", "--", "true")
    assert (done.code, done.text.startswith("Recorded demo/true/")) == (0, True)


def test_a_format_reads_every_trial(registry, inside, nccl):
    words = ("--format", "nccl-tests", "--json", "--", "cat", nccl)
    metrics = inside("run", "-n", "2", "--warmup", "0", *words).json["baseline"]["metrics"]
    assert metrics["all_reduce.busbw.4194304.out"]["samples"] == [41.94, 41.94]
    assert metrics["run.wall_time"]["n"] == 2


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (("sh", "-c", "exit 3"), "warm-up 1 of 1 exited with 3; a failing run is no measurement"),
        (
            (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"),
            "warm-up 1 of 1 was killed by signal 9; a failing run is no measurement",
        ),
    ],
)
def test_a_failing_run_is_not_recorded(registry, inside, program, message):
    before = registry.reached()
    done = inside("run", "-n", "2", "--json", "--", *program)
    error = done.json["error"]
    assert (done.code, error["code"], error["message"]) == (3, "run/failed", message)
    assert registry.reached() == before


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--", "no-such-program-here"), 2, "run/start"),
        (("--prepare", "exit 4", "--", "true"), 2, "run/prepare"),
        (("--format", "json", "--", "true"), 2, "json/empty"),
        (("--unit", "m", "--", "true"), 2, "unit/format"),
        (("-n", "0", "--", "true"), 2, "usage"),
    ],
)
def test_what_cannot_be_measured(registry, inside, words, code, error):
    before = registry.reached()
    done = inside("run", "--json", *words)
    assert (done.code, done.json["error"]["code"]) == (code, error)
    assert registry.reached() == before


def test_prepare_runs_before_each_trial(registry, inside, tmp_path):
    log = tmp_path / "log"
    words = ("--prepare", f"echo x >> '{log}'", "--json", "--", "true")
    assert inside("run", "-n", "2", "--warmup", "1", *words).code == 0
    assert log.read_text() == "x\n" * 3


def test_outputs_beyond_the_limit_are_refused(registry, inside):
    before = registry.reached()
    line = "import sys; sys.stdout.write('x' * (64 * 1024 * 1024 + 1))"
    done = inside(
        "run", "-n1", "--warmup=0", "--no-lfs", "--json", "--", sys.executable, "-c", line
    )
    assert (done.code, done.json["error"]["code"]) == (2, "source/large")
    assert registry.reached() == before


def test_json_after_the_dashes_is_the_programs(registry, inside):
    done = inside("run", "-n1", "--warmup=0", "--", "false", "--json")
    assert (done.code, done.out) == (3, b"")
