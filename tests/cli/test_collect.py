"""push --inbox and collect: records wait at a ref of their own until a collector folds them in."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gitbaseline.model.commit import parse
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.contributed import contributed
from gitbaseline.registry import collect as collecting
from gitbaseline.registry import inbox
from gitbaseline.registry.signers import author_of
from gitbaseline.signing import sshsig
from gitbaseline.store import Store
from gitbaseline.transport import remote as transport
from gitbaseline.transport.git import Git
from gitbaseline.transport.remote import Refused

INBOX = "refs/heads/baselines-inbox/"


@pytest.fixture
def bare(registry, make_repo, tmp_path, inside):
    """A server with the hook that holds the registry, known here as origin."""
    made = make_repo(tmp_path / "server.git", "--bare")
    registry.git("remote", "add", "origin", made.path)
    registry.git("push", "-q", "origin", "main")
    assert inside("push").code == 0
    assert inside("hooks", "install", "--server", str(made.path)).code == 0
    return made


@pytest.fixture
def clone(registry, bare, inside, tmp_path):
    """Return the program in one more clone of the registry."""

    def make(name):
        shutil.copytree(registry.path, tmp_path / name)
        return inside.at(tmp_path / name)

    return make


def step(value):
    """The words that record a number."""
    return ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", str(value))


def waiting(bare):
    """Return the commits in the inbox."""
    return bare.git("for-each-ref", "--format=%(objectname)", INBOX).split()


def values(bare, inside):
    """Verify all that the server holds, and return its values."""
    assert inside("-C", bare.path, "verify", "--full").code == 0
    listed = inside("-C", bare.path, "list", "--all", "--json").json["entries"]
    return sorted(entry["value"] for entry in listed)


def test_what_waits_is_folded_in_and_taken_out(bare, registry, inside, clone):
    one, two = clone("one"), clone("two")
    for program, value in ((one, 1), (two, 2)):
        assert program(*step(value)).code == 0
        done = program("push", "--inbox")
        assert (done.code, done.err) == (0, "")
        assert done.text.startswith("Left 1 record in the inbox of origin\n  record fam/step/")
    assert len(waiting(bare)) == 2
    assert values(bare, inside) == []
    done = inside("collect")
    assert (done.code, done.err) == (0, "")
    assert done.text.splitlines()[0] == "Collected 2 records at origin"
    assert (values(bare, inside), waiting(bare)) == ([1.0, 2.0], [])
    assert inside("collect").text.splitlines()[0] == "The inbox of origin is empty"
    # A contributor's own clone finds that the branch says it, and goes on from there.
    done = one("push")
    assert (done.code, "collected there" in done.text) == (0, True)
    assert values(bare, inside) == [1.0, 2.0]


@pytest.fixture
def no_hook(bare):
    """The server as one that runs no hooks of ours."""
    shutil.rmtree(bare.path / "hooks")
    return bare


def left(done):
    """Return exit code, and ref and rules of all that a collect left."""
    told = [(one["ref"], [f["rule"] for f in one["findings"]]) for one in done.json["left"]]
    return done.code, told


def test_what_is_bad_is_told_and_left_and_keeps_nothing_back(no_hook, registry, inside, clone):
    bad = registry.git("rev-parse", "main")
    registry.git("push", "-q", "origin", f"{bad}:{INBOX}{bad}", f"{bad}:{INBOX}hello")
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    done = inside("collect", "--json")
    assert left(done) == (
        1,
        [(f"{INBOX}{bad}", ["signature/missing"]), (f"{INBOX}hello", ["ref/inbox-name"])],
    )
    assert [entry["folded"] for entry in done.json["collected"]] == [True]
    assert (values(no_hook, inside), set(waiting(no_hook))) == ([1.0], {bad})
    done = inside("collect")
    assert (done.code, done.text.splitlines()[:3]) == (
        1,
        [
            "Nothing to collect at origin",
            f"  left in the inbox: {INBOX}{bad}",
            "    signature/missing: the commit is not signed",
        ],
    )


def test_the_hook_refuses_what_a_collector_would(bare, registry):
    bad = registry.git("rev-parse", "main")
    done = registry.run("push", "origin", f"{bad}:{INBOX}{bad}", check=False)
    assert b"git-baseline: signature/missing: " in done.stderr
    assert waiting(bare) == []


def test_a_waiting_record_is_not_deleted_before_it_stands(bare, registry, inside, clone):
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    [oid] = waiting(bare)
    done = registry.run("push", "origin", f":{INBOX}{oid}", check=False)
    assert b"git-baseline: ref/inbox-deleted: " in done.stderr
    assert waiting(bare) == [oid]


def test_eight_writers_do_not_wait_and_two_collectors_fold_each_once(
    bare, baseline, inside, tmp_path, clone
):
    writers = []
    for number in range(8):
        assert clone(f"w{number}")(*step(number)).code == 0
        writers.append(type(baseline)(tmp_path / f"w{number}", baseline.environment))
    for name in ("c0", "c1"):
        clone(name)
    # Of two names: with one they might make the same commits, byte for byte, in one second.
    collectors = [
        type(baseline)(tmp_path / name, baseline.environment | {"GIT_COMMITTER_NAME": name})
        for name in ("c0", "c1")
    ]
    with ThreadPoolExecutor(8) as pool:
        pushed = list(pool.map(lambda program: program("push", "--inbox", "--json"), writers))
    assert [(done.code, done.json["rounds"]) for done in pushed] == [(0, 1)] * 8
    assert len(waiting(bare)) == 8
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda program: program("collect", "--json"), collectors))
    assert [(one.code, one.err.count("error")) for one in done] == [(0, 0)] * 2
    folded = [one for each in done for one in each.json["collected"] if one["folded"]]
    assert len({one["commit"] for one in folded}) == len(folded) == 8
    assert (values(bare, inside), waiting(bare)) == (list(map(float, range(8))), [])


def test_only_records_wait(bare, inside, registry):
    assert inside(*step(1)).code == 0
    entry = inside("list", "--all", "--json").json["entries"][0]["entry"]
    assert inside("retract", entry, "--why", "wrong", "--yes").code == 0
    done = inside("push", "--inbox", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "push/inbox-kind")
    assert waiting(bare) == []


def test_what_was_collected_is_not_left_again(bare, inside, clone):
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    assert one("push", "--inbox").code == 0  # the same, at the same place
    assert len(waiting(bare)) == 1
    assert inside("collect").code == 0
    done = one("push", "--inbox")
    assert done.text.splitlines()[0] == "Nothing to leave in the inbox; origin has it all"
    assert "collected there" in done.text
    told = one("push", "--inbox", "--json").json
    assert (told["inbox"], [out["why"] for out in told["left_out"]]) == (True, ["collected there"])
    assert waiting(bare) == []


def test_a_collector_that_was_killed_before_it_pushed_goes_on(bare, registry, inside, clone):
    """Its folds are on its branch; the remote lacks them still."""
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    registry.git("remote", "set-url", "--push", "origin", "/nowhere")
    assert inside("collect").code == 3
    assert len(waiting(bare)) == 1
    registry.git("config", "--unset", "remote.origin.pushurl")
    assert inside("collect").code == 0
    assert (values(bare, inside), waiting(bare)) == ([1.0], [])


@pytest.fixture
def listed(registry, inside, environment):
    """Make a key, list it with some roles, and return its file and its fingerprint."""

    def make(name, *roles, family=None):
        key = Path(environment["HOME"]) / name
        words = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@example.org", "-f")
        subprocess.run([*words, key], env=environment, check=True)
        options = [word for role in roles for word in ("--role", role)]
        options += ["--family", family] if family else []
        assert inside("keys", "add", f"{key}.pub", *options).code == 0
        assert inside("push").code == 0
        asked = subprocess.run(["ssh-keygen", "-lf", key], check=True, capture_output=True)
        return key, asked.stdout.decode().split()[1]

    return make


def signing(program, folder, key):
    """Make the program in a clone sign with another key."""
    with (folder / ".git/config").open("a") as config:
        config.write(f"[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {key}.pub\n")
    return program


def test_a_key_without_the_role_collects_nothing(bare, inside, clone, listed, tmp_path):
    key, _ = listed("runner", "record")
    one = signing(clone("one"), tmp_path / "one", key)
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    done = one("collect", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "key/not-allowed")
    assert len(waiting(bare)) == 1
    # The collector signs the place, the contributor stays the author of the number.
    done = inside("collect")
    assert "of runner@example.org" in done.text
    entry = inside("list", "--all", "--json").json["entries"][0]["entry"]
    assert inside("show", entry, "--file", "statement").text.startswith("tree ")
    assert inside("prove", entry, "-o", tmp_path / "proof.json").code == 0
    assert inside("check-proof", tmp_path / "proof.json").code in (0, 1)


def test_what_a_compromised_contributor_brought_is_distrusted(
    bare, registry, inside, clone, listed, tmp_path
):
    key, fingerprint = listed("runner", "record")
    since = registry.tip()
    one = signing(clone("one"), tmp_path / "one", key)
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    assert inside("collect").code == 0
    entry = inside("list", "--all", "--json").json["entries"][0]["entry"]
    done = inside("keys", "compromised", fingerprint, "--since", since)
    assert done.code == 0, done.err
    folder = registry.git("ls-tree", "--name-only", "baselines", ".registry/").split()[-1]
    assert registry.git("show", f"baselines:{folder}/distrusted") == entry
    assert inside("verify", "--full").code == 0


def test_a_fold_that_cannot_stand_after_others_is_left(
    bare, registry, inside, clone, listed, tmp_path
):
    """The contributor's key was retired while a collector had not pushed yet."""
    key, fingerprint = listed("runner", "record")
    one = signing(clone("one"), tmp_path / "one", key)
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    late = clone("late")
    url = registry.git("config", "remote.origin.url")
    registry_late = type(registry)(tmp_path / "late", registry.environment)
    registry_late.git("remote", "set-url", "--push", "origin", "/nowhere")
    assert late("collect").code == 3
    assert inside("keys", "retire", fingerprint).code == 0
    assert inside("push").code == 0
    registry_late.git("remote", "set-url", "--push", "origin", url)
    done = late("collect", "--json")
    [oid] = waiting(bare)
    assert left(done) == (1, [(f"{INBOX}{oid}", ["signature/retired-key"])])
    assert values(bare, inside) == []


