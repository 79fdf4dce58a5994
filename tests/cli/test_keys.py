"""keys: who may sign, changed by signed statements that verify accepts."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def bob(tmp_path, environment):
    """A second person's home, with a key in the place where git-baseline looks for its own."""
    home = tmp_path / "bob"
    folder = home / ".config" / "git-baseline"
    folder.mkdir(parents=True)
    key = folder / "id_ed25519"
    words = ("-q", "-t", "ed25519", "-N", "", "-C", "bob@example.org", "-f", key)
    subprocess.run(["ssh-keygen", *words], check=True)
    return home


def public(home):
    return Path(home, ".config", "git-baseline", "id_ed25519.pub")


def names(inside):
    """Return the principals and their state as the table shows them."""
    return {
        line.split()[0]: line.split("  ")[-2].strip()
        for line in inside("keys", "list").text.splitlines()[1:]
    }


def test_a_key_is_added_records_and_is_retired(registry, inside, number, bob):
    theirs = inside.at(registry.path, HOME=str(bob))
    assert theirs(*number, "--json").json["error"]["code"] == "key/not-listed"
    added = inside("keys", "add", public(bob))
    fingerprint = added.text.split()[1]
    assert added.text.splitlines()[0] == f"Key {fingerprint} added, trust state 2"
    assert theirs(*number).code == 0
    root_only = theirs("keys", "retire", fingerprint, "--json")
    assert (root_only.code, root_only.json["error"]["code"]) == (3, "key/not-allowed")
    assert names(inside) == {"tess@example.org": "live", "bob@example.org": "live"}
    retired = inside("keys", "retire", fingerprint)
    pin = retired.err.split()[-1]
    assert retired.text.splitlines()[-1].split() == ["new", "pin", pin]
    refused = theirs(*number, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (3, "key/retired")
    assert names(inside)["bob@example.org"] == "retired"
    document = inside("verify", "--full", "--root", pin, "--json").json
    assert (document["good"], document["pinned"], document["kinds"]) == (
        True,
        True,
        {"genesis": 1, "record": 1, "trust": 2},
    )


def test_the_hint_for_a_key_that_is_not_listed_lists_it(registry, inside, number, bob):
    theirs = inside.at(registry.path, HOME=str(bob))
    hint = theirs(*number, "--json").json["error"]["hint"]
    assert inside(*shlex.split(hint.partition("git baseline ")[2])).code == 0
    assert theirs(*number).code == 0


def test_a_key_for_one_family_and_role(registry, inside, number, bob):
    inside("keys", "add", public(bob), "--family", "fam", "--role", "record", "--principal", "ci")
    theirs = inside.at(registry.path, HOME=str(bob))
    assert theirs(*number).code == 0
    elsewhere = theirs("record", "-f", "other", *number[3:], "--json")
    error = elsewhere.json["error"]
    assert (elsewhere.code, error["message"], error["hint"]) == (
        3,
        "the key of ci may record for fam, not record for other",
        "ask tess@example.org",
    )


def test_what_a_compromised_key_signed_is_distrusted(registry, inside, number, bob):
    inside(*number)
    inside("keys", "add", public(bob))
    theirs = inside.at(registry.path, HOME=str(bob))
    entry = theirs(*number, "--value", "9", "--accept-regression", "x", "--json").json["entry"]
    since = registry.tip()
    (key,) = [
        row["fingerprint"]
        for row in inside("keys", "list", "--json").json["keys"]
        if row["principal"] == "bob@example.org"
    ]
    said = inside("keys", "compromised", key, "--since", since)
    assert "  distrusted  1 statement in all" in said.text.splitlines()
    assert inside("show", entry, "--json").json["status"] == "distrusted"
    assert inside("show", "fam/step", "--json").json["baseline"]["value"] == 1.5
    assert inside("verify", "--full", "--json").json["good"] is True
    assert names(inside)["bob@example.org"] == "compromised"
    tip = registry.tip()
    again = inside("keys", "compromised", key, "--since", since, "--json")
    assert (again.code, again.json["error"]["code"]) == (2, "key/compromised")
    assert registry.tip() == tip


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "none.pub"), "source/none"),
        (("add", "ssh-ed25519 !!!"), None),
        (("add", "openpgp:XYZ"), "key/form"),
        (("retire", "SHA256:none"), None),
        (("compromised", "SHA256:none", "--since", "nope"), "reference/unknown"),
    ],
)
def test_bad_input(registry, inside, words, error):
    before = registry.reached()
    done = inside("keys", *words, "--json")
    assert done.code in (2, 3)
    assert error in (None, done.json["error"]["code"])
    assert registry.reached() == before


def test_a_key_without_a_name(registry, inside, bob):
    nameless = " ".join(public(bob).read_text().split()[:2])
    done = inside("keys", "add", nameless, "--json")
    assert (done.code, done.json["error"]["hint"]) == (2, "--principal alice@example.org")
    assert done.json["error"]["message"].endswith("since the key has no comment")


def test_the_last_root_key_stays(registry, inside):
    (key,) = inside("keys", "list", "--json").json["keys"]
    before = registry.reached()
    done = inside("keys", "retire", key["fingerprint"], "--json")
    assert done.code in (2, 3)
    assert registry.reached() == before
