"""Trials of one command in one folder, or of two in turns."""

from __future__ import annotations

import os

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.registry.measuring import Arm, Plan, measure


@pytest.fixture
def arms(tmp_path):
    made = []
    for name in "ab":
        (tmp_path / name).mkdir()
        environment = {"PATH": os.environ["PATH"], "LOG": str(tmp_path / "log")}
        made.append(Arm(folder=tmp_path / name, environment=environment, name=name))
    return made


@pytest.fixture
def log(tmp_path):
    return lambda: (tmp_path / "log").read_text().split()


def plan(line, **more):
    return Plan(**{"program": ("sh", "-c", line), "trials": 2, "warmup": 1, **more})


SAY = 'echo "$(basename "$PWD")" >> "$LOG"; basename "$PWD"'


def test_two_arms_in_turns_each_in_its_folder(arms, log):
    found = measure(plan(SAY, trials=3), arms)
    assert [[trial.output for trial in trials] for trials in found] == [[b"a\n"] * 3, [b"b\n"] * 3]
    assert "".join(log()) == "abbaabba"


def test_setup_once_in_each_folder_and_prepare_before_each_trial(arms, log):
    lines = {
        "setup": 'echo "setup-$(basename "$PWD")" >> "$LOG"',
        "prepare": 'echo "prepare-$(basename "$PWD")" >> "$LOG"',
    }
    measure(plan(SAY, trials=1, **lines), arms)
    assert log() == [
        *("setup-a", "setup-b"),
        *("prepare-a", "a", "prepare-b", "b", "prepare-b", "b", "prepare-a", "a"),
    ]


@pytest.mark.parametrize("line", ["setup", "prepare"])
def test_a_line_that_fails_says_where(arms, line):
    with pytest.raises(InputError) as caught:
        measure(plan("true", **{line: '[ "$(basename "$PWD")" = a ]'}), arms)
    error = caught.value
    assert (error.code, error.message) == (f"run/{line}", "exited with 1 in b")
    with pytest.raises(InputError) as caught:
        measure(plan("true", **{line: "kill -9 $$"}), [Arm(folder=arms[0].folder, environment={})])
    assert caught.value.message == "was killed by signal 9"


@pytest.mark.parametrize(
    ("good", "said"), [(0, "warm-up 1 of 2"), (1, "warm-up 2 of 2"), (2, "trial 1 of 3")]
)
def test_a_trial_that_fails_says_which_and_where(arms, good, said):
    # In b it fails once it has run well so often.
    fails = f'[ "$(basename "$PWD")" = a ] || {{ echo x >>n; [ "$(wc -l <n)" -le {good} ]; }}'
    with pytest.raises(Unable) as caught:
        measure(plan(fails, trials=3, warmup=2), arms)
    assert (caught.value.code, caught.value.message) == (
        "run/failed",
        f"{said} in b exited with 1; a failing run is no measurement",
    )


def test_what_a_line_prints_is_no_answer(arms, capfd):
    measure(plan("true", setup="echo built", prepare="echo ready"), arms[:1])
    out, err = capfd.readouterr()
    assert (out, err.split()) == ("", ["built", "ready", "ready", "ready"])
