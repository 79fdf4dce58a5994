"""push: what the remote lacks goes there; where others were faster, made anew after theirs."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import replace
from hashlib import sha256

import pytest

from gitbaseline.registry import compose
from gitbaseline.registry import push as pushing

NOW = 1_767_225_600  # 2026-01-01T00:00:00Z
FIRST = "fam/step/20260101T000000Z"
TRACKING = "refs/remotes/origin/baselines"


@pytest.fixture
def noon(monkeypatch):
    """The clock stands still, so that slugs collide."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


@pytest.fixture
def bare(registry, make_repo, tmp_path):
    """A repository that holds the code, known to the registry's as origin."""
    made = make_repo(tmp_path / "server.git", "--bare")
    registry.git("remote", "add", "origin", made.path)
    registry.git("push", "-q", "origin", "main")
    return made


@pytest.fixture
def two(registry, bare, inside, tmp_path):
    """Two clones of one pushed registry: this one's program and repository, and another's."""
    assert inside("push").code == 0
    shutil.copytree(registry.path, tmp_path / "other")
    other = replace(registry, path=tmp_path / "other")
    return inside, inside.at(other.path), other


@pytest.fixture
def step():
    """The words that record a number of one series."""

    def words(value, *more):
        return ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", value, *more)

    return words


@pytest.fixture
def wrapped(environment, tmp_path):
    """A PATH whose git does what a script says where it pushes, and is git otherwise."""

    def path(script):
        folder = tmp_path / "wrapped"
        folder.mkdir(exist_ok=True)
        real = shutil.which("git", path=environment["PATH"])
        text = f'#!/bin/sh\ngit={real}\nif [ "$1" = push ]; then\n{script}\nfi\nexec $git "$@"\n'
        (folder / "git").write_text(text)
        (folder / "git").chmod(0o755)
        return f"{folder}:{environment['PATH']}"

    return path


def good(inside, repo):
    """Verify all that a repository holds and return the paths of its entries."""
    assert inside("-C", repo.path, "verify", "--full").code == 0
    listed = inside("-C", repo.path, "list", "--all", "--json").json["entries"]
    return sorted(entry["entry"] for entry in listed)


def refused(done):
    """Return exit code and error code of a call with --json."""
    return done.code, done.json["error"]["code"]


def test_the_first_push_begins_the_registry_there(registry, bare, inside):
    done = inside("push")
    identity = inside("keys", "list", "--json").json["registry_id"]
    assert (done.code, done.err) == (0, "")
    assert done.text.splitlines() == [
        "Pushed 1 statement to origin",
        f"  genesis {identity}",
        f"  tip  {registry.tip()}",
    ]
    assert bare.tip() == registry.tip() == registry.git("rev-parse", TRACKING)
    again = inside("push")
    assert (again.code, again.text.splitlines()[0]) == (0, "Nothing to push; origin has it all")


def test_many_statements_go_in_one_push(two, bare, step):
    here, _, _ = two
    for value in range(25):
        assert here(*step(str(100 - value))).code == 0
    told = here("push")
    lines = told.text.splitlines()
    assert (lines[0], lines[-2]) == ("Pushed 25 statements to origin", "  and 5 more")
    assert len(good(here, bare)) == 25
    assert here("push", "--json").json["rounds"] == 0


