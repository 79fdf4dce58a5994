"""Rows 10, 14 to 18, 60, 75, 76, 78, 81: what lies around a history must not change the answer."""

import hashlib
import json
import subprocess
import zlib

import pytest
from corpus import base, disk
from corpus.base import ALICE, BRANCH, entry
from corpus.case import Attack, Server, Update

FULL = ("verify", "--json", "--full")


@pytest.fixture
def server(template, home, tmp_path):
    return disk.serve(template, tmp_path / "server.git", Server(), home)


@pytest.fixture
def verified(home):
    """Return the function that verifies a repository as the program does."""

    def verified(folder, **environment):
        words = disk.program("-C", folder, *FULL)
        done = disk.run(*words, folder=disk.PACKAGE, home=home, **environment)
        answer = json.loads(done.out) if done.out else {}
        return done.code, [v["rule"] for v in answer.get("violations", [])], answer

    return verified


@pytest.fixture
def attacked(template, tmp_path):
    """A repository whose last but one commit deletes an entry and whose last one is sound."""
    forge = base.on_top()
    bad = forge.put(
        entry(forge), ALICE, files=lambda files: files | {f"{base.FIRST}/SOURCE.md": None}
    )
    tip = forge.put(entry(forge), ALICE, on=bad, after=120)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    disk.set_ref(client, BRANCH, tip)
    return client, bad, tip


def test_grafts_hide_nothing(attacked, verified):
    client, _, tip = attacked
    (client / "info").mkdir()
    (client / "info" / "grafts").write_text(f"{tip} {base.commits()[-1]}\n")
    assert verified(client)[:2] == (1, ["append-only/deleted"])


def test_replacements_hide_nothing(attacked, verified):
    client, bad, _ = attacked
    disk.set_ref(client, f"refs/replace/{bad}", base.commits()[-1])
    assert verified(client)[:2] == (1, ["append-only/deleted"])


def test_a_poisoned_commit_graph_hides_nothing(attacked, verified, home):
    client, bad, _ = attacked
    words = ("git", "commit-graph", "write", "--reachable")
    assert disk.run(*words, folder=client, home=home).code == 0
    path = client / "objects" / "info" / "commit-graph"
    data = bytearray(path.read_bytes()[:-20])
    _skip_over(data, bad)
    path.unlink()
    path.write_bytes(bytes(data) + hashlib.sha1(data).digest())
    count = disk.run("git", "rev-list", "--count", BRANCH, folder=client, home=home)
    assert int(count.out) == 14  # stock git is fooled: one of the fifteen is not shown
    code, rules, answer = verified(client)
    assert (code, rules, answer["statements"]) == (1, ["append-only/deleted"], 15)


def _skip_over(data, oid):
    """Give the child of a commit that commit's parent (Documentation/gitformat-commit-graph)."""
    chunks = {
        bytes(data[at : at + 4]): int.from_bytes(data[at + 4 : at + 12], "big")
        for at in range(8, 8 + 12 * data[6], 12)
    }
    names, facts = chunks[b"OIDL"], chunks[b"CDAT"]
    count = (facts - names) // 20
    oids = [data[names + 20 * n : names + 20 * (n + 1)].hex() for n in range(count)]
    parent_at = [facts + 36 * n + 20 for n in range(count)]
    place = oids.index(oid)
    for at in parent_at:
        if int.from_bytes(data[at : at + 4], "big") == place:
            data[at : at + 4] = data[parent_at[place] : parent_at[place] + 4]


def test_a_shallow_history_is_incomplete(server, verified, home, tmp_path):
    words = ("git", "clone", "-q", "--bare", "--depth=2", "--branch=baselines", f"file://{server}")
    assert disk.run(*words, "shallow.git", folder=tmp_path, home=home).code == 0
    code, rules, answer = verified(tmp_path / "shallow.git")
    cut = base.commits()[-3]
    assert (code, rules, answer["good"], answer["incomplete"]) == (
        3,
        [],
        False,
        f"history is missing at {cut}",
    )


def test_a_push_from_a_shallow_clone(server, template, home, tmp_path):
    """A server that takes shallow pushes: the missing parent is no genesis."""
    (server / BRANCH).unlink()
    (server / "git-baseline" / "high-water").unlink()
    for folder in ("objects/pack", "objects"):
        for path in (server / folder).glob("*"):
            if path.is_dir() and len(path.name) == 2:
                for loose in path.iterdir():
                    loose.unlink()
    disk.run("git", "config", "receive.shallowUpdate", "true", folder=server, home=home)
    disk.set_ref(template, BRANCH, base.commits()[-1])
    clone = ("git", "clone", "-q", "--bare", "--depth=2", "--branch=baselines")
    done = disk.run(*clone, f"file://{template}", "shallow.git", folder=tmp_path, home=home)
    assert done.code == 0
    attack = Attack(updates=(Update(new=base.commits()[-1]),))
    said = disk.push(tmp_path / "shallow.git", server, attack, home)
    assert (said.code, disk.refs(server)) == (1, {})
    assert "git-baseline: history/missing: " in said.err


def test_a_partial_clone_is_refused_in_plain_words(server, verified, home):
    for key, value in (
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
    ):
        disk.run("git", "config", key, value, folder=server, home=home)
    done = disk.run(*disk.program("-C", server, "verify"), folder=disk.PACKAGE, home=home)
    assert (done.code, done.out) == (3, b"")
    assert done.err.startswith(f"error: {server}")
    assert "Traceback" not in done.err


