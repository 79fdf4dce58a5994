"""verify: the whole history, pins, what a tampered branch is told, and an unrelated clone."""

from __future__ import annotations

import pytest


@pytest.fixture
def recorded(registry, inside, number):
    """A registry with two records."""
    for _ in range(2):
        inside(*number)
    return registry


def test_a_clean_history(recorded, inside, environment):
    document = inside("verify", "--full", "--json").json
    (signer,) = document.pop("signers")
    assert (signer["principal"], signer["statements"]) == ("tess@example.org", 3)
    pin = document.pop("genesis")
    assert document == {
        "tool": "perf_baseline_verify",
        "verb": "verify",
        "schema": "git-baseline/verify/1",
        "good": True,
        "tip": recorded.tip(),
        "registry_id": inside("list", "--json").json["registry_id"],
        "statements": 3,
        "since": None,
        "kinds": {"genesis": 1, "record": 2},
        "violations": [],
        "pinned": None,
        "incomplete": None,
    }
    done = inside("verify", "--full")
    lines = done.text.splitlines()
    assert lines[0] == "verified 3 statements (1 genesis, 2 record)"
    assert lines[-1] == "  pin       unpinned: proves consistency, not whose registry it is"
    assert done.err == f"\n  git config baseline.root {pin}\n"


def test_pins(recorded, inside):
    pin = inside("verify", "--json").json["genesis"]
    for words, code, pinned, said in (
        (("--root", pin), 0, True, "holds: the chain contains a pin of yours"),
        (
            ("--root", "0" * 64),
            1,
            False,
            "DOES NOT HOLD: this is another registry than the pinned one",
        ),
        (("--root", "0" * 64, "--root", pin), 0, True, None),
    ):
        done = inside("verify", "--json", *words)
        assert (done.code, done.json["pinned"]) == (code, pinned)
        assert said is None or inside("verify", *words).text.endswith(f"{said}\n")
    recorded.git("config", "baseline.root", "0" * 64)
    assert inside("verify").code == 1


def test_what_is_new_since_the_last_time(recorded, inside, number):
    inside("verify")
    tip, since = recorded.tip(), "which was verified before"
    said = inside("verify").text.splitlines()[0]
    assert said == f"verified: nothing new after {tip[:12]}, {since}"
    inside(*number)
    said = inside("verify").text.splitlines()[0]
    assert said == f"verified 1 statement (1 record) after {tip[:12]}, {since}"


def test_a_pin_cut_short_is_a_mistake_and_no_other_registry(recorded, inside):
    pin = inside("verify", "--json").json["genesis"]
    for words in (("verify",), ("check-proof", "none")):
        done = inside(*words, "--root", pin[:12], "--json")
        error = done.json["error"]
        assert (done.code, error["code"], error["where"]) == (2, "config/root", "--root")
        assert error["message"] == f"expected 64 hex digits, got '{pin[:12]}'"


def test_an_earlier_commit_by_name(recorded, inside):
    genesis = recorded.git("rev-parse", "baselines~2")
    document = inside("verify", "--full", "--ref", "baselines~2", "--json").json
    assert (document["tip"], document["statements"]) == (genesis, 1)


def forge(repo, edit):
    """Put a commit on the branch whose raw bytes are those of the tip, edited."""
    raw = repo.run("cat-file", "commit", "baselines").stdout
    made = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", give=edit(raw))
    repo.git("update-ref", "refs/heads/baselines", made)