def test_a_lost_race_is_run_again(two, bare, step, noon, registry):
    here, there, _ = two
    assert there(*step("2"), "--push").code == 0
    mine = [here(*step(value), "--json").json for value in ("3", "1")]
    assert [one["entry"] for one in mine] == [FIRST, f"{FIRST}-2"]
    done = here("push", "--json")
    assert done.err == (
        "others were faster; 2 statements of yours made anew after theirs\n"
        f"warning: record {FIRST}-2: RED against fam/step@20260101T000000Z: "
        "headline value regressed; kept as a candidate\n"
    )
    told = done.json
    assert [(one["statement"], one["was"]["statement"]) for one in told["pushed"]] == [
        (f"record {FIRST}-2", f"record {FIRST}"),
        (f"record {FIRST}-3", f"record {FIRST}-2"),
    ]
    assert [one["was"]["commit"] for one in told["pushed"]] == [one["commit"] for one in mine]
    assert (told["tip"], told["rounds"], told["left_out"]) == (bare.tip(), 2, [])
    assert registry.tip() == bare.tip() == registry.git("rev-parse", TRACKING)
    assert good(here, bare) == [FIRST, f"{FIRST}-2", f"{FIRST}-3"]
    rows = bare.git("show", "baselines:fam/step/INDEX.md").splitlines()[-3:]
    assert [row.split(" | ")[2] for row in rows] == ["2", "3", "1"]
    standings = [
        json.loads(bare.git("show", f"baselines:{FIRST}{n}/baseline.json"))["standing"]
        for n in ("", "-2", "-3")
    ]
    assert standings == ["baseline", "candidate", "baseline"]
    people = there("fetch").text.splitlines()
    assert people[0] == "2 new statements from origin"


def test_it_tells_people_what_was_made_anew(two, step, noon):
    here, there, _ = two
    there("record", "-f", "fam", "-m", "other", "--unit", "ms", "--value", "1", "--push")
    here(*step("3"))
    assert here("push").text.splitlines()[:2] == [
        "Pushed 1 statement to origin",
        f"  record {FIRST} (made anew)",
    ]
    there(*step("4"))
    assert there("push").text.splitlines()[1] == f"  record {FIRST}-2 (was record {FIRST})"


def test_a_statement_keeps_who_made_it_and_when(two, bare, step):
    here, there, _ = two
    there(*step("2"), "--push")
    name = {"GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.org"}
    was = here(*step("1"), "--json", **name).json["baseline"]
    assert here("push").code == 0
    assert bare.git("log", "-1", "--format=%an %ae", "baselines") == "Ann ann@example.org"
    now = here("show", "fam/step", "--json").json["baseline"]
    assert now == {**was, "judged": now["judged"]}


def test_events_follow_their_entry(two, bare, step, noon):
    here, there, _ = two
    there(*step("2"), "--push")
    assert here(*step("1")).code == 0
    assert here(*step("9"), "--supersedes", FIRST).code == 0
    assert here(*step("8"), "--supersedes", "fam/step@20260101T000000Z").code == 0
    assert here("accept", f"{FIRST}-2", "--why", "known").code == 0
    assert here("retract", f"{FIRST}-3", "--why", "wrong").code == 0
    told = here("push", "--json").json
    assert [one["statement"] for one in told["pushed"]][-2:] == [
        f"accept {FIRST}-3",
        f"retract {FIRST}-4",
    ]
    states = {
        one["entry"]: one["status"] for one in here("list", "--all", "--json").json["entries"]
    }
    assert states == {
        FIRST: "ok",
        f"{FIRST}-2": "ok",
        f"{FIRST}-3": "ok",
        f"{FIRST}-4": "retracted",
    }
    named = [
        json.loads(bare.git("show", f"baselines:{FIRST}-{n}/baseline.json"))["supersedes"]
        for n in (3, 4)
    ]
    assert named == [f"{FIRST}-2", f"{FIRST}-2"]
    good(here, bare)


def test_a_lever_is_closed_where_it_lies_by_now(two, bare, step, noon, registry):
    here, there, _ = two
    here(*step("1"), "--next-lever", "fuse", "--push")
    there("fetch")
    there(*step("1.1"), "--push")
    assert here(*step("1.2"), "--next-lever", "overlap").code == 0
    for reference, outcome in ((f"{FIRST}-2", "--lever-met"), (FIRST, "--lever-met")):
        done = here(*step("1.3"), outcome, reference, "--why", "seen")
        assert done.code == 0, done.err
    odd = entry_with(here, registry, step, {"closes_lever": {"entry": 7}})
    assert odd.code == 0, odd.err
    assert here("push").code == 0
    extras = [
        json.loads(bare.git("show", f"baselines:{FIRST}-{n}/baseline.json"))["extra"]
        for n in (4, 5, 6)
    ]
    assert [extra["closes_lever"]["entry"] for extra in extras] == [f"{FIRST}-3", FIRST, 7]
    good(here, bare)


