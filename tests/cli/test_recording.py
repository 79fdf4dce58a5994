"""record as a person and a CI job see it: what it says, dry runs, once for one key."""

from __future__ import annotations

import hashlib


def test_a_verdict_has_all_that_supports_it(inside, registry):
    words = ("-m", "m", "--value", "1", "--unit", "s", "--tier", "verdict")
    refused = inside("record", *words, "--json")
    error = refused.json["error"]
    assert (refused.code, error["code"], error["where"]) == (2, "tier/missing", "--tier")


def test_what_record_says_to_people(registry, inside, number):
    registry.git("remote", "add", "origin", "https://example.org/demo.git")
    done = inside(*number, "--value", "2.5", "--notes", "two\nlines")
    entry = done.text.splitlines()[0].removeprefix("Recorded ")
    slug = entry.rpartition("/")[2]
    facts = dict(line.split(maxsplit=1) for line in done.text.splitlines()[1:])
    digest = hashlib.sha256(b"1.5\n2.5\n").hexdigest()[:12]
    assert {
        key: facts[key] for key in ("value", "spread", "source", "notes", "cite", "commit")
    } == {
        "value": "2 ms, lower is better, DRAFT",
        "spread": "median of 2, std 0.707 ms, 1.5 to 2.5 ms",
        "source": f"given by hand (scalar, 8 B, sha256 {digest})",
        "notes": "two\\x0alines",
        "cite": f"fam/step@{slug}",
        "commit": registry.tip(),
    }
    assert done.err.splitlines() == [
        "",
        "  git baseline show fam/step",
        "  git baseline diff fam/step FILE",
        "  git baseline push",
    ]


def test_dry_run_records_nothing_and_its_token_spends_it(registry, inside, number):
    before = registry.reached()
    dry = inside(*number, "--dry-run", "--json")
    assert (dry.code, dry.json["commit"], registry.reached()) == (0, None, before)
    token = dry.json["confirm"]
    other = inside(*number, "--value", "9", "--confirm", token, "--json")
    assert (other.code, other.json["error"]["code"]) == (2, "confirm/differs")
    assert registry.reached() == before
    done = inside(*number, "--confirm", token, "--json")
    assert (done.code, done.json["confirm"], registry.tip()) == (0, None, done.json["commit"])
    again = inside(*number, "--confirm", token, "--json")
    assert (again.code, again.json["error"]["code"]) == (2, "confirm/differs")  # it is spent
    said = inside(*number, "--dry-run")
    assert said.text.splitlines()[0].startswith("Would record fam/step/")
    word, fresh = said.text.splitlines()[-1].split()
    assert (word, fresh == token) == ("confirm", False)


def test_an_idempotency_key_records_once(registry, inside, number):
    words = (*number, "--idempotency-key", "job-7")
    first = inside(*words, "--json").json
    again = inside(*words, "--json").json
    assert (again["entry"], again["commit"], again["repeated"], first["repeated"]) == (
        first["entry"],
        first["commit"],
        True,
        False,
    )
    assert inside(*words).text.splitlines()[0] == f"Already recorded {first['entry']}"
    assert registry.count() == 2
    used = inside(*words, "--value", "2", "--json")
    assert (used.code, used.json["error"]) == (
        3,
        {
            "code": "idempotency/used",
            "hint": "use another key for another measurement",
            "message": f"was recorded from another source as {first['entry']}",
            "where": "--idempotency-key job-7",
        },
    )
    assert inside(*number, "--idempotency-key", "job-8", "--json").json["repeated"] is False


def test_what_an_entry_replaces_is_an_entry(registry, inside, number):
    before = registry.reached()
    wrong = inside(*number, "--supersedes", "nope", "--json")
    assert wrong.code == 2
    assert registry.reached() == before
    first = inside(*number, "--json").json["entry"]
    second = inside(*number, "--supersedes", "fam/step", "--json").json
    assert second["baseline"]["supersedes"] == first