def other_tree(repo, raw):
    """Return the tip's bytes with a tree in which one file differs."""
    entry = repo.git("ls-tree", "-r", "--name-only", "baselines").split()[-1]
    blob = repo.git("hash-object", "-w", "--stdin", give=b"99\n")
    index = {"GIT_INDEX_FILE": str(repo.path / ".git" / "forged")}
    forger = type(repo)(repo.path, repo.environment | index)
    forger.git("read-tree", "baselines")
    forger.git("update-index", "--cacheinfo", f"100644,{blob},{entry}")
    tree = forger.git("write-tree")
    return f"tree {tree}".encode() + raw[raw.index(b"\n") :]


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda repo, raw: raw.replace(b"1.5 ms", b"1.4 ms"), "signature/"),
        (lambda repo, raw: raw.replace(b"Tess", b"Mallory"), "signature/"),
        (other_tree, "signature/"),
        (lambda repo, raw: raw.replace(b"gpgsig", b"gpgsix"), "commit/"),
        (
            lambda repo, raw: raw.replace(b"parent", b"parent " + b"1" * 40 + b"\nparent", 1),
            "commit/",
        ),
    ],
)
def test_a_tampered_tip(recorded, inside, edit, rule):
    before = recorded.tip()
    forge(recorded, lambda raw: edit(recorded, raw))
    assert recorded.tip() != before
    for words in (("verify",), ("verify", "--full")):
        done = inside(*words, "--json")
        rules = [violation["rule"] for violation in done.json["violations"]]
        assert (done.code, done.json["good"]) == (1, False)
        assert any(name.startswith(rule) for name in rules), rules
    said = inside("verify").text
    assert "NOT verified: " in said
    assert "git baseline explain " in said


def test_a_commit_by_stock_git_on_top(recorded, inside):
    made = recorded.git("commit-tree", "-p", "baselines", "-m", "by hand", "baselines^{tree}")
    recorded.git("update-ref", "refs/heads/baselines", made)
    document = inside("verify", "--json").json
    assert {violation["commit"] for violation in document["violations"]} == {made}


@pytest.mark.parametrize("remote", [False, True])
def test_a_tree_that_went_missing_since_it_was_verified(recorded, inside, remote):
    if remote:  # what was verified is remembered by its URL, else by the registry's id
        recorded.git("remote", "add", "origin", "../elsewhere.git")
    assert inside("verify").code == 0
    tree = recorded.git("rev-parse", "baselines^{tree}")
    (recorded.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    for words in (("verify",), ("verify", "--full")):
        done = inside(*words, "--json")
        found = done.json
        assert (done.code, found["violations"], found["since"]) == (3, [], None)
        assert found["incomplete"].startswith(f"the repository lacks {tree}, which commit ")


def test_a_pin_that_a_shallow_clone_cannot_hold(recorded, inside, tmp_path):
    pin = inside("verify", "--json").json["genesis"]
    url, cut = f"file://{recorded.path}", tmp_path / "cut"
    recorded.git("clone", "-q", "--bare", "--depth", "1", "--branch", "baselines", url, cut)
    done = inside.at(cut)("verify", "--root", pin)
    assert (done.code, done.text.startswith("INCOMPLETE: history is missing at ")) == (3, True)
    assert done.text.splitlines()[1] == "  git fetch --unshallow origin"
    assert done.text.endswith("  pin   not found in the history that is here\n")
    assert inside.at(cut)("verify", "--root", pin, "--json").json["pinned"] is None


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_a_partial_clone_is_incomplete_until_the_rest_is_fetched(recorded, inside, tmp_path, kept):
    pin = inside("verify", "--json").json["genesis"]
    recorded.git("config", "uploadpack.allowFilter", "true")
    part, url = tmp_path / "part", f"file://{recorded.path}"
    recorded.git("clone", "-q", f"--filter={kept}", "-b", "main", "--single-branch", url, part)
    there = inside.at(part, XDG_CACHE_HOME=str(tmp_path / "cache"))
    clone = type(recorded)(part, recorded.environment)
    clone.git("fetch", "-q", "origin", "baselines:refs/remotes/origin/baselines")
    done = there("verify", "--root", pin, "--json")
    found = done.json
    assert (done.code, found["good"], found["violations"]) == (3, False, [])
    assert found["incomplete"].startswith("the repository lacks ")
    assert (found["pinned"], found["genesis"]) == (True, pin)  # all of its commits are here
    assert there("verify", "--root", "0" * 64, "--json").json["pinned"] is None
    (run,) = there("verify", "--sarif").json["runs"]
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], False)
    said = there("verify")
    verdict, command = said.text.splitlines()[:2]
    assert (said.code, verdict) == (3, f"INCOMPLETE: {found['incomplete']}")
    assert (said.err, said.text.count("unpinned: ")) == ("", 1)
    assert there("hook", "pre-commit").err.startswith("warning: the registry is incomplete here: ")
    clone.git(*command.split()[1:], "--quiet")
    assert there("verify", "--root", pin, "--json").json["good"]