def entry_with(inside, registry, step, extra):
    """Record an entry whose ``extra`` was written by another program."""
    with pytest.MonkeyPatch.context() as patch:
        real = compose.compose
        patch.setattr(
            compose, "compose", lambda *words: replace(real(*words), extra=extra), raising=True
        )
        return inside(*step("1.25"))


def test_what_the_new_tip_makes_needless_is_left_out(two, bare, step, noon):
    here, there, _ = two
    here(*step("1"))
    here(*step("1.2"))
    here(*step("9"))
    here("push")
    there("fetch")
    there("accept", f"{FIRST}-3", "--why", "theirs")
    there("retract", f"{FIRST}-2", "--why", "theirs")
    there("push")
    here("accept", f"{FIRST}-3", "--why", "mine")
    here("retract", f"{FIRST}-2", "--why", "mine")
    here(*step("1.1"))
    done = here("push")
    assert done.text.splitlines()[1:4] == [
        f"  record {FIRST}-4 (made anew)",
        f"  left out accept {FIRST}-3: {FIRST}-3 is accepted there already",
        f"  left out retract {FIRST}-2: {FIRST}-2 is retracted there already",
    ]
    assert good(here, bare) == [FIRST, f"{FIRST}-2", f"{FIRST}-3", f"{FIRST}-4"]


def test_a_candidate_that_counts_on_the_new_tip_needs_no_acceptance(two, bare, step, noon):
    here, there, _ = two
    here(*step("1"), "--push")
    there("fetch")
    there("retract", FIRST, "--why", "wrong", "--json")
    there("push")
    here(*step("9"))
    here("accept", f"{FIRST}-2", "--why", "known")
    told = here("push", "--json").json
    assert [one["statement"] for one in told["pushed"]] == [f"record {FIRST}-2"]
    (out,) = told["left_out"]
    assert (out["statement"], out["why"], out["stands_in"]) == (
        f"accept {FIRST}-2",
        f"{FIRST}-2 is no candidate there, it counts already",
        None,
    )
    good(here, bare)


def test_a_repeated_job_is_there_once(two, bare, step, noon):
    here, there, _ = two
    there(*step("2"), "--push")
    key = ("--idempotency-key", "run-7")
    theirs = there(*step("1"), *key, "--push", "--json").json
    mine = here(*step("1"), *key, "--json").json
    done = here("push")
    why = "recorded there under the same idempotency key"
    assert (done.code, done.text.splitlines()[:2]) == (
        0,
        [
            "Nothing to push; origin has it all",
            f"  left out record {FIRST}: {why}; it stands as record {FIRST}-2",
        ],
    )
    assert (mine["entry"], theirs["entry"]) == (FIRST, f"{FIRST}-2")
    assert good(here, bare) == [FIRST, f"{FIRST}-2"]


def test_a_key_that_was_used_for_something_else_stops_it(two, bare, step, registry):
    here, there, _ = two
    there(*step("2"), "--idempotency-key", "run-7", "--push")
    here(*step("1"), "--idempotency-key", "run-7")
    tip = registry.tip()
    assert refused(here("push", "--json")) == (3, "idempotency/used")
    assert (registry.tip(), bare.count()) == (tip, 2)


