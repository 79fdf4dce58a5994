"""prove and check-proof: what a person and a program get, in a repository and where there is none."""

from __future__ import annotations

import json
import sys

import pytest

from gitbaseline.cli import check_proof
from gitbaseline.model.layout import entry_path
from gitbaseline.model.manifest import sha256
from gitbaseline.model.proof import Claim
from gitbaseline.model.violation import Violation
from gitbaseline.registry.prove import Examined

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOBQqHYCsYTL2JL8h5ZSf3x7K4ZOrwSVMU7BZLs1iJgE bob"


@pytest.fixture
def made(registry, inside):
    """Record three numbers of one series and return the entries."""
    words = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--json")
    return [inside(*words, "--value", number).json["entry"] for number in ("1.5", "1.51", "1.52")]


@pytest.fixture
def outside(inside, tmp_path):
    """The program where there is no repository, no git, and nobody's home."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return inside.at(folder, HOME=str(folder), PATH=str(folder))


@pytest.fixture
def prove(inside, tmp_path):
    """Make the proof of an entry; return the file and the document."""

    def run(entry, *words):
        file = tmp_path / "p.json"
        done = inside("prove", entry, "-o", file, "--json", *words)
        assert done.code == 0, done.err
        return file, done.json

    return run


def test_a_proof_and_what_is_said_of_it(made, inside, prove):
    file, document = prove(made[0])
    data = file.read_bytes()
    tip = inside("list", "--json").json["tip"]
    assert document == {
        "tool": "perf_baseline_prove",
        "verb": "prove",
        "schema": "git-baseline/prove/1",
        "entry": made[0],
        "resolved": "the entry itself",
        "status": "ok",
        "file": str(file),
        "bytes": len(data),
        "sha256": sha256(data),
        "commit": inside("show", made[0], "--json").json["commit"],
        "pin": inside("verify", "--json").json["genesis"],
        "tip": tip,
        "later": 2,
    }
    done = inside("prove", made[0], "-o", file)
    lines = done.text.splitlines()
    assert lines[0] == f"Proved {made[0]}  (the entry itself)"
    assert [line.split()[0] for line in lines[1:]] == ["file", "status", "commit", "tip", "pin"]
    assert lines[4].endswith(f"{tip}, 2 statements later")
    assert done.err == f"\n  git baseline check-proof {file} --root {document['pin']}\n"


def test_where_it_is_written(made, inside, registry):
    assert inside("prove", "fam/step").code == 0
    name = made[2].replace("/", ".")
    data = (registry.path / f"{name}.proof.json").read_bytes()
    done = inside("prove", "fam/step", "-o", "-")
    assert (done.code, done.out, done.err) == (0, data, "")
    assert inside("prove", "fam/step", "-o", "new/p.json").code == 3
    assert list(registry.path.glob("**/.*.proof.json.*")) == []
    done = inside("prove", "fam/step", "-o", "-", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "proof/stdout")


def test_a_file_that_cannot_be_replaced(made, inside, registry):
    (registry.path / "p.json").mkdir()
    done = inside("prove", "fam/step", "-o", "p.json", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "proof/write")
    assert [path.name for path in registry.path.iterdir() if "p.json" in path.name] == ["p.json"]


def test_a_check_where_there_is_no_repository(made, inside, prove, outside):
    file, document = prove(made[0])
    done = outside("check-proof", file, "--root", document["pin"], "--json")
    answer = done.json
    signer = inside("verify", "--full", "--json").json["signers"][0]
    said = {key: answer["record"][key] for key in ("commit", "kind", "principal", "fingerprint")}
    assert (done.code, done.err) == (0, "")
    assert (answer["good"], answer["pinned"], answer["status"]) == (True, True, "ok")
    assert said == {
        "commit": document["commit"],
        "kind": "record",
        "principal": "tess@example.org",
        "fingerprint": signer["fingerprint"],
    }
    assert (answer["tip"]["commit"], answer["later"], answer["trust"]) == (document["tip"], 2, 1)
    assert answer["baseline"] == inside("show", made[0], "--json").json["baseline"]
    assert answer["files"]["source-snapshot.txt"] == {"sha256": sha256(b"1.5\n"), "bytes": 4}
    assert answer["violations"] == []
    assert len(answer["shown"]) == len(answer["not_shown"]) + 1 == 4


def test_what_a_person_reads(made, prove, outside):
    file, document = prove(made[0])
    pinned = outside("check-proof", file, "--root", document["pin"]).text.splitlines()
    assert pinned[0] == f"Proved: {made[0]}"
    assert pinned[1].split(maxsplit=1) == ["value", "1.5 ms, lower is better, DRAFT"]
    assert pinned[2].split()[:4] == ["status", "ok,", "as", "of"]
    assert pinned[10].split(maxsplit=1) == ["pin", "holds: the proof contains a pin of yours"]
    assert pinned[12] == "Shown:"
    assert "  2 signed statements after it, up to " in pinned[15]
    assert pinned[18] == "Not shown:"
    assert all(len(line) <= 80 for line in pinned)
    free = outside("check-proof", file)
    assert free.code == 0
    assert free.text.startswith(f"Consistent, unpinned: {made[0]}\n")
    assert f"  genesis   {document['pin']}\n  pin       unpinned: --root SHA256" in free.text
    assert all(len(line) <= 80 for line in free.text.splitlines())
    assert "whose registry this is, and who holds the keys: no pin was given" in free.text


def test_another_registry(made, prove, outside):
    file, _ = prove(made[0])
    done = outside("check-proof", file, "--root", "0" * 64)
    assert done.code == 1
    assert done.text.startswith(f"Of another registry: {made[0]}\n")
    assert "DOES NOT HOLD" in done.text


def test_a_retraction(made, inside, prove, outside):
    inside("retract", made[0], "--why", "wrong clock")
    file, document = prove(made[0])
    done = outside("check-proof", file, "--root", document["pin"])
    assert (document["status"], done.code) == ("retracted", 1)
    assert done.text.startswith(f"Proved, RETRACTED: {made[0]}\n")
    assert "  it was retracted at " in done.text
    assert "no retraction of it" not in done.text
    (said,) = outside("check-proof", file, "--json").json["events"]
    assert (said["kind"], said["commit"]) == ("retract", document["tip"])


def test_without_what_came_later(made, inside, prove, outside):
    inside("retract", made[0], "--why", "wrong clock")
    whole, _ = prove(made[0])
    size = whole.stat().st_size
    file, document = prove(made[0], "--without-later")
    assert (document["later"], document["tip"]) == (0, document["commit"])
    assert document["bytes"] < size
    done = outside("check-proof", file)
    assert done.code == 0
    assert "  tip       the entry's own commit\n" in done.text
    assert "no retraction" not in done.text
    assert "statements after it keep every rule" not in done.text


def test_a_distrusted_entry(registry, inside, number, prove, outside):
    inside("keys", "add", PUBLIC_KEY, "--role", "root")  # one that outlives the loss
    recorded = inside(*number, "--json").json
    entry, commit = recorded["entry"], recorded["commit"]
    key = inside("verify", "--full", "--json").json["signers"][0]["fingerprint"]
    assert inside("keys", "compromised", key, "--since", commit).code == 0
    file, document = prove(entry)
    done = outside("check-proof", file, "--root", document["pin"])
    assert (document["status"], done.code) == ("distrusted", 1)
    assert done.text.startswith(f"Proved, DISTRUSTED: {entry}\n")
    assert "  the registry distrusts it: its key was declared compromised\n" in done.text


def test_a_file_of_the_entry(made, prove, outside):
    file, _ = prove(made[0])
    done = outside("check-proof", file, "--file", "source-snapshot.txt")
    assert (done.code, done.out, done.err) == (0, b"1.5\n", "")
    done = outside("check-proof", file, "--file", "nope")
    assert (done.code, "SOURCE.md, baseline.json, source-snapshot.txt" in done.err) == (2, True)
    done = outside("check-proof", file, "--file", "source-snapshot.txt", "--root", "0" * 64)
    assert (done.code, done.out, "DOES NOT HOLD" in done.err) == (1, b"", True)
    done = outside("check-proof", file, "--file", "source-snapshot.txt", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "proof/stdout")


def test_a_proof_that_was_changed(made, prove, outside):
    file, _ = prove(made[0])
    plain = json.loads(file.read_text())
    blobs = plain["objects"]["blob"]
    for oid in blobs:
        blobs[oid] = "MQ=="
    file.write_text(json.dumps(plain, indent=2, sort_keys=True) + "\n")
    done = outside("check-proof", file)
    lines = done.text.splitlines()
    assert done.code == 1
    assert lines[0].startswith("proof/object: not the content of the blob ")
    assert lines[-1] == f"NOT proved: {made[0]}; git baseline explain proof/object"
    answer = outside("check-proof", file, "--json").json
    assert (answer["good"], answer["baseline"], len(answer["violations"])) == (
        False,
        None,
        len(blobs),
    )


def test_a_proof_that_lacks_what_it_needs(made, prove, outside):
    file, _ = prove(made[0])
    plain = json.loads(file.read_text())
    plain["objects"]["tree"] = {}
    plain["objects"]["blob"] |= {f"{n:040x}": "MQ==" for n in range(30)}
    file.write_text(json.dumps(plain, indent=2, sort_keys=True) + "\n")
    lines = outside("check-proof", file).text.splitlines()
    assert lines[-2] == "and 10 more findings"
    plain["objects"]["blob"] = {}
    file.write_text(json.dumps(plain, indent=2, sort_keys=True) + "\n")
    assert outside("check-proof", file).text.startswith("proof/missing: the proof lacks ")


def test_findings_name_their_place(made, prove, outside):
    file, document = prove(made[0])
    plain = json.loads(file.read_text())
    plain["pin"] = "0" * 64
    file.write_text(json.dumps(plain, indent=2, sort_keys=True) + "\n")
    lines = outside("check-proof", file).text.splitlines()
    assert lines[0] == f"proof/pin: expected {document['pin']}, got {'0' * 64}"
    assert lines[1] == f"  at {plain['genesis']}"


@pytest.mark.parametrize("data", [b"", b"{}\n", b"\xff\xfe", b"[" * 100_000, b'{"a": 1}'])
def test_what_is_no_proof(outside, tmp_path, data):
    file = tmp_path / "p.json"
    file.write_bytes(data)
    done = outside("check-proof", file, "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "proof/form")


def test_a_file_that_cannot_be_read_or_is_too_large(outside, tmp_path, monkeypatch):
    for file in (tmp_path / "none", tmp_path):
        done = outside("check-proof", file, "--json")
        assert (done.code, done.json["error"]["code"]) == (2, "proof/read")
    monkeypatch.setattr(check_proof, "LIMIT", 10)
    (tmp_path / "p.json").write_bytes(b" " * 11)
    done = outside("check-proof", tmp_path / "p.json", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "proof/large")


def test_through_a_pipe(made, inside, outside):
    data = inside("prove", made[0], "-o", "-").out
    assert outside("check-proof", "-", give=data).code == 0
    assert outside("check-proof", "-", give=data[:-1]).code == 2


def test_a_path_cannot_say_that_all_is_well(outside, tmp_path):
    """A name of a file in a proof may hold any character until it is refused."""
    path = "a\nProved: all\x1b[2J"
    found = Examined(
        claim=Claim(
            entry=entry_path("fam", "step", "20260520T101112Z"),
            pin="0" * 64,
            genesis="1" * 40,
            trust=(),
            record="1" * 40,
            tip="1" * 40,
        ),
        proved=None,
        violations=(Violation(rule="path/unexpected", message="no business", path=path),),
    )
    assert check_proof._refusal(found)[1] == "  at a\\x0aProved: all\\x1b[2J"
    hostile = tmp_path / "\x1b[31mp.json"
    hostile.write_bytes(b"{}")
    assert "\x1b" not in outside("check-proof", hostile).err


def test_an_entry_that_is_not_there(made, inside):
    done = inside("prove", "fam/step/20010101T000000Z", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "entry/none")


def test_in_a_shallow_clone(made, inside, registry, make_repo, tmp_path):
    clone = tmp_path / "shallow"
    registry.git("clone", "-q", "--depth", "1", "-b", "baselines", f"file://{registry.path}", clone)
    done = inside("-C", clone, "prove", made[0], "-o", "-")
    assert done.code == 3
    assert "hint: git fetch --unshallow origin\n" in done.err


def test_check_proof_starts_without_what_it_does_not_use(made, baseline, prove, tmp_path):
    file, _ = prove(made[0])
    program = type(baseline)(
        tmp_path,
        baseline.environment,
        (sys.executable, "-X", "importtime", "-m", "gitbaseline"),
    )
    done = program("check-proof", file)
    assert done.code == 0
    for name in ("pygit2", "yaml", "jsonschema", "detect_secrets"):
        assert f" {name}\n" not in done.err