def test_a_swapped_object_is_not_read(server, verified):
    """A loose object with another's name: its hash is checked, whatever stock git prints."""
    forge, _ = base.made()
    oid = forge.trees.find(forge.state().tree, f"{base.FIRST}/SOURCE.md").oid
    (server / "objects" / oid[:2] / oid[2:]).write_bytes(zlib.compress(b"blob 5\0hello"))
    code, rules, answer = verified(server)
    assert (code, rules) == (3, [])
    assert answer["incomplete"].startswith(f"the repository lacks {oid}, ")


def test_a_forged_program_is_not_asked(server, verified, home, tmp_path):
    """Row 60: git's own settings, injected, name no program and no signers that count here."""
    forge = base.on_top()
    bad = forge.put(entry(forge), base.MALLORY)
    disk.write_loose(server, forge.pile.own)
    disk.set_ref(server, BRANCH, bad)
    yes = tmp_path / "yes"
    yes.write_text("#!/bin/sh\necho 'Good \"git\" signature'\n")
    yes.chmod(0o755)
    injected = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "gpg.ssh.program",
        "GIT_CONFIG_VALUE_0": str(yes),
        "GIT_CONFIG_KEY_1": "gpg.ssh.allowedSignersFile",
        "GIT_CONFIG_VALUE_1": str(yes),
    }
    assert verified(server, **injected)[:2] == (1, ["signature/unknown-key"])


@pytest.mark.parametrize("module", ["pygit2", "gitbaseline", "sitecustomize", "json"])
def test_the_pusher_brings_no_module(server, template, home, tmp_path, module):
    """Row 76: over a local path the pusher's environment reaches the hook."""
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / f"{module}.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit(0)\n"
    )
    forge = base.on_top()
    bad = forge.put(entry(forge), base.MALLORY)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    attack = Attack(updates=(Update(new=bad),))
    more = {"PYTHONPATH": str(evil), "PYTHONSTARTUP": str(evil / f"{module}.py")}
    said = disk.push(client, server, attack, home, **more)
    assert (said.code, (tmp_path / "ran").exists()) == (1, False)
    assert "git-baseline: signature/unknown-key: " in said.err


def test_the_pusher_configures_nothing(server, template, home, tmp_path):
    """Nor do settings from the pusher's environment move the guarded branch or the pin."""
    forge = base.on_top()
    bad = forge.put(entry(forge), base.MALLORY)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    said = disk.push(
        client,
        server,
        Attack(updates=(Update(new=bad),)),
        home,
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="baseline.branch",
        GIT_CONFIG_VALUE_0="other",
        GIT_CONFIG_PARAMETERS="'baseline.branch=other'",
    )
    assert said.code == 1
    assert "git-baseline: signature/unknown-key: " in said.err


def test_the_pusher_has_no_home_that_counts(server, template, tmp_path, home):
    """A HOME of the pusher's, with settings of git in it, moves the guarded branch no more."""
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / ".gitconfig").write_text("[baseline]\n\tbranch = other\n")
    forge = base.on_top()
    bad = forge.put(entry(forge), base.MALLORY)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    said = disk.push(client, server, Attack(updates=(Update(new=bad),)), evil)
    assert said.code == 1
    assert "git-baseline: signature/unknown-key: " in said.err


def test_a_server_with_an_object_pool(template, home, tmp_path):
    """Row 81: the server's objects lie in another repository."""
    server = disk.serve(template, tmp_path / "server.git", Server(), home)
    forge = base.on_top()
    for path in (server / "objects").glob("??/*"):
        path.unlink()
    (server / "objects" / "info" / "alternates").write_text(f"{template / 'objects'}\n")
    good = forge.put(entry(forge), ALICE)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    said = disk.push(client, server, Attack(updates=(Update(new=good),)), home)
    assert (said.code, said.err, disk.refs(server)) == (0, "", {BRANCH: good})


def test_no_content_is_told_to_the_pusher(server, template, home, tmp_path):
    """Row 84: a refusal names places and digests, never what a file says."""
    forge = base.on_top()
    secret = {"source-snapshot.log": b"hunter2-of-another-repository\n"}
    bad = forge.put(entry(forge), ALICE, content=lambda content: content | secret)
    client = disk.bare(tmp_path / "client.git", forge.pile, borrow=template)
    said = disk.push(client, server, Attack(updates=(Update(new=bad),)), home)
    assert (said.code, "hunter2" in said.err) == (1, False)
    assert "git-baseline: snapshot/digest: " in said.err


@pytest.mark.parametrize("round_", range(30))
def test_of_two_pushes_at_once_one_wins(template, home, tmp_path, round_):
    """Row 10: the branch moves between hook and update; git's lock decides."""
    server = disk.serve(template, tmp_path / "server.git", Server(), home)
    pushes, tips = [], []
    for number in range(2):
        forge = base.on_top()
        tips.append(forge.put(entry(forge, value=number), ALICE))
        client = disk.bare(tmp_path / f"{number}.git", forge.pile, borrow=template)
        words = ["git", "push", "-q", f"file://{server}", f"{tips[-1]}:{BRANCH}"]
        pushes.append(
            subprocess.Popen(
                words, cwd=client, env=disk.environment(home), stderr=subprocess.DEVNULL
            )
        )
    codes = [push.wait() for push in pushes]
    assert sorted(codes) == [0, 1]
    assert disk.refs(server) == {BRANCH: tips[codes.index(0)]}