def test_keys_are_listed_anew(two, bare, step, registry, tmp_path):
    here, there, _ = two
    keys = [new_key(tmp_path / name) for name in "abcd"]
    there("keys", "add", keys[0], "--principal", "ann")
    there("keys", "add", keys[1], "--principal", "bob")
    there("push")
    here("keys", "add", keys[1], "--principal", "bob")
    was = here("keys", "add", keys[2], "--principal", "cem", "--json").json
    registry.git("config", "baseline.root", was["pin"])
    added = here("keys", "list", "--json").json["keys"]
    (cem,) = [key["fingerprint"] for key in added if key["principal"] == "cem"]
    here("keys", "retire", cem)
    here("keys", "compromised", cem, "--since", "baselines~1")
    done = here("push")
    assert done.code == 0
    lines = done.text.splitlines()
    assert lines[0] == "Pushed 3 statements to origin"
    assert lines[1] == "  trust 4 (was trust 3)"
    assert lines[4] == "  left out trust 2: the trust state there says so already"
    raw = subprocess.run(
        ["git", "cat-file", "commit", "baselines"], cwd=bare.path, capture_output=True, check=True
    ).stdout
    assert lines[-1] == f"  new pin  {sha256(raw).hexdigest()}"
    assert "warning: baseline.root names 'trust 3' as it was before; git config" in done.err
    registry.git("config", "--unset", "baseline.root")
    good(here, bare)
    state = {key["principal"]: key for key in here("keys", "list", "--json").json["keys"]}
    assert [state[name]["added"] for name in ("ann", "bob", "cem")] == [2, 3, 4]
    assert state["cem"]["retired"] == 5
    assert state["cem"]["compromised_since"] == bare.git("rev-parse", "baselines~2")


def test_a_key_is_compromised_since_the_earlier_commit(two, bare, step, inside, tmp_path):
    here, there, other = two
    here("keys", "add", new_key(tmp_path / "a"), "--principal", "ann")
    here(*step("1"))
    here("push")
    there("fetch")

    def ann():
        listed = here("keys", "list", "--json").json["keys"]
        (found,) = [key for key in listed if key["principal"] == "ann"]
        return found

    name = ann()["fingerprint"]
    first, second = bare.git("rev-parse", "baselines~1"), bare.git("rev-parse", "baselines")
    # Theirs names the later commit: ours moves it back.
    before = shutil.copytree(other.path, tmp_path / "before")
    there("keys", "compromised", name, "--since", second)
    there("push")
    after = shutil.copytree(other.path, tmp_path / "after")
    here("keys", "retire", name)
    here("keys", "compromised", name, "--since", first)
    told = here("push", "--json").json
    assert [one["statement"] for one in told["pushed"]] == ["trust 4"]
    assert [one["statement"] for one in told["left_out"]] == ["trust 3"]
    assert ann()["compromised_since"] == first
    # Theirs names the earlier one, or the same: ours has nothing to add.
    for folder, since in ((before, second), (after, first)):
        said = ("keys", "compromised", name, "--since", since)
        assert inside.at(folder)(*said, GIT_COMMITTER_NAME="Bo").code == 0
        told = inside.at(folder)("push", "--json").json
        assert (told["pushed"], [one["why"] for one in told["left_out"]]) == (
            [],
            ["the trust state there says so already"],
        )
    assert ann()["compromised_since"] == first
    good(here, bare)


def test_a_key_listed_for_other_things_stops_it(two, bare, registry, tmp_path):
    here, there, _ = two
    key = new_key(tmp_path / "a")
    there("keys", "add", key, "--principal", "ann")
    there("push")
    here("keys", "add", key, "--principal", "ann", "--role", "accept")
    tip = registry.tip()
    assert refused(here("push", "--json")) == (3, "remake/key")
    assert (registry.tip(), bare.count()) == (tip, 2)


def test_the_last_root_key_stays(two, registry, bare, tmp_path):
    here, there, _ = two
    key = new_key(tmp_path / "a")
    here("keys", "add", key, "--principal", "ann", "--role", "root")
    here("push")
    there("fetch")
    listed = here("keys", "list", "--json").json["keys"]
    by = {one["principal"]: one["fingerprint"] for one in listed}
    there("keys", "retire", by["ann"])
    there("push")
    here("keys", "retire", by["tess@example.org"])
    tip = registry.tip()
    done = here("push", "--json")
    assert refused(done) == (3, "key/last-root")
    assert done.json["error"]["message"].startswith("others were faster, and 'trust 3' cannot")
    assert registry.tip() == tip


def test_a_key_that_lost_its_role_meanwhile_stops_it(two, registry, step, tmp_path):
    here, there, _ = two
    key = new_key(tmp_path / "ci")
    here("keys", "add", key, "--principal", "ci")
    here("push")
    there("fetch")
    registry.git("config", "gpg.format", "ssh")
    registry.git("config", "user.signingkey", str(key))
    assert here(*step("1")).code == 0
    (ci,) = [
        one["fingerprint"]
        for one in here("keys", "list", "--json").json["keys"]
        if one["principal"] == "ci"
    ]
    there("keys", "retire", ci)
    there("push")
    assert refused(here("push", "--json")) == (3, "key/retired")


