"""The boundary: what goes where, and which exit code says what."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
import pytest

from gitbaseline import __version__
from gitbaseline.cli import main, output
from gitbaseline.errors import Unable

FULL = Path("/dev/full")


def test_version_and_help(inside, tmp_path):
    assert inside("--version", folder=tmp_path).text == f"git-baseline {__version__}\n"
    told = inside("-h", folder=tmp_path)
    assert told.code == 0
    for verb, (_, _, text) in main.VERBS.items():
        assert verb in told.text
        assert text.split(",")[0].split(":")[0] in told.text
    assert inside("--help", folder=tmp_path).text == told.text


def test_a_closed_pipe_ends_quietly(registry, baseline):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*baseline.command, "-h"],
        cwd=registry.path,
        env=baseline.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_written_is_told(registry, baseline, unbuffered):
    def run(*words, **streams):
        done = subprocess.run(
            [*baseline.command, *words],
            cwd=registry.path,
            env=baseline.environment | {"PYTHONUNBUFFERED": unbuffered},
            check=False,
            **streams,
        )
        return done.returncode, done.stderr

    with FULL.open("wb") as full:
        code, err = run("verify", stdout=full, stderr=subprocess.PIPE)
        assert (code, err.splitlines()[0].decode()) == (
            3,
            "error: standard output cannot be written: No space left on device",
        )
        assert run("verify", stdout=full, stderr=full) == (3, None)
        assert run("show", "nosuch", stdout=subprocess.DEVNULL, stderr=full) == (3, None)


@pytest.mark.parametrize(
    ("raised", "code", "err"),
    [
        (KeyboardInterrupt, 130, ""),
        (click.exceptions.Abort, 130, "error: interrupted\n"),
        (click.UsageError("odd"), 2, "error: odd\n"),
    ],
)
def test_ends(monkeypatch, inside, repo, raised, code, err):
    def fail(**_):
        raise raised

    monkeypatch.setattr(main.group, "main", fail)
    done = inside("list")
    assert (done.code, done.out, done.err) == (code, b"", err)


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch, inside, repo):
    def fail(**_):
        message = "oops"
        raise RuntimeError(message)

    monkeypatch.setattr(main.group, "main", fail)
    done = inside("list")
    lines = done.err.splitlines()
    assert (done.code, lines[0], lines[-2]) == (
        70,
        "Traceback (most recent call last):",
        "RuntimeError: oops",
    )
    assert lines[-1].startswith(f"error: a fault in git-baseline {__version__} (Python ")


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (RuntimeError("oops"), 255),
        (click.UsageError("odd"), 255),
        (KeyboardInterrupt, 130),
        (Unable("no", code="x"), 255),
    ],
)
def test_a_bisection_takes_no_fault_for_a_bad_commit(monkeypatch, inside, repo, raised, code):
    def fail(**_):
        raise raised

    monkeypatch.setattr(main.group, "main", fail)
    assert inside("diff", "--bisect").code == code


def test_what_stands_after_the_dashes_is_no_bisection(inside, repo):
    assert inside("nope", "--", "--bisect").code == 2


@pytest.mark.parametrize(
    ("setting", "environment", "expected"),
    [
        (None, {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, False),
        ("never", {"GIT_PAGER_IN_USE": "true"}, False),
        ("false", {"GIT_PAGER_IN_USE": "true"}, False),
        ("auto", {"GIT_PAGER_IN_USE": "true"}, True),
        ("auto", {"GIT_PAGER_IN_USE": "true", "TERM": "dumb"}, False),
    ],
)
def test_colour(monkeypatch, setting, environment, expected):
    for name in ("NO_COLOR", "GIT_PAGER_IN_USE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert output.colored(setting) is expected


def test_what_is_shown_cannot_steer_the_terminal(registry, inside, tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"a_ms": 1}')
    done = inside("show", "x\x1b[31m\u202ey")
    assert (done.code, done.err.splitlines()[0]) == (
        2,
        "error: x\\x1b[31m\\u202ey: names no measurement of this registry",
    )
