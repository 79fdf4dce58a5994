"""fetch: what others recorded comes here, checked; what a remote took back is an alarm."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gitbaseline.errors import TipMoved
from gitbaseline.registry.branch import Branch

TRACKING = "refs/remotes/origin/baselines"


@pytest.fixture
def bare(registry, make_repo, tmp_path, inside):
    """A repository that holds the registry, known here as origin."""
    made = make_repo(tmp_path / "server.git", "--bare")
    registry.git("remote", "add", "origin", made.path)
    registry.git("push", "-q", "origin", "main")
    assert inside("push").code == 0
    return made


@pytest.fixture
def there(bare, registry, inside, tmp_path):
    """The program in another clone."""
    shutil.copytree(registry.path, tmp_path / "other")
    return inside.at(tmp_path / "other")


def alarms(done):
    """Return exit code and messages of a fetch with --json."""
    return done.code, [one["message"] for one in done.json["findings"]]


def test_what_is_new_comes_and_the_branch_goes_along(there, bare, registry, inside, number):
    before = registry.tip()
    assert inside("fetch").text.splitlines() == ["Nothing new at origin", f"  tip  {before}"]
    entries = [there(*number, "--push", "--json").json["entry"] for _ in range(2)]
    done = inside("fetch")
    assert (done.code, done.text.splitlines()) == (
        0,
        [
            "2 new statements from origin",
            *[f"  record {entry}" for entry in entries],
            f"  tip    {bare.tip()}",
            "  local  taken along",
        ],
    )
    assert registry.tip() == registry.git("rev-parse", TRACKING) == bare.tip()
    assert registry.git("reflog", "-1", "--format=%gs", "baselines") == (
        "baseline: fetched from origin"
    )
    told = inside("fetch", "--json").json
    assert (told["new"], told["unpushed"], told["moved"]) == ([], [], False)


def test_many_are_told_in_short(there, inside, number):
    for _ in range(22):
        assert there(*number).code == 0
    assert there("push").code == 0
    lines = inside("fetch").text.splitlines()
    assert (lines[0], len(lines)) == ("22 new statements from origin", 24)
    assert lines[21] == "  and 2 before these"


def test_a_branch_with_statements_of_its_own_stays(there, bare, registry, inside, number):
    there(*number, "--push")
    inside(*number, "--notes", "mine")
    tip = registry.tip()
    done = inside("fetch")
    assert (done.code, done.text.splitlines()[-1]) == (
        0,
        "  local  1 unpushed statement: git baseline push",
    )
    assert registry.tip() == tip
    told = inside("fetch", "--json").json
    assert [one["commit"] for one in told["unpushed"]] == [tip]
    assert told["tip"] == bare.tip() == registry.git("rev-parse", TRACKING)


def test_reading_needs_no_branch_and_no_key(there, bare, registry, inside, number, tmp_path):
    there(*number, "--push")
    registry.git("update-ref", "-d", "refs/heads/baselines")
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    told = inside("fetch", "--json", HOME=str(nobody)).json
    assert (len(told["new"]), told["moved"], registry.tip()) == (1, False, "")
    assert inside("show", "fam/step", HOME=str(nobody)).code == 0
    assert inside("verify", HOME=str(nobody)).code == 0


def test_the_branch_checked_out_stays(there, registry, inside, number):
    there(*number, "--push")
    registry.git("checkout", "-q", "baselines")
    tip = registry.tip()
    done = inside("fetch", "--json")
    assert (done.code, done.json["moved"], registry.tip()) == (0, False, tip)
    assert "baselines is checked out" in done.err


def test_a_remote_without_a_registry(registry, inside, make_repo, tmp_path):
    host = make_repo(tmp_path / "host.git", "--bare")
    registry.git("remote", "add", "origin", host.path)
    done = inside("fetch")
    assert (done.code, done.text.splitlines()) == (
        0,
        ["origin has no registry yet", "  local  1 unpushed statement: git baseline push"],
    )
    told = inside("fetch", "--json").json
    assert (told["tip"], len(told["unpushed"])) == (None, 1)
    registry.git("update-ref", "-d", "refs/heads/baselines")
    assert inside("fetch").text == "origin has no registry yet\n"
    gone = inside("fetch", "nowhere", "--json")
    assert (gone.code, gone.json["error"]["code"]) == (2, "remote/none")
    registry.git("remote", "add", "far", tmp_path / "no.git")
    away = inside("fetch", "far", "--json")
    assert (away.code, away.json["error"]["code"]) == (3, "remote/nowhere")


def test_what_does_not_verify_is_told_and_not_taken(there, bare, registry, inside):
    forged = bare.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    bare.git("update-ref", "refs/heads/baselines", forged)
    tip = registry.tip()
    for _ in range(2):
        done = inside("fetch")
        assert (done.code, registry.tip()) == (1, tip)
        assert done.text.splitlines()[:2] == [
            "signature/missing: the commit is not signed",
            f"  at {forged}",
        ]
    registry.git("update-ref", "-d", "refs/heads/baselines")
    registry.git("update-ref", TRACKING, tip)
    assert inside("fetch", "--json").json["findings"][0]["rule"] == "signature/missing"


def test_somebody_records_here_meanwhile(there, registry, inside, number, monkeypatch):
    there(*number, "--push")

    def move(self, expected, to, note):
        raise TipMoved(self.ref)

    tip = registry.tip()
    monkeypatch.setattr(Branch, "move", move)
    done = inside("fetch", "--json")
    assert (done.code, done.json["moved"], registry.tip()) == (0, False, tip)


def test_a_branch_set_back_is_an_alarm(there, bare, registry, inside, number):
    there(*number, "--push")
    inside("fetch")
    held = bare.tip()
    bare.git("update-ref", "refs/heads/baselines", "baselines~1")
    message = f"the remote held {held} before, and its branch no longer goes on from that"
    for _ in range(2):
        assert alarms(inside("fetch", "--json")) == (1, [message])
        assert registry.git("rev-parse", TRACKING) == registry.tip() == held
    assert inside("fetch").text.splitlines()[:2] == [
        f"history/high-water: {message}",
        f"  at {TRACKING}",
    ]
    bare.git("update-ref", "-d", "refs/heads/baselines")
    gone = f"the remote held {held} before, and has no such branch now"
    assert alarms(inside("fetch", "--json")) == (1, [gone])
    assert inside("explain", "history/high-water").code == 0


def test_a_clone_that_never_saw_it_hears_of_it_too(there, bare, registry, inside, number):
    """The mark is the user's: one clone saw a commit that the other never fetched."""
    there(*number, "--push")
    held = bare.tip()
    bare.git("update-ref", "refs/heads/baselines", "baselines~1")
    assert alarms(inside("fetch", "--json")) == (
        1,
        [f"the remote held {held} before, and its branch no longer goes on from that"],
    )
    # Offline it is only behind, as far as it can tell.
    assert inside("verify").code == 0