def test_statements_of_others_are_not_signed_again(two, bare, registry, step, tmp_path):
    here, there, _ = two
    key = new_key(tmp_path / "ci")
    here("keys", "add", key, "--principal", "ci")
    here("push")
    there("fetch")
    ours = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "gpg.format", "GIT_CONFIG_VALUE_0": "ssh"}
    ours |= {"GIT_CONFIG_KEY_1": "user.signingkey", "GIT_CONFIG_VALUE_1": str(key)}
    assert here(*step("1"), **ours).code == 0
    # As it is, anybody may carry it there.
    assert here("push").code == 0
    assert here(*step("2"), "--accept-regression", "x", **ours).code == 0
    there("fetch")
    there(*step("3"), "--accept-regression", "x", "--push")
    tip = registry.tip()
    done = here("push", "--json")
    assert refused(done) == (3, "remake/signer")
    assert done.json["error"]["message"].startswith("others were faster, and the unpushed 'record")
    assert done.json["error"]["where"] == registry.tip() == tip
    assert here("push", **ours).code == 0
    assert len(good(here, bare)) == 3


def test_what_nobody_signed_is_not_made_anew(two, registry, step):
    here, there, _ = two
    there(*step("1"), "--push")
    forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    registry.git("update-ref", "refs/heads/baselines", forged)
    done = here("push", "--json")
    assert refused(done) == (3, "signature/missing")
    assert (done.json["error"]["where"], registry.tip()) == (forged, forged)


def test_nothing_is_built_on_what_does_not_verify(two, bare, registry, step):
    here, _, _ = two
    here(*step("1"))
    tip = registry.tip()
    forged = bare.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    bare.git("update-ref", "refs/heads/baselines", forged)
    done = here("push", "--json")
    assert refused(done) == (3, "signature/missing")
    assert done.json["error"]["hint"] == f"git baseline verify --ref {TRACKING}"
    assert registry.tip() == tip


def test_a_branch_with_nothing_of_its_own_is_taken_along(two, bare, registry, step):
    here, there, _ = two
    there(*step("1"), "--push")
    registry.git("fetch", "-q", "origin")
    done = here("push")
    assert (done.code, done.text.splitlines()[0]) == (0, "Nothing to push; origin has it all")
    assert registry.tip() == bare.tip()


def test_pushing_needs_no_key(two, bare, registry, step, tmp_path):
    here, _, _ = two
    here(*step("1"))
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    assert here("push", HOME=str(nobody)).code == 0
    assert bare.tip() == registry.tip()


def test_the_branch_checked_out_stays(two, bare, registry, step):
    here, there, _ = two
    there(*step("1"), "--push")
    here(*step("2"))
    registry.git("checkout", "-q", "baselines")
    tip = registry.tip()
    assert refused(here("push", "--json")) == (3, "registry/checked-out")
    assert registry.tip() == tip


def test_without_a_remote_or_a_registry(registry, inside, make_repo, tmp_path):
    done = inside("push", "--json")
    assert refused(done) == (2, "remote/none")
    assert done.json["error"]["hint"] == "git remote add origin URL"
    registry.git("remote", "add", "far", tmp_path)
    done = inside("push", "near", "--json")
    assert done.json["error"]["message"] == "there is no remote 'near'; there is far"
    empty = make_repo(tmp_path / "empty")
    host = make_repo(tmp_path / "host.git", "--bare")
    empty.git("remote", "add", "origin", host.path)
    assert refused(inside.at(empty.path)("push", "--json")) == (3, "registry/none")
    registry.git("remote", "add", "origin", host.path)
    assert inside("push").code == 0
    done = inside.at(empty.path)("push")
    assert (done.code, done.text.splitlines()[0]) == (0, "Nothing to push; origin has it all")