@pytest.mark.parametrize("verb", ["accept", "retract"])
def test_what_is_said_of_a_fold_that_is_left_is_left_too(
    bare, registry, inside, clone, listed, tmp_path, verb
):
    key, fingerprint = listed("runner", "record")
    assert inside(*step(1), "--direction", "lower").code == 0
    assert inside("push").code == 0
    one = signing(clone("one"), tmp_path / "one", key)
    assert one(*step(100), "--direction", "lower").code == 0
    assert one("push", "--inbox").code == 0
    late = clone("late")
    url = registry.git("config", "remote.origin.url")
    registry_late = type(registry)(tmp_path / "late", registry.environment)
    registry_late.git("remote", "set-url", "--push", "origin", "/nowhere")
    assert late("collect").code == 3
    listing = late("list", "--all", "--json").json["entries"]
    (entry,) = [one["entry"] for one in listing if one["status"] == "candidate"]
    assert late(verb, entry, "--why", "as it was meant").code == 0
    assert inside("keys", "retire", fingerprint).code == 0
    assert inside("push").code == 0
    registry_late.git("remote", "set-url", "--push", "origin", url)
    done = late("push", "--json")
    assert done.code == 0, done.err
    fold, event = (one["why"] for one in done.json["left_out"])
    assert fold.startswith("signature/retired-key: ")
    assert event == f"{entry} is not there, it was left out"
    assert values(bare, inside) == [1.0]


