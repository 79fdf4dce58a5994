"""git bisect run finds the commit that made a program slow, with the script that the docs show."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "diff.md"
COMMITS, PLANTED = 12, 9
PROGRAM = """\
# revision {revision}
steps={steps}
done=0
while [ "$done" -lt "$steps" ]; do done=$((done + 1)); done
echo "{{\\"work_ms\\": $done}}"
"""


@pytest.fixture
def script(tmp_path):
    """The script of the docs, its words for building and measuring put in."""

    def script(reference):
        (found,) = re.findall(r"^```sh\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)
        for word, real in (
            ("make ||", "sh -n bench.sh ||"),
            ("./bench >", f"sh bench.sh 2>/dev/null > {tmp_path}/"),
            ("/ run.json", "/run.json"),
            ("F/M@SLUG run.json", f"{reference} {tmp_path}/run.json"),
        ):
            assert word in found, word
            found = found.replace(word, real)
        path = tmp_path / "bisect.sh"
        path.write_text(found)
        return path

    return script


@pytest.fixture
def history(registry):
    """Twelve commits of a program whose work is counted; return their ids by number."""

    def history(broken=()):
        commits = {}
        for number in range(1, COMMITS + 1):
            steps = 120 if number >= PLANTED else 100
            text = (
                f"if {number}\n"
                if number in broken
                else PROGRAM.format(revision=number, steps=steps)
            )
            (registry.path / "bench.sh").write_text(text)
            registry.git("add", "bench.sh")
            registry.git("commit", "-qm", f"revision {number}")
            commits[number] = registry.git("rev-parse", "HEAD")
        return commits

    return history


@pytest.fixture
def measured(registry, baseline, tmp_path):
    """Check a commit out, run its program and record what it printed; return the document."""

    def measured(commit):
        registry.git("checkout", "-q", commit)
        run = ["sh", "bench.sh"]
        done = subprocess.run(run, cwd=registry.path, check=True, capture_output=True)
        (tmp_path / "first.json").write_bytes(done.stdout)
        words = ("record", tmp_path / "first.json", "-f", "fam", "-m", "work", "--json")
        done = baseline(*words)
        assert done.code == 0, done.err
        return done.json

    return measured


def bisected(registry, baseline, script, good, bad):
    """Follow the advice of a diff and return what git bisect run printed, and its log."""
    reference = f"fam/work@{good['slug']}"
    answer = baseline("diff", reference, f"fam/work@{bad['slug']}", "--json")
    assert answer.code == 1
    (start,) = [line for line in answer.json["advice"] if line.startswith("git bisect start ")]
    registry.git(*start.split()[1:])
    done = registry.run("bisect", "run", "sh", script(reference), check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode(), registry.git("bisect", "log")


def test_the_planted_commit_is_found(registry, baseline, history, measured, script):
    commits = history()
    good, bad = measured(commits[1]), measured(commits[COMMITS])
    assert bad["baseline"]["standing"] == "candidate"
    out, log = bisected(registry, baseline, script, good, bad)
    assert f"{commits[PLANTED]} is the first bad commit" in out
    assert f"# first bad commit: [{commits[PLANTED]}] revision {PLANTED}" in log
    assert "git bisect skip" not in log


def test_a_commit_that_cannot_be_measured_is_skipped(registry, baseline, history, measured, script):
    commits = history(broken={5, 6, 7})
    good, bad = measured(commits[1]), measured(commits[COMMITS])
    out, log = bisected(registry, baseline, script, good, bad)
    assert f"{commits[PLANTED]} is the first bad commit" in out
    skipped = set(re.findall(r"git bisect skip ([0-9a-f]{40})", log))
    assert skipped
    assert skipped <= {commits[number] for number in (5, 6, 7)}


def test_a_wrong_call_ends_the_bisection(registry, baseline, history, measured, tmp_path):
    commits = history()
    measured(commits[1])
    registry.git("bisect", "start", commits[COMMITS], commits[1])
    wrong = tmp_path / "wrong.sh"
    wrong.write_text("exec git baseline diff fam/work 100 --bisect --toleranze 5%\n")
    done = registry.run("bisect", "run", "sh", wrong, check=False)
    assert done.returncode != 0
    assert b"first bad commit" not in done.stdout
    assert "git bisect bad " not in registry.git("bisect", "log").partition("git bisect start")[2]
