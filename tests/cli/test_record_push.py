"""record --push: recorded here, then there; whatever happens, one document says where it is."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from gitbaseline.cli import remotes


@pytest.fixture
def bare(registry, make_repo, tmp_path, inside):
    """A repository that holds code and registry, known here as origin."""
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


@pytest.fixture
def still(monkeypatch):
    """The clock stands still, so that slugs collide."""
    monkeypatch.setattr("time.time", lambda: 1_767_225_600.0)


def test_it_is_there_and_says_so(bare, registry, inside, number):
    done = inside(*number, "--push")
    assert done.code == 0
    assert done.text.splitlines()[-2:] == [f"  commit    {bare.tip()}", "  pushed    yes"]
    assert "git baseline push" not in done.err
    assert inside(*number, "--json").json["pushed"] is None
    told = inside("run", "-n", "1", "--warmup", "0", "--push", "--json", "--", "true").json
    assert (told["pushed"], bare.tip(), bare.count()) == (True, told["commit"], 4)


def test_the_document_names_the_place_that_it_ended_in(there, bare, inside, number, still):
    there(*number, "--push", "--notes", "theirs")
    told = inside(*number, "--push", "--json", "--notes", "mine").json
    assert (told["slug"], told["commit"]) == ("20260101T000000Z-2", bare.tip())
    assert (told["pushed"], told["repeated"]) == (True, False)
    assert told["baseline"]["judged"]["against"] == "fam/step@20260101T000000Z"
    shown = inside("show", told["entry"], "--json").json
    assert shown["baseline"] == told["baseline"]


def test_a_job_that_is_repeated_elsewhere_is_recorded_once(there, bare, inside, number, still):
    key = ("--idempotency-key", "run-7", "--json", "--push")
    first = there(*number, *key).json
    again = inside(*number, *key, GIT_COMMITTER_NAME="Bo")
    assert (again.code, again.json["repeated"], again.json["pushed"]) == (0, True, True)
    assert (again.json["entry"], again.json["commit"]) == (first["entry"], first["commit"])
    assert bare.count() == 2
    assert inside(*number, *key).json["repeated"] is True
    used = inside(*number, "--value", "7", *key)
    assert (used.code, used.json["error"]["code"]) == (3, "idempotency/used")


def test_a_push_that_fails_leaves_the_record_here(bare, registry, inside, number):
    lock = bare.path / "hooks" / "pre-receive"
    lock.write_text("#!/bin/sh\necho closed\nexit 1\n")
    lock.chmod(0o755)
    done = inside(*number, "--push", "--json")
    assert (done.code, done.json["pushed"], done.json["commit"]) == (3, False, registry.tip())
    said = "error: recorded here, but not pushed: origin: a hook of the server refuses it: closed\n"
    assert done.err == f"{said}hint: git baseline push\n"
    people = inside(*number, "--push")
    assert (people.code, people.err, "pushed" in people.text) == (3, done.err, False)
    lock.unlink()
    key = (*number, "--idempotency-key", "k", "--push", "--json")
    assert inside(*key).json["pushed"] is True
    assert bare.count() == 4


def test_a_repeated_job_brings_what_its_first_push_did_not(bare, registry, inside, number):
    key = (*number, "--idempotency-key", "run-7", "--json")
    first = inside(*key).json
    assert bare.count() == 1
    again = inside(*key, "--push").json
    assert (again["entry"], again["repeated"], again["pushed"]) == (first["entry"], True, True)
    assert bare.tip() == registry.tip() == first["commit"]


def test_without_a_remote_it_says_so_and_keeps_the_record(registry, inside, number):
    done = inside(*number, "--push", "--json")
    assert (done.code, done.json["pushed"], registry.count()) == (2, False, 2)
    lines = [
        "error: recorded here, but not pushed: baseline.remote: there is no remote 'origin'",
        "hint: git remote add origin URL",
    ]
    assert done.err.splitlines() == lines


def test_a_dry_run_pushes_nothing(bare, inside, number):
    done = inside(*number, "--push", "--dry-run", "--json")
    assert (done.code, done.json["pushed"], bare.count()) == (0, None, 1)


def test_from_a_clone_of_the_tip_alone(there, bare, registry, inside, number, tmp_path):
    """As CI clones: one commit of one branch, and of the registry only what it needs."""
    for value in ("3", "2"):
        there(*number, "--value", value, "--push")
    url = f"file://{bare.path}"
    registry.git("clone", "-q", "--depth", "1", "--branch", "main", url, tmp_path / "ci")
    ci = replace(registry, path=tmp_path / "ci")
    done = inside.at(ci.path)(*number, "--push", "--json")
    assert (done.code, done.json["pushed"], bare.tip()) == (0, True, done.json["commit"])
    assert ci.git("rev-list", "--count", "baselines") == "2"
    assert inside("-C", bare.path, "verify", "--full").code == 0
    cut = inside.at(ci.path)("verify", "--full", "--json")
    assert (cut.code, "history is missing" in cut.json["incomplete"]) == (3, True)
    there(*number, "--value", "1", "--accept-regression", "x", "--push")
    lost = inside.at(ci.path)(*number, "--push", "--json", "--notes", "again")
    assert (lost.code, lost.json["pushed"], bare.tip()) == (0, True, lost.json["commit"])
    assert inside("-C", bare.path, "verify", "--full", "--json").json["statements"] == 6


def test_a_repeated_job_in_a_clone_of_the_tip_alone(
    there, bare, registry, inside, number, tmp_path
):
    """Who signed the earlier entry is told by its commit, which is brought for that."""
    key = ("--idempotency-key", "run-7", "--push", "--json")
    first = there(*number, *key).json
    there(*number, "--push")
    url = f"file://{bare.path}"
    for name in ("one", "two"):
        registry.git("clone", "-q", "--depth", "1", "--branch", "main", url, tmp_path / name)
    again = inside.at(tmp_path / "one")(*number, *key).json
    assert (again["entry"], again["commit"], again["repeated"]) == (
        first["entry"],
        first["commit"],
        True,
    )
    assert bare.count() == 3
    two = replace(registry, path=tmp_path / "two")
    assert inside.at(two.path)("list").code == 0
    two.git("remote", "remove", "origin")
    two.git("update-ref", "refs/heads/baselines", bare.tip())
    alone = inside.at(two.path)(*number, "--idempotency-key", "run-7", "--json")
    assert (alone.code, alone.json["error"]["code"]) == (3, "history/missing")


def test_an_entry_that_somebody_undid_meanwhile(bare, registry, inside, number, monkeypatch):
    real = remotes.push

    def push(*words):
        assert inside("undo", "--yes").code == 0
        return real(*words)

    monkeypatch.setattr(remotes, "push", push)
    told = inside(*number, "--push", "--json").json
    assert (told["pushed"], bare.count(), registry.count()) == (True, 1, 1)