def test_a_collector_of_another_family_leaves_it(bare, inside, clone, listed, tmp_path):
    key, _ = listed("narrow", "collect", family="other")
    one, narrow = clone("one"), signing(clone("narrow"), tmp_path / "narrow", key)
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    [oid] = waiting(bare)
    assert left(narrow("collect", "--json")) == (1, [(f"{INBOX}{oid}", ["signature/family"])])
    assert (inside("collect").code, values(bare, inside)) == (0, [1.0])


def test_a_server_that_keeps_refs_is_told_and_changes_nothing_else(bare, inside, clone):
    bare.git("config", "receive.denyDeletes", "true")
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    done = inside("collect")
    assert (done.code, "warning: could not empty the inbox" in done.err) == (0, True)
    done = inside("collect")
    assert done.text.splitlines()[0] == "Nothing to collect at origin"
    assert done.text.splitlines()[1].startswith("  stands already: fam/step/")
    bare.git("config", "receive.denyDeletes", "false")
    assert (inside("collect").err, waiting(bare), values(bare, inside)) == ("", [], [1.0])


def test_another_collector_took_it_out_at_the_same_moment(bare, inside, clone, monkeypatch):
    one = clone("one")
    assert one(*step(1)).code == 0
    assert one("push", "--inbox").code == 0
    remove = transport.remove

    def twice(*words):
        remove(*words)
        remove(*words)

    monkeypatch.setattr(transport, "remove", twice)
    monkeypatch.setattr(collecting, "_ROUNDS", 1)
    done = inside("collect")
    assert (done.code, done.err, waiting(bare)) == (0, "", [])


