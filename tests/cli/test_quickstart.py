"""Quickstart as a person runs it, and each way in which it can end early."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gitbaseline.cli import quickstart
from gitbaseline.cli.where import Where
from gitbaseline.errors import Unable
from gitbaseline.transport.transcript import Typed

LINES = [
    "git init --quiet",
    "git add work.py",
    "git commit --quiet -m 'hash a block'",
    "git baseline init",
    "git baseline run -n 5 -m sha256 -- python3 work.py",
    "git baseline record all_reduce.log --notes 'made-up numbers'",
    "git baseline list",
    "git baseline show demo/sha256",
    "git baseline log demo/sha256",
    "git baseline verify",
]
STOCK_LINES = [
    "git baseline keys allowed-signers > .git/allowed_signers",
    "git config gpg.ssh.allowedSignersFile .git/allowed_signers",
    "git verify-commit baselines",
    "git log --show-signature --format='%h %s' baselines",
]


def program(tmp_path, *words, **more):
    """Run the real program with an empty home and a strange environment around it."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "gitbaseline", "quickstart", *words],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_happens_and_nothing_is_left(tmp_path):
    strange = {"GIT_DIR": "/nowhere", "SSH_AUTH_SOCK": "/nowhere", "GIT_CONFIG_COUNT": "x"}
    done = program(tmp_path, **strange)

    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.splitlines()
    assert [line[2:] for line in printed if line.startswith("$ ")] == LINES + STOCK_LINES
    assert [line for line in printed if len(line) > 80 and str(tmp_path) not in line] == []
    assert printed.count("verified 3 statements (1 genesis, 2 record)") == 1
    assert sum(line.startswith('Good "git" signature for you@example.com') for line in printed) == 4
    assert printed[-6:] == [
        "Next, in a repository of yours:",
        "",
        "  git baseline init",
        "  git baseline run -n 10 -m NAME -- COMMAND",
        "  git baseline record FILE",
        "  git help baseline",
    ]
    assert list((tmp_path / "home").iterdir()) == list((tmp_path / "tmp").iterdir()) == []


def test_json_and_a_folder_that_stays(tmp_path):
    done = program(tmp_path, "--json", "--keep")

    answer = json.loads(done.stdout)
    schema = resources.files("gitbaseline.model") / "schema" / "quickstart-1.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(answer)
    steps = answer.pop("steps")
    folder = Path(answer.pop("folder"))
    assert answer == {
        "tool": "perf_baseline_quickstart",
        "verb": "quickstart",
        "schema": "git-baseline/quickstart/1",
        "kept": True,
    }
    assert [(s["line"], s["exit_code"]) for s in steps] == [(s, 0) for s in LINES + STOCK_LINES]
    assert folder.parent == tmp_path / "tmp"
    git = ["git", "-C", str(folder / "demo")]
    fsck = subprocess.run([*git, "fsck", "--strict"], capture_output=True, check=True)
    assert fsck.stdout == b""
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b"?? all_reduce.log\n"


@pytest.fixture
def played(monkeypatch, tmp_path):
    """Run the verb in process, each line answered by a function."""

    def play(answer, *words):
        def typed(line, *, folder, environment):
            assert environment["HOME"] == str(folder.parent)
            return answer(line)

        monkeypatch.setattr(quickstart, "typed", typed)
        monkeypatch.setattr(quickstart.tempfile, "tempdir", str(tmp_path))
        where = Where(folder=tmp_path, environment={"PATH": os.environ["PATH"]})
        return CliRunner().invoke(quickstart.command, words, obj=where, standalone_mode=False)

    return play


def test_a_step_that_fails_ends_it_and_the_folder_goes(played, tmp_path):
    def answer(line):
        failed = line == "git add work.py"
        return Typed(line=line, exit_code=9 if failed else 0, printed="no room\n" * failed)

    result = played(answer)

    assert isinstance(result.exception, Unable)
    fault = result.exception
    assert (fault.code, fault.where, fault.message, fault.hint) == (
        "quickstart/step",
        "git add work.py",
        "exited with 9: no room",
        "git baseline quickstart --keep, then look into the folder",
    )
    assert result.stdout.splitlines()[-3:] == ["$ git init --quiet", "$ git add work.py", "no room"]
    assert list(tmp_path.iterdir()) == []


def test_without_ssh_keygen_stock_git_is_left_out_and_it_says_so(played, monkeypatch):
    monkeypatch.setattr(quickstart.shutil, "which", lambda name, path: None)
    result = played(lambda line: Typed(line=line, exit_code=0, printed=""))

    assert result.exception is None
    printed = result.stdout.splitlines()
    assert [line[2:] for line in printed if line.startswith("$ ")] == LINES
    assert "install openssh-client to see git verify-commit agree." in printed


def test_no_line_is_wider_than_a_terminal(played):
    words = " ".join(["word"] * 30)
    printed = f"{'d' * 80}\n{words}\n  git config baseline.root {'0' * 64}"
    texts = {"git baseline verify": printed}
    result = played(lambda line: Typed(line=line, exit_code=0, printed=texts.get(line, "")))

    shown = result.stdout.splitlines()
    at = shown.index("$ git baseline verify")
    assert shown[at + 1 : at + 6] == [
        "d" * 80,
        " ".join(["word"] * 15),
        "  " + " ".join(["word"] * 15),
        "  git config baseline.root \\",
        "    " + "0" * 64,
    ]


def test_no_temporary_folder(played, monkeypatch):
    def refuse(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(quickstart.tempfile, "mkdtemp", refuse)
    result = played(lambda line: Typed(line=line, exit_code=0, printed=""))

    assert isinstance(result.exception, Unable)
    assert result.exception.message == (
        "cannot make a temporary folder: No usable temporary directory found"
    )


def test_json_says_nothing_else(played, tmp_path):
    result = played(lambda line: Typed(line=line, exit_code=0, printed="x\n"), "--json", "--keep")

    (folder,) = tmp_path.iterdir()
    assert json.loads(result.stdout) == {
        "tool": "perf_baseline_quickstart",
        "verb": "quickstart",
        "schema": "git-baseline/quickstart/1",
        "folder": str(folder),
        "kept": True,
        "steps": [{"line": s, "exit_code": 0, "printed": "x\n"} for s in LINES + STOCK_LINES],
    }
