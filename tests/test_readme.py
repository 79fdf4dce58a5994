"""README and the guide are true: their sessions are run, README's print what they show.

A fenced ``console`` block holds ``$ `` lines and what they print; ``...`` stands for any lines.
Times, ids, sizes and fingerprints differ from run to run and are compared by their form only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from importlib import resources
from pathlib import Path

import pytest
from record_sessions import VOLATILE

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
GUIDE = TOP / "docs" / "guide.md"
PROOF = TOP / "docs" / "proof.md"
ELLIPSIS = "..."

_REFUSED = {
    "git baseline diff step_time 455.0": 1,
    "git baseline record -m step_time --value 1,234 --unit ms": 2,
}


def sessions(text):
    """Return (command, lines shown) of every console block, in order."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def steady(line):
    """Return a line without what differs from run to run."""
    for name, pattern in VOLATILE.items():
        line = re.sub(pattern, f"<{name}>", line)
    return line.rstrip()


def as_shown(shown, printed):
    """Whether the lines printed are the ones shown, where ``...`` is any number of lines."""
    parts = [".*" if line == ELLIPSIS else re.escape(steady(line)) for line in shown]
    pattern = "".join(rf"(?:{part}\n)" + ("*" if part == ".*" else "") for part in parts)
    return re.fullmatch(pattern, "".join(f"{steady(line)}\n" for line in printed)) is not None


@pytest.fixture
def typed(tmp_path):
    """Run a line in a repository named ``demo`` with one commit, a remote and a benchmark's log."""
    home, folder = tmp_path / "home", tmp_path / "demo"
    home.mkdir()
    environment = {
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LOGNAME": "ada",
        "LC_ALL": "C.UTF-8",
    }

    def run(line, where=folder):
        return subprocess.run(
            ["sh", "-c", line],
            cwd=where,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    (home / ".gitconfig").write_text(
        "[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n"
    )
    log = resources.files("gitbaseline.cli") / "data" / "all_reduce.log"
    for line in ("git init -q --bare far/demo.git", "git clone -q far/demo.git demo"):
        assert run(line, tmp_path).returncode == 0
    (folder / "train.py").write_text("step()\n")
    assert run("git add train.py && git commit -qm train").returncode == 0
    (folder / "all_reduce.log").write_bytes(log.read_bytes())
    (folder / ".git" / "info" / "exclude").write_text("all_reduce.log\n")
    return run


def test_every_session_prints_what_is_shown(typed, tmp_path):
    lines = sessions(README.read_text())
    for line, shown in lines:
        done = typed(line)
        printed = done.stdout.replace(str(tmp_path / "home"), "~").splitlines()
        assert done.returncode == _REFUSED.get(line, 0), (line, done.stdout)
        assert as_shown(shown, printed), f"$ {line}\n{done.stdout}"
    pushed = typed("git ls-remote origin baselines").stdout.split("\t")[0]
    assert pushed == typed("git rev-parse baselines").stdout.strip()
    assert len(lines) == 13


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_the_guide_works_from_top_to_bottom(typed, tmp_path):
    assert typed("git init -q --bare server.git", tmp_path).returncode == 0
    assert typed("git push -q ../server.git main").returncode == 0
    lines = [line for line, _ in sessions(GUIDE.read_text())]
    script = "".join(f"echo '$ {number}'\n{line}\n" for number, line in enumerate(lines))
    done = typed(f"set -e\n{script}", tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "verified 4 statements (1 genesis, 3 record)" in done.stdout
    assert len(lines) > 30


@pytest.mark.parametrize(
    ("shown", "printed", "answer"),
    [
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "..."], ["a"], True),
        (["a"], ["a", "b"], False),
        (["a", "...", "d"], ["a", "b"], False),
        (["x 20261124T065557Z"], ["x 20270101T000000Z"], True),
        (["x 20261124T065557Z"], ["x 20270101"], False),
        ([], [], True),
    ],
)
def test_the_comparison(shown, printed, answer):
    assert as_shown(shown, printed) is answer


def test_what_it_links_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text())
    assert [link for link in links if not (TOP / link).exists()] == []


def test_the_make_targets_it_names_exist():
    named = re.findall(r"^make ([a-z ]+?) +#", README.read_text(), re.MULTILINE)
    targets = re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(), re.MULTILINE)
    assert [word for words in named for word in words.split() if word not in targets] == []
    assert named == ["demo", "check test"]


def test_a_proof_is_checked_as_its_page_shows(typed, tmp_path):
    """Made in the repository, checked in a folder without one, under the pin that was printed."""
    assert typed("git baseline init").returncode == 0
    pin, where = "", tmp_path / "demo"
    for line, shown in sessions(PROOF.read_text()):
        if line.startswith("cd "):
            assert typed("mv step.json ~").returncode == 0
            where = tmp_path
            continue
        done = typed(re.sub("--root [0-9a-f]{64}", f"--root {pin}", line), where)
        assert done.returncode == 0, (line, done.stdout)
        assert as_shown(shown, done.stdout.splitlines()), f"$ {line}\n{done.stdout}"
        pin = "".join(re.findall("^  pin +([0-9a-f]{64})$", done.stdout, re.MULTILINE)) or pin
    assert pin