def test_another_registry_is_left_alone(two, registry, bare, make_repo, environment, inside):
    environment = environment | {"XDG_CONFIG_HOME": str(registry.path.parent / "config")}
    other = make_repo(registry.path.parent / "foreign")
    other.git("remote", "add", "origin", bare.path)
    there = inside.at(other.path, **environment)
    assert there("init", "--no-remote").code == 0
    tip = other.tip()
    done = there("push", "--json")
    assert (refused(done), other.tip()) == ((3, "remote/unrelated"), tip)
    assert done.json["error"]["hint"] == "git baseline verify"


def test_what_was_taken_back_there_is_an_alarm(two, bare, registry, step):
    here, there, _ = two
    there(*step("1"), "--push")
    there(*step("2"), "--accept-regression", "x", "--push")
    here(*step("3"))
    here("fetch")
    bare.git("update-ref", "refs/heads/baselines", "baselines~1")
    tip = registry.tip()
    done = here("push", "--json")
    assert refused(done) == (3, "history/high-water")
    assert done.json["error"]["hint"] == "git baseline explain history/high-water"
    bare.git("update-ref", "-d", "refs/heads/baselines")
    done = here("push", "--json")
    assert refused(done) == (3, "history/high-water")
    assert "has no such branch now" in done.json["error"]["message"]
    assert registry.tip() == tip


def test_a_server_that_refuses_is_heard(two, bare, registry, step):
    here, _, _ = two
    here(*step("1"))
    hook = bare.path / "hooks" / "pre-receive"
    hook.write_text(
        "#!/bin/sh\necho 'GitLab: You are not allowed to push code to protected "
        "branches on this project.'\nexit 1\n"
    )
    hook.chmod(0o755)
    done = here("push", "--json")
    assert done.json["error"] == {
        "code": "remote/protected",
        "message": "the branch is protected there: GitLab: You are not allowed to push code to "
        "protected branches on this project.",
        "where": "origin",
        "hint": "let this user or key push to it, but not by force: docs/push.md",
    }
    hook.write_text("#!/bin/sh\nprintf 'no \\033[31mred\\n'\nexit 1\n")
    done = here("push")
    assert (done.code, done.err) == (
        3,
        "error: origin: a hook of the server refuses it: no \\x1b[31mred\n",
    )
    assert bare.count() == 1


def test_a_refusal_by_our_own_hook_names_the_rule(two, bare, registry, step, inside):
    here, _, _ = two
    pin = inside("init", "--json").json["pin"]
    inside("hooks", "install", "--server", bare.path, "--root", pin)
    forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    registry.git("update-ref", "refs/heads/baselines", forged)
    done = here("push", "--json")
    assert refused(done) == (3, "remote/rules")
    assert done.json["error"]["hint"] == "git baseline explain signature/missing"
    assert "signature/missing: " in done.json["error"]["message"]


def test_a_pre_push_hook_of_ones_own_is_heard(two, bare, registry, step):
    here, _, _ = two
    here(*step("1"))
    hook = registry.path / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    done = here("push")
    assert (done.code, done.err) == (
        3,
        "error: origin: a pre-push hook of this repository refuses it: not today\n",
    )


def test_a_refusal_is_looked_at_again_where_the_remote_moved(two, bare, step, wrapped, tmp_path):
    """Another push lands while the server's hook runs: what it says then proves nothing."""
    here, there, other = two
    there(*step("2"))
    here(*step("1"))
    hook = bare.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho busy\nexit 1\n")
    script = f"""
        if [ -x {hook} ] && [ "$2" = --porcelain ]; then
            $git "$@"; code=$?
            rm {hook}
            cd {other.path} && $git push -q {bare.path} baselines
            exit $code
        fi"""
    hook.chmod(0o755)
    done = here("push", "--json", PATH=wrapped(script))
    assert (done.code, done.json["rounds"]) == (0, 2)
    assert len(good(here, bare)) == 2


