"""Many clones of one server with the hook: nothing is lost, nothing is there twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import replace

import pytest

_WORDS = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--accept-regression", "x")
_CLONES, _ENTRIES = 6, 4
_KILLS = 10


@pytest.fixture
def shared(registry, make_bare, inside, tmp_path):
    """A server with the hook that holds the registry, and a function that makes clones of it."""
    bare = make_bare(tmp_path / "server.git")
    registry.git("remote", "add", "origin", bare.path)
    assert inside("push").code == 0

    def clone(name):
        shutil.copytree(registry.path, tmp_path / name)
        return tmp_path / name

    return bare, clone


def held(inside, bare):
    """Return the values that a server holds, each as often as it is there; all verified."""
    checked = inside("-C", bare.path, "verify", "--full", "--json").json
    assert checked["good"], checked["violations"]
    listed = inside("-C", bare.path, "list", "--all", "--json").json["entries"]
    return sorted(entry["value"] for entry in listed)


def test_clones_that_push_many_entries_at_once(shared, inside, baseline):
    bare, clone = shared
    folders = [clone(f"clone{number}") for number in range(_CLONES)]
    for number, folder in enumerate(folders):
        for entry in range(_ENTRIES):
            done = inside.at(folder)(*_WORDS, "--value", str(number * _ENTRIES + entry))
            assert done.code == 0, done.err
    pushes = [baseline.at(folder).start("push", "--json") for folder in folders]
    told = [process.communicate(timeout=300) for process in pushes]
    assert [process.returncode for process in pushes] == [0] * _CLONES, told
    sent = [json.loads(out)["pushed"] for out, _ in told]
    assert [len(one) for one in sent] == [_ENTRIES] * _CLONES
    assert held(inside, bare) == list(range(_CLONES * _ENTRIES))
    commits = {one["commit"] for some in sent for one in some}
    chain = bare.git("rev-list", "baselines").split()
    assert commits == set(chain[:-1])


def test_clones_that_record_and_push_one_by_one(shared, inside, baseline):
    """Each document names the entry where it stands in the end."""
    bare, clone = shared
    started = [
        baseline.at(clone(f"clone{number}")).start(
            *_WORDS, "--value", str(number), "--push", "--json"
        )
        for number in range(_CLONES)
    ]
    told = [process.communicate(timeout=300) for process in started]
    assert [process.returncode for process in started] == [0] * _CLONES, told
    documents = [json.loads(out) for out, _ in told]
    assert held(inside, bare) == list(range(_CLONES))
    for value, document in enumerate(documents):
        raw = bare.git("show", f"{document['commit']}:{document['entry']}/baseline.json")
        assert (json.loads(raw)["value"], document["pushed"]) == (value, True)


def test_two_processes_of_one_clone(shared, inside, baseline):
    bare, clone = shared
    mine, other = clone("mine"), clone("other")
    assert inside.at(other)(*_WORDS, "--value", "100", "--push").code == 0
    words = [(*_WORDS, "--value", str(n), "--push", "--json") for n in range(3)]
    started = [baseline.at(mine).start(*one) for one in words]
    started.append(baseline.at(mine).start("push", "--json"))
    told = [process.communicate(timeout=300) for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    for value, (out, _) in enumerate(told[:3]):
        document = json.loads(out)
        raw = bare.git("show", f"{document['commit']}:{document['entry']}/baseline.json")
        assert json.loads(raw)["value"] == value
    assert held(inside, bare) == [0, 1, 2, 100]


def test_a_push_killed_at_any_moment(shared, inside, baseline, make_repo):
    bare, clone = shared
    mine, other = clone("mine"), clone("other")
    moments = random.Random(7)
    wanted = []
    killed = 0
    for number in range(_KILLS):
        if number % 2:
            wanted.append(1000 + number)
            done = inside.at(other)(*_WORDS, "--value", str(wanted[-1]), "--push")
            assert done.code == 0, done.err
        wanted.append(number)
        assert inside.at(mine)(*_WORDS, "--value", str(number)).code == 0
        process = baseline.at(mine).start("push", start_new_session=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.05, 0.9))
        killed += process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        settle(bare, mine)
        here = inside.at(mine)("list", "--all", "--json").json["entries"]
        there = held(inside, bare)
        assert sorted({*(entry["value"] for entry in here), *there}) == sorted(wanted)
    assert killed
    assert inside.at(mine)("push").code == 0
    assert held(inside, bare) == sorted(wanted)
    assert inside.at(mine)("verify", "--full").code == 0


def settle(bare, folder):
    """Wait for the server's side, which outlives a killed client; then take its locks away."""
    before = None
    while (tip := bare.tip()) != before:
        before = tip
        time.sleep(0.2)
    for lock in (*folder.glob(".git/**/*.lock"), *bare.path.glob("refs/**/*.lock")):
        lock.unlink(missing_ok=True)  # the one thing that a kill may leave; git's error says so


def test_over_every_transport(server, registry, inside, number):
    registry.git("remote", "add", "origin", server.url)
    here = inside.at(registry.path, **server.client)
    assert here("push", "--json").json["pushed"][0]["statement"].startswith("genesis ")
    done = here(*number, "--push", "--json")
    assert (done.code, done.json["pushed"]) == (0, True), done.err
    fetched = here("fetch", "--json")
    assert (fetched.code, fetched.json["tip"]) == (0, done.json["commit"])
    forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    held_here = registry.tip()
    registry.git("update-ref", "refs/heads/baselines", forged)
    refused = here("push", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (3, "remote/rules")
    assert refused.json["error"]["hint"] == "git baseline explain signature/missing"
    registry.git("update-ref", "refs/heads/baselines", held_here)
    other = replace(registry, environment=registry.environment | server.client)
    other.git("fetch", "-q", "origin")
    assert other.git("rev-parse", "origin/baselines") == held_here


def test_a_server_packs_itself_between_pushes(shared, inside):
    """By git's own rules, which the hooks leave as they are; what is pushed next builds on packs."""
    bare, clone = shared
    for name, value in (
        ("receive.unpackLimit", "1"),  # each push is a pack
        ("gc.autoPackLimit", "2"),
        ("gc.autoDetach", "false"),
    ):
        bare.git("config", name, value)
    there = inside.at(clone("mine"))
    packs = []
    for value in range(6):
        done = there(*_WORDS, "--value", str(value), "--push")
        assert done.code == 0, done.err
        packs.append(len(list(bare.path.glob("objects/pack/*.pack"))))
    assert max(packs) <= 3
    assert min(packs[3:]) == 1
    assert held(inside, bare) == list(range(6))
    assert inside.at(clone("other"))("fetch").code == 0
