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
        rules = [violation["rule"] for violation in done.json["violations"]]
        assert (done.code, rules, done.json["since"]) == (1, ["history/missing"], None)


def test_a_pin_that_a_shallow_clone_cannot_hold(recorded, inside, tmp_path):
    pin = inside("verify", "--json").json["genesis"]
    url, cut = f"file://{recorded.path}", tmp_path / "cut"
    recorded.git("clone", "-q", "--bare", "--depth", "1", "--branch", "baselines", url, cut)
    done = inside.at(cut)("verify", "--root", pin)
    assert (done.code, done.text.startswith("INCOMPLETE: history is missing at ")) == (3, True)
    assert done.text.endswith("  pin  not found in the history that is here\n")


def test_an_object_that_was_swapped_on_disk(recorded, inside):
    blob = recorded.git("rev-parse", "baselines:README.md")
    other = recorded.git("hash-object", "-w", "--stdin", give=b"other\n")
    objects = recorded.path / ".git" / "objects"
    victim, source = (objects / oid[:2] / oid[2:] for oid in (blob, other))
    victim.chmod(0o644)
    victim.write_bytes(source.read_bytes())
    assert inside("verify", "--full", "--json").code in (1, 3)


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