def test_an_answer_that_was_lost_is_no_second_record(two, bare, step, wrapped):
    here, _, _ = two
    here(*step("1"))
    script = '$git "$@" >/dev/null 2>&1; echo "fatal: the remote end hung up" >&2; exit 128'
    done = here("push", "--json", PATH=wrapped(script))
    assert (done.code, [one["statement"].split("/")[0] for one in done.json["pushed"]]) == (
        0,
        ["record fam"],
    )
    assert len(good(here, bare)) == 1


def test_a_server_out_of_reach_is_tried_a_few_times(
    two, bare, registry, step, wrapped, tmp_path, monkeypatch
):
    here, _, _ = two
    here(*step("1"))
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    tries = tmp_path / "tries"
    script = f'echo >> {tries}; echo "fatal: unable to connect to host" >&2; exit 128'
    done = here("push", "--json", PATH=wrapped(script))
    assert refused(done) == (3, "remote/network")
    assert (len(tries.read_text()), bare.count(), registry.count()) == (5, 1, 2)
    assert [round(wait) >= 2**n for n, wait in enumerate(waits, 1)] == [True] * 4


def test_it_gives_up_and_keeps_everything(two, bare, registry, step, monkeypatch):
    here, _, _ = two
    here(*step("1"))
    lock = bare.path / "refs" / "heads" / "baselines.lock"
    lock.touch()
    done = here("push", "--wait", "0", "--json")
    assert refused(done) == (3, "remote/contended")
    assert done.json["error"]["hint"] == "git baseline push"
    assert "everything is kept on the local branch" in done.json["error"]["message"]
    assert registry.count() == 2
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    done = here("push", "--json")
    assert (refused(done), len(waits)) == ((3, "remote/contended"), 10)
    lock.unlink()
    assert here("push").code == 0


def test_a_great_many_go_in_parts(two, bare, registry, step, monkeypatch):
    here, _, _ = two
    for value in ("5", "4", "3"):
        here(*step(value))
    monkeypatch.setattr(pushing, "MAX_COMMITS", 2)
    told = here("push", "--json").json
    assert (len(told["pushed"]), told["rounds"], told["tip"]) == (3, 2, registry.tip())
    assert bare.tip() == registry.tip()


def test_somebody_records_here_meanwhile(two, bare, registry, step, monkeypatch):
    here, there, _ = two
    there(*step("2"), "--push")
    here(*step("1"))
    real = pushing.remake
    late = []

    def remake(*words, **more):
        if not late:
            late.append(here(*step("0.5"), "--json").json["entry"])
        return real(*words, **more)

    monkeypatch.setattr(pushing, "remake", remake)
    told = here("push", "--json").json
    assert len(told["pushed"]) == 2
    assert len(good(here, bare)) == 3


def test_two_rounds_are_told_as_one(two, bare, registry, step, monkeypatch, noon):
    here, there, _ = two
    there(*step("3"), "--push")
    mine = here(*step("1"), "--json").json
    real = pushing.transport.push
    calls = []

    def push(git, *words):
        calls.append(words)
        if len(calls) == 2:
            assert there(*step("2"), "--push").code == 0
        return real(git, *words)

    monkeypatch.setattr(pushing.transport, "push", push)
    told = here("push", "--json").json
    (one,) = told["pushed"]
    assert (one["statement"], one["was"]) == (
        f"record {FIRST}-3",
        {"commit": mine["commit"], "statement": f"record {FIRST}"},
    )
    assert told["rounds"] == 3
    assert good(here, bare) == [FIRST, f"{FIRST}-2", f"{FIRST}-3"]


def test_a_clone_of_one_branch_tracks_what_it_pushed(two, bare, step, tmp_path):
    here, _, other = two
    here.at(tmp_path)
    other.git("clone", "-q", "--single-branch", "--branch", "main", bare.path, tmp_path / "single")
    single = replace(other, path=tmp_path / "single")
    done = here.at(single.path)(*step("1"), "--push", "--json")
    assert (done.code, done.json["pushed"]) == (0, True)
    assert single.git("rev-parse", TRACKING) == bare.tip() == single.tip()
    undone = here.at(single.path)("undo", "--json")
    assert refused(undone) == (3, "undo/pushed")


def new_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path.with_suffix(".pub")
