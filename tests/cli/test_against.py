"""run --against: two commits of one repository, measured in turns and compared as diff does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from importlib import resources

import jsonschema
import pytest

SCRIPT = """\
#!/bin/sh
# Prints the numbers of its own commit, one after another, and says who runs.
echo "$(basename "$PWD") $0" >> "$LOG"
n=$(cat "$LOG-{name}" 2>/dev/null || echo 0)
echo $((n + 1)) > "$LOG-{name}"
set -- {numbers}
shift $((n % $#))
echo "{{\\"lat_ms\\": $1}}"
"""
SLOW = "12.0 12.1 11.9 12.2 11.8"
FAST = "10.0 10.1 9.9 10.2 9.8"
WORDS = ("--warmup", "0", "-n", "5", "--format", "json")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def program(repo):
    """Write the measured script; its numbers are of the revision that it is written in."""

    def program(name, numbers):
        file = repo.path / "bench.sh"
        file.write_text(SCRIPT.format(name=name, numbers=numbers))
        file.chmod(0o755)

    return program


@pytest.fixture
def against(repo, inside, log):
    """Call run --against, and see that nothing but the answer is left of it."""
    file = resources.files("gitbaseline.model") / "schema" / "diff-1.json"
    schema = jsonschema.Draft202012Validator(json.loads(file.read_text()))

    def against(rev, *words, command=("./bench.sh",), folder=None, leaves="", **environment):
        before = repo.frozen()
        call = ("run", "--against", rev, *words, "--", *command)
        done = inside(*call, folder=folder, LOG=str(log), **environment)
        assert {k: v for k, v in repo.frozen().items() if k != leaves} == before
        assert repo.git("worktree", "list").count("\n") == 0
        assert [each.name for each in repo.path.parent.glob(".*against*")] == []
        if "--json" in words and "error" not in done.json:
            assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done

    return against


@pytest.fixture
def slower(repo, program):
    """A fast commit, and a work tree on top of it that is 20 % slower."""
    program("fast", FAST)
    repo.git("add", "bench.sh")
    repo.git("commit", "-qm", "fast")
    program("slow", SLOW)
    return repo.git("rev-parse", "HEAD")


def test_a_slower_work_tree_is_red(slower, against, log):
    done = against("HEAD", *WORDS, "--json")
    document = done.json
    assert (done.code, document["verdict"], document["reasons"]) == (
        1,
        "RED",
        ["headline lat_ms regressed"],
    )
    assert (document["baseline"], document["current"], document["baseline_resolved"]) == (
        f"HEAD ({slower[:12]})",
        "the work tree",
        "5 trials a side in turns, A B B A",
    )
    row = document["deltas"][0]
    assert (row["key"], row["baseline"], row["current"], row["n"]) == ("lat_ms", 10, 12, [5, 5])
    assert [line.split()[0] == "demo" for line in log.read_text().splitlines()] == [
        *(False, True),
        *(True, False),
        *(False, True),
        *(True, False),
        *(False, True),
    ]


def test_a_faster_one_is_green(slower, against, repo, program):
    repo.git("commit", "-qam", "slow")
    program("faster", FAST)
    done = against("HEAD", *WORDS)
    assert (done.code, done.text.splitlines()[0]) == (0, "GREEN  1 judged metric within tolerance")


def test_the_same_commit_on_both_sides_is_said(repo, slower, against):
    repo.git("checkout", "-q", "--", "bench.sh")
    done = against("HEAD", "-n", "1", "--warmup", "0", "--format", "json")
    assert "both sides are the same commit: a move is noise" in done.text


def test_the_advice_is_the_same_call_again(slower, against):
    words = ("-n", "3", "--warmup", "0", "--format", "json", "--setup", "true; true")
    call = "git baseline run --against HEAD -n 3 --setup 'true; true' --format json -- ./bench.sh"
    done = against("HEAD", *words, "--headline", "run.max_rss", command=("./bench.sh",))
    assert done.code == 2  # there is no such metric of so small a program
    assert call in against("HEAD", *words, "--tolerance", "19.5%").text


def test_no_registry_is_needed_and_none_is_made(slower, against, repo):
    assert against("HEAD", *WORDS).code == 1
    assert repo.git("branch", "--list") == "* main"


def test_from_a_folder_further_down(repo, slower, against, log):
    (repo.path / "deep").mkdir()
    (repo.path / "deep" / "here").write_text("x")
    repo.git("add", "deep")
    repo.git("commit", "-qm", "deep")
    one = ("-n", "1", "--warmup", "0", "--format", "json")
    done = against("HEAD", *one, command=("../bench.sh",), folder=repo.path / "deep")
    assert (done.code, [line.split()[0] for line in log.read_text().splitlines()]) == (
        1,
        ["deep"] * 2,
    )
    done = against("HEAD~1", *one, "--json", command=("../bench.sh",), folder=repo.path / "deep")
    assert (done.code, done.json["error"]["code"], done.json["error"]["where"]) == (
        2,
        "against/folder",
        "HEAD~1:deep",
    )


def test_setup_builds_in_both(slower, against, repo):
    """What is made from the sources is not committed: each side makes its own."""
    line = "echo building; cp bench.sh built.sh"
    words = ("--setup", line, "--prepare", "test -f built.sh", *WORDS, "--json")
    done = against("HEAD", *words, command=("./built.sh",), leaves="built.sh")
    row = done.json["deltas"][0]
    assert (done.code, row["baseline"], row["current"]) == (1, 10, 12)


def test_wall_time_without_a_format(repo, against):
    for name, seconds in (("HEAD", "0.01"), ("now", "0.3")):
        (repo.path / "nap.sh").write_text(f"#!/bin/sh\nsleep {seconds}\n")
        (repo.path / "nap.sh").chmod(0o755)
        if name == "HEAD":
            repo.git("add", "nap.sh")
            repo.git("commit", "-qm", "nap")
    done = against("HEAD", "-n", "3", "--json", command=("./nap.sh",))
    assert (done.code, done.json["verdict"]) == (1, "RED")
    assert done.json["context"]["current"]["grounding"] == {"same_node": True, "trials": 3}


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        (("--tolerance", "50%"), 0, "GREEN"),
        (("--tolerance", "lat_ms=50%"), 0, "GREEN"),
        (("--tolerance", "lat_ms=1abs"), 1, "RED"),
        (("--fail-on", "never"), 0, "RED"),
    ],
)
def test_tolerance_and_exit(slower, against, words, code, verdict):
    done = against("HEAD", *WORDS, *words, "--json")
    assert (done.code, done.json["verdict"]) == (code, verdict)


def test_the_tolerance_of_the_team_s_file(repo, slower, against):
    (repo.path / ".baseline.yaml").write_text(
        "version: 1\nmeasurements:\n  bench.sh:\n    tolerances: {lat_ms: 30%}\n"
    )
    done = against("HEAD", *WORDS, "--json")
    assert (done.code, done.json["deltas"][0]["tolerance"]["from"]) == (0, ".baseline.yaml")


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", "RED  headline"),
        ("markdown", "<!-- git-baseline -->"),
        ("github", "::error title=git baseline%3A RED"),
        ("junit", "<?xml"),
    ],
)
def test_reports(slower, against, form, begins):
    assert against("HEAD", *WORDS, "--report", form).text.startswith(begins)


@pytest.mark.parametrize(
    ("rev", "words", "command", "code", "error"),
    [
        ("no-such", (), ("true",), 2, "against/unknown"),
        ("HEAD", ("--dry-run",), ("true",), 2, "run/against"),
        ("HEAD", ("--idempotency-key", "k"), ("true",), 2, "run/against"),
        ("HEAD", (), ("./new.sh",), 2, "run/start"),
        ("HEAD", (), ("false",), 3, "run/failed"),
        ("HEAD", ("--setup", "exit 3"), ("true",), 2, "run/setup"),
        ("HEAD", ("--tolerance", "nope=5%"), ("true",), 2, "key/unknown"),
        ("HEAD", ("--tolerance", "much"), ("true",), 2, "tolerance/form"),
    ],
)
def test_what_cannot_be_compared(repo, against, rev, words, command, code, error):
    (repo.path / "new.sh").write_text("#!/bin/sh\n")
    (repo.path / "new.sh").chmod(0o755)
    done = against(rev, *words, "--json", command=command)
    assert (done.code, done.json["error"]["code"]) == (code, error)


@pytest.mark.parametrize(
    "words", [("--tolerance", "5%"), ("--fail-on", "red"), ("--report", "text")]
)
def test_options_that_mean_nothing_without_it(registry, inside, words):
    done = inside("run", *words, "--json", "--", "true")
    assert (done.code, done.json["error"]["code"], done.json["error"]["where"]) == (
        2,
        "run/against",
        words[0],
    )


def test_a_bare_repository(make_repo, inside, tmp_path):
    made = make_repo(tmp_path / "bare.git", "--bare")
    done = inside("run", "--against", "HEAD", "--json", "--", "true", folder=made.path)
    assert (done.code, done.json["error"]["code"]) == (2, "against/bare")


def test_what_leads_both_sides_to_one_place_is_warned_of(repo, slower, against):
    script = str(repo.path / "bench.sh")
    one = ("-n", "1", "--warmup", "0", "--format", "json")
    done = against("HEAD", *one, command=(script,), PYTHONPATH=f"/x:{repo.path}/lib")
    assert f"warning: {script} lies in this work tree: both sides would use it" in done.err
    assert "warning: PYTHONPATH leads into this work tree" in done.err
    many = {f"VAR{number}": str(repo.path) for number in range(5)}
    assert "VAR0, VAR1, VAR2, ... leads into" in against("HEAD", *one, **many).err
    done = against("HEAD", *one, PWD=str(repo.path), SIBLING=f"{repo.path}-other")
    assert "warning" not in done.err


def test_submodules_that_are_not_populated_are_named(repo, slower, against):
    for name in "abcd":
        link = f"160000,{'1' * 40},libs/{name}"
        repo.git("update-index", "--add", "--cacheinfo", link)
    repo.git("commit", "-qm", "with submodules")
    done = against("HEAD", "-n", "1", "--warmup", "0", "--format", "json")
    assert "submodules of HEAD are not populated (libs/a, libs/b, libs/c, ...)" in done.err


def test_doubts_about_the_trials_name_their_side(repo, against, monkeypatch):
    from gitbaseline.cli import against as module

    monkeypatch.setattr(module, "outliers", lambda trials: [f"{len(trials)} are odd"])
    done = against("HEAD", "-n", "2", "--warmup", "0", command=("true",))
    assert "warning: HEAD: 2 are odd\nwarning: the work tree: 2 are odd\n" in done.err


def test_a_unit_that_nobody_knows_is_warned_of(repo, against):
    one = ("-n", "1", "--warmup", "0", "--format", "json")
    done = against("HEAD", *one, command=("echo", '{"speed": 3}'))
    assert "warning: no unit is known for speed" in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(repo, baseline, number):
    running = baseline.start("run", "--against", "HEAD", "-n", "5", "--", "sleep", "20")
    until = time.monotonic() + 20
    while not list(repo.path.parent.glob(".*against*/code.txt")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
    os.kill(running.pid, number)
    running.communicate(timeout=20)
    assert running.returncode == 130
    assert list(repo.path.parent.glob(".*against*")) == []
    listed = subprocess.run(
        ["git", "worktree", "list"],
        cwd=repo.path,
        env=repo.environment,
        capture_output=True,
        check=True,
    )
    assert listed.stdout.count(b"\n") == 1


def test_it_asks_first_on_a_terminal(repo, inside, monkeypatch):
    from gitbaseline.cli import output

    monkeypatch.setattr(output, "interactive", lambda: True)
    done = inside("run", "--against", "HEAD", "-n", "2", "--", "true", give=b"n\n")
    assert (done.code, "runs 6 times: true" in done.err) == (1, True)
    done = inside(
        "run", "--against", "HEAD", "-n", "1", "--fail-on=never", "--", "true", give=b"y\n"
    )
    assert (done.code, "NEXT LEVER" in done.text) == (0, True)