def test_what_is_missing_where_there_is_no_remote(recorded, inside):
    tree = recorded.git("rev-parse", "baselines~1^{tree}")
    (recorded.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert inside("verify").text.splitlines()[1] == "  git fsck"


def test_what_is_wrong_besides_a_gap_makes_it_a_no(recorded, inside):
    blob = recorded.git("rev-parse", "baselines:fam/step/INDEX.md")
    (recorded.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    made = recorded.git("commit-tree", "-p", "baselines", "-m", "by hand", "baselines^{tree}")
    recorded.git("update-ref", "refs/heads/baselines", made)
    done = inside("verify")
    lines = done.text.splitlines()
    assert done.code == 1
    assert any(line.startswith("NOT verified: ") for line in lines)
    assert any(line.startswith(f"INCOMPLETE: the repository lacks {blob}, ") for line in lines)


def test_what_git_shows_otherwise_is_warned_of(recorded, inside):
    tips = recorded.git("rev-list", "baselines").split()
    file = recorded.path / ".git" / "info" / "grafts"
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    before = inside("verify", "--full")
    file.write_text(f"{tips[0]} {tips[-1]}\n")
    done = inside("verify", "--full")
    assert (done.code, done.text) == (before.code, before.text)
    assert (
        done.err == f"warning: {file} makes stock git show other parents: rm {file}\n{before.err}"
    )
    assert inside("verify", "--json").err == done.err.removesuffix(before.err)
    file.unlink()
    code = recorded.git("rev-parse", "HEAD")
    for oid in tips:
        recorded.git("update-ref", f"refs/replace/{oid}", code)
    told = inside("verify", "--full", "--json")
    names = [f"refs/replace/{oid}" for oid in sorted(tips)]
    warning = "warning: {0} makes stock git show other objects: git update-ref -d {0}"
    assert told.err.splitlines() == [warning.format(name) for name in names]
    assert told.json["statements"] == 3
    recorded.git("update-ref", f"refs/replace/{'f' * 40}", code)
    assert inside("verify", "--json").err.splitlines()[3:] == ["and 1 more: git replace"]


def test_an_object_that_was_swapped_on_disk(recorded, inside):
    blob = recorded.git("rev-parse", "baselines:README.md")
    other = recorded.git("hash-object", "-w", "--stdin", give=b"other\n")
    objects = recorded.path / ".git" / "objects"
    victim, source = (objects / oid[:2] / oid[2:] for oid in (blob, other))
    victim.chmod(0o644)
    victim.write_bytes(source.read_bytes())
    done = inside("verify", "--full", "--json")
    assert (done.code, done.json["violations"]) == (3, [])
    assert done.json["incomplete"].startswith(f"the repository lacks {blob}, which commit ")


def test_a_rewound_branch_is_consistent_but_an_unrelated_clone_sees_all(
    recorded, inside, make_repo, tmp_path
):
    other = make_repo(tmp_path / "other")
    other.git("fetch", "-q", recorded.path, "baselines:baselines")
    there = inside.at(other.path, HOME=str(tmp_path))
    document = there("verify", "--json").json
    assert (document["good"], document["statements"]) == (True, 3)


def test_sarif_without_findings(recorded, inside):
    done = inside("verify", "--sarif")
    assert (done.code, done.json["runs"][0]["results"]) == (0, [])
