"""``export --format in-toto``: statements that in-toto's own parser accepts."""

from __future__ import annotations

import json

import pytest
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from gitbaseline.model.manifest import sha256
from gitbaseline.model.pointer import pointer_of, to_bytes
from gitbaseline.registry import attesting


def exported(inside, *words):
    done = inside("export", "--format", "in-toto", *words)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.text.splitlines()]


def parsed(plain):
    """Read a statement as in-toto does, and hold it to in-toto's own rules."""
    message = json_format.Parse(json.dumps(plain), statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    return message


@pytest.fixture
def two(registry, inside, number, tmp_path):
    """A number, and a folder of two files."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").write_text('{"x_ms": 1}')
    (folder / "b.json").write_text('{"y_ms": 2}')
    artifact = tmp_path / "program"
    artifact.write_bytes(b"program")
    made = [inside(*number, "--artifact", artifact, "--json").json]
    made.append(inside("record", "-f", "fam", "-m", "two", folder, "--json").json)
    return made


def test_the_parser_of_in_toto_reads_it(two, inside):
    first, second = exported(inside)
    for plain, made in zip((first, second), two, strict=True):
        message = parsed(plain)
        assert json_format.MessageToDict(message.predicate)["entry"] == made["entry"]
        assert message.predicate_type == "urn:git-baseline:baseline:1"
        assert plain["_type"] == "https://in-toto.io/Statement/v1"
        assert plain["predicate"]["baseline"] == made["baseline"]
    assert [(one["name"], one["digest"]) for one in first["subject"]] == [
        ("source-snapshot.txt", {"sha256": sha256(b"1.5\n")}),
        ("artifact", {"sha256": sha256(b"program")}),
    ]
    assert [(one["name"], one["digest"]) for one in second["subject"]] == [
        ("source-snapshot/a.json", {"sha256": sha256(b'{"x_ms": 1}')}),
        ("source-snapshot/b.json", {"sha256": sha256(b'{"y_ms": 2}')}),
    ]


def test_it_names_the_signed_commit(two, inside, registry):
    predicate = exported(inside)[0]["predicate"]
    commit = two[0]["commit"]
    signer = inside("verify", "--full", "--json").json
    raw = registry.run("cat-file", "commit", commit).stdout
    assert predicate["record"]["digest"] == {"gitCommit": commit, "sha256": sha256(raw)}
    assert predicate["record"]["principal"] == "tess@example.org"
    assert predicate["record"]["fingerprint"] == signer["signers"][0]["fingerprint"]
    assert predicate["registry"] == {"id": signer["registry_id"], "pin": signer["genesis"]}


def test_which_entries(two, inside, tmp_path):
    assert len(exported(inside, "--series", "fam/two")) == 1
    (one,) = exported(inside, "--entry", "fam/step")
    assert one["predicate"]["entry"] == two[0]["entry"]
    file = tmp_path / "all.jsonl"
    done = inside("export", "--format", "in-toto", file, "--json")
    assert [done.json[key] for key in ("format", "entries", "rows")] == ["in-toto", 2, 0]
    assert len(file.read_text().splitlines()) == 2
    assert inside("export", "--format", "in-toto", file).text.startswith("Exported 2 entries to ")
    done = inside("export", "--format", "csv", "--entry", "fam/step", "--json", file)
    assert (done.code, done.json["error"]["code"]) == (2, "export/entry")


def test_what_was_withdrawn_gets_no_statement(two, inside):
    inside("retract", two[0]["entry"], "--why", "wrong")
    done = inside("export", "--format", "in-toto")
    assert len(done.text.splitlines()) == 1
    assert done.err == "warning: 1 statement not made: retracted or distrusted\n"


def test_history_that_is_not_here(two, inside, registry, tmp_path):
    clone = tmp_path / "shallow"
    registry.git("clone", "-q", "--depth", "1", "-b", "baselines", f"file://{registry.path}", clone)
    done = inside("-C", clone, "export", "--format", "in-toto", tmp_path / "o", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "history/missing")
    assert not (tmp_path / "o").exists()


def test_nothing_is_said_of_a_record_that_the_rules_refuse(two, inside, registry):
    raw = registry.run("cat-file", "commit", "baselines").stdout
    forged = raw.replace(b"Tess", b"Mallory")
    made = registry.git("hash-object", "-t", "commit", "-w", "--stdin", give=forged)
    registry.git("update-ref", "refs/heads/baselines", made)
    done = inside("export", "--format", "in-toto", "o", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "attest/refused")


def test_a_pointer_stands_for_what_it_names():
    pointer = pointer_of(b"large")
    assert attesting._content("source-snapshot.lfs.log", to_bytes(pointer)) == sha256(b"large")
    assert attesting._content("source-snapshot.log", to_bytes(pointer)) != sha256(b"large")