def test_many_are_told_shortly(bare, inside, clone, monkeypatch):
    monkeypatch.setattr("gitbaseline.cli.push.SHOWN", 1)
    one = clone("one")
    for value in (1, 2):
        assert one(*step(value), "--accept-regression", "x").code == 0
    assert one("push", "--inbox").text.splitlines()[2] == "  and 1 more"
    assert inside("collect").text.splitlines()[2] == "  and 1 more"


def test_nothing_is_collected_from_a_branch_that_was_set_back(bare, registry, inside, clone):
    assert inside(*step(1)).code == 0
    assert inside("push").code == 0
    bare.git("update-ref", "refs/heads/baselines", f"{registry.tip()}~1")
    for words in (("collect",), ("push", "--inbox")):
        done = inside(*words, "--json")
        assert (done.code, done.json["error"]["code"]) == (3, "history/high-water")


def test_no_registry_there_or_another(no_hook, registry, inside, make_repo, tmp_path):
    empty = make_repo(tmp_path / "empty.git", "--bare")
    registry.git("remote", "add", "empty", empty.path)
    done = inside("push", "--inbox", "empty", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "push/inbox")
    stranger = make_repo(tmp_path / "stranger")
    stranger.commit("first")
    assert inside("-C", stranger.path, "init").code == 0
    registry.git("remote", "add", "stranger", stranger.path)
    done = inside("push", "--inbox", "stranger", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "remote/unrelated")


def test_a_remote_out_of_reach(repo):
    git = Git(repo.path, repo.environment)
    with pytest.raises(Refused):
        transport.fetch_below(git, "/nowhere", INBOX, "refs/x/")
    with pytest.raises(Refused):
        transport.names_below(git, "/nowhere", INBOX)


def test_what_is_no_statement_names_no_contributor(registry):
    """A branch of another program may have anything where the statement lies."""
    store = Store(registry.path / ".git")
    trees = Trees(store)
    blob = registry.git("hash-object", "-w", "--stdin", give=b"no commit")
    inner = registry.git("mktree", give=f"100644 blob {blob}\tstatement\n".encode())
    held = registry.git("mktree", give=f"040000 tree {inner}\tx\n".encode())
    commit = parse(store.read(registry.tip()))
    assert contributed(trees, store, replace(commit, tree=held), "x") is None
    assert contributed(trees, store, commit, "x") is None
    collect = replace(commit, message="collect x\n")
    assert author_of(store, trees, collect) is collect


def test_a_commit_whose_objects_are_not_here(registry):
    store = Store(registry.path / ".git")
    chain = Chain(store, sshsig.verify)
    state = chain.load(registry.tip())
    (found,) = inbox.judge(chain, state, "ab" * 20, now=0)
    assert found.rule == "history/missing"
    assert inbox.time_of(chain, "ab" * 20) == 0
    assert inbox.standing(chain, state, "ab" * 20) is None


def _cloned(registry, bare, folder):
    """Clone as CI does, one commit of one branch; the registry comes with the first verb."""
    registry.git("clone", "-q", "--depth", "1", "--branch", "main", f"file://{bare.path}", folder)


def _fetched(registry, bare, folder):
    """Fetch the tip of the registry alone into a new repository."""
    registry.git("init", "-q", folder)
    there = replace(registry, path=folder)
    there.git("remote", "add", "origin", f"file://{bare.path}")
    there.git("fetch", "-q", "--depth", "1", "origin", "baselines:refs/remotes/origin/baselines")


@pytest.mark.parametrize("made", [_cloned, _fetched])
def test_in_a_clone_of_the_tip_alone(made, bare, registry, inside, clone, tmp_path):
    """A collector and a contributor without history, one of them behind what others pushed."""
    behind = clone("behind")
    for value in (1, 2, 3):
        assert inside(*step(value), "--push").code == 0
    assert behind(*step(4)).code == 0
    assert behind("push", "--inbox").code == 0
    for name in ("contributor", "collector"):
        made(registry, bare, tmp_path / name)
    there = inside.at(tmp_path / "contributor")
    assert there(*step(5)).code == 0
    sent = there("push", "--inbox", "--json")
    assert (sent.code, len(sent.json["pushed"])) == (0, 1), sent.err
    assert inside(*step(6), "--push").code == 0
    done = inside.at(tmp_path / "collector")("collect", "--json")
    assert (done.code, len(done.json["collected"])) == (0, 2), done.err
    assert (values(bare, inside), waiting(bare)) == ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [])
    short = replace(registry, path=tmp_path / "collector")
    assert short.git("rev-parse", "--is-shallow-repository") == "true"
    again = there("push", "--json")
    assert (again.code, again.json["left_out"][0]["why"]) == (0, "collected there"), again.err