def test_verify_hears_of_it_after_stock_git_took_it(there, bare, registry, inside, number):
    there(*number, "--push")
    inside("fetch")
    bare.git("update-ref", "refs/heads/baselines", "baselines~1")
    registry.git("fetch", "-q", "origin")
    found = inside("verify", "--json")
    assert (found.code, [one["rule"] for one in found.json["violations"]]) == (
        1,
        ["history/high-water"],
    )


def test_a_clone_that_is_behind_raises_no_alarm(there, registry, inside, number, environment):
    there(*number, "--push")
    before = marks(environment)
    assert inside("verify", "--json").json["good"] is True
    assert marks(environment) == before
    assert inside("fetch").code == 0


def test_where_history_is_cut_off_before_the_mark_nothing_is_alarmed(
    there, bare, inside, registry, number, environment
):
    there(*number, "--push")
    mark = bare.tip()
    assert list(marks(environment).values()) == [mark]
    for _ in range(2):
        there(*number)
    replace(registry, path=there.folder).git("push", "-q", "origin", "baselines")
    folder = registry.path.parent / "cut"
    registry.git("clone", "-q", "--depth", "1", f"file://{bare.path}", folder)
    cut = replace(registry, path=folder)
    cut.git("remote", "set-url", "origin", bare.path)  # the mark is by URL
    assert alarms(inside.at(folder)("fetch", "--json")) == (0, [])
    assert cut.run("cat-file", "-e", mark, check=False).returncode != 0
    assert list(marks(environment).values()) == [mark]


def marks(environment):
    """Return what the user's cache remembers of remotes."""
    found = {}
    for file in Path(environment["HOME"], ".cache", "git-baseline").glob("*.json"):
        found |= json.loads(file.read_text())["remotes"]
    return found
