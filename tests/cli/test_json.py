"""Every ``--json`` document meets its JSON Schema in the package, and is alone on stdout."""

from __future__ import annotations

import json
import shutil
from importlib import resources

import jsonschema
import pytest
from referencing import Registry, Resource

PUBLIC_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOBQqHYCsYTL2JL8h5ZSf3x7K4ZOrwSVMU7BZLs1iJgE"
    " bob@example.org"
)
VERBS = (
    "accept",
    "allowed-signers",
    "ceilings",
    "check-proof",
    "collect",
    "explain",
    "export",
    "formats",
    "fetch",
    "frontier",
    "import",
    "init",
    "keys",
    "list",
    "log",
    "prove",
    "push",
    "query",
    "record",
    "retract",
    "search",
    "show",
    "site",
    "study",
    "trust",
    "undo",
    "verify",
)


@pytest.fixture(scope="session")
def schemas():
    folder = resources.files("gitbaseline.model") / "schema"
    found = {
        file.name: json.loads(file.read_text())
        for file in folder.iterdir()
        if file.name.endswith(".json")
    }
    library = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in found.items()
    )
    return {
        name.removesuffix("-1.json"): jsonschema.Draft202012Validator(schema, registry=library)
        for name, schema in found.items()
    }


@pytest.fixture
def checked(inside, schemas):
    """Run a verb and return its document, held to the schema that it names."""

    def run(*words, code=0):
        at = words.index("--") if "--" in words else len(words)
        done = inside(*words[:at], "--json", *words[at:])
        assert done.code == code, done.err
        name = done.json["verb"] if code in (0, 1) or "verb" in done.json else "error"
        assert [fault.message for fault in schemas[name].iter_errors(done.json)] == []
        return done.json

    return run


def closed(schema):
    """Yield the objects of a schema that leave a key open or optional."""
    if isinstance(schema, dict):
        fixed = set(schema.get("properties", ())) == set(schema.get("required", ()))
        if "properties" in schema and not (fixed and schema["additionalProperties"] is False):
            yield schema
        for inner in schema.values():
            yield from closed(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from closed(inner)


@pytest.mark.parametrize("verb", [*VERBS, "error"])
def test_the_schemas_are_closed_and_say_what_they_are(schemas, verb):
    schema = schemas[verb].schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (schema["title"], list(closed(schema))) == (f"git-baseline/{verb}/1", [])
    if verb != "error":
        names = [schema["properties"][name]["const"] for name in ("tool", "verb", "schema")]
        assert names == [f"perf_baseline_{verb}", verb, f"git-baseline/{verb}/1"]


def test_every_verb_meets_its_schema(registry, checked, number, nccl, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").write_text('{"x_ms": 1}')
    (folder / "b.json").write_text('{"y": 1}')
    assert checked("init")["how"] == "exists"
    checked(*number, "--dry-run", "--next-lever", "l", "--unlock", "u")
    checked(*number, "--value", "2", "--notes", "n", "--context", "tp=8", "--env", "here")
    checked("record", nccl)
    checked("record", folder)
    checked("run", "-n", "2", "--warmup", "0", "--", "true")
    for words in (
        ("list",),
        ("list", "--all"),
        ("list", "-n", "1"),
        ("search", "fam", "tier:draft"),
        ("log", "fam/step"),
        ("show", "fam/step"),
        ("show", "nccl_all_reduce"),
        ("verify",),
        ("verify", "--root", "0" * 64),
        ("keys", "list"),
        ("keys", "allowed-signers"),
        ("ceilings",),
        ("formats",),
        ("explain",),
    ):
        checked(*words, code=1 if "--root" in words else 0)
    assert checked("undo")["entry"].startswith("demo/true/")
    checked(*number, "--value", "99")
    candidate = checked(*number, "--value", "100")
    assert candidate["baseline"]["standing"] == "candidate"
    accepted = checked("accept", candidate["entry"], "--why", "known")
    withdrawn = checked("retract", candidate["entry"], "--why", "wrong")
    assert [accepted["event"], withdrawn["event"]] == ["accepted", "retracted"]
    happened = checked("show", candidate["entry"])["events"]
    assert [event["kind"] for event in happened] == ["accepted", "retracted"]
    checked("keys", "add", PUBLIC_KEY)
    added = checked("keys", "list")["keys"]
    assert sorted(key["principal"] for key in added) == ["bob@example.org", "tess@example.org"]
    (bob,) = [key["fingerprint"] for key in added if key["principal"].startswith("bob")]
    assert checked("keys", "retire", bob)["change"] == "retired"
    checked("keys", "compromised", bob, "--since", "baselines~1")
    checked("keys", "list")


def test_push_and_fetch_meet_their_schemas(registry, checked, number, make_repo, tmp_path):
    bare = make_repo(tmp_path / "host.git", "--bare")
    registry.git("remote", "add", "origin", bare.path)
    assert checked("push")["left_out"] == []
    shutil.copytree(registry.path, tmp_path / "other")
    there = ("-C", tmp_path / "other")
    checked(*there, *number, "--push", "--idempotency-key", "k")
    checked(*number, "--notes", "mine")
    checked("keys", "add", PUBLIC_KEY)
    checked(*number, "--idempotency-key", "k", "--accept-regression", "x")
    assert [len(checked("fetch")[key]) for key in ("new", "unpushed")] == [1, 3]
    told = checked("push")
    assert [len(told[key]) for key in ("pushed", "left_out")] == [2, 1]
    assert [one["pin"] is None for one in told["pushed"]] == [True, False]
    checked(*number, "--notes", "waits", "--accept-regression", "x")
    assert [len(checked("push", "--inbox")[key]) for key in ("pushed", "left_out")] == [1, 0]
    main = registry.git("rev-parse", "main")
    registry.git("push", "-q", "origin", f"{main}:refs/heads/baselines-inbox/{main}")
    told = checked(*there, "collect", code=1)
    assert [len(told[key]) for key in ("collected", "left")] == [1, 1]
    checked("push", "--inbox")
    checked("push")
    bare.git("update-ref", "-d", "refs/heads/baselines")
    assert len(checked("fetch", code=1)["findings"]) == 1


def test_proofs_meet_their_schemas(registry, checked, number, tmp_path):
    checked(*number)
    made = checked(*number)["entry"]
    file = tmp_path / "p.json"
    pin = checked("prove", made, "-o", file)["pin"]
    for words, code in (((), 0), (("--root", pin), 0), (("--root", "0" * 64), 1)):
        assert checked("check-proof", file, *words, code=code)["entry"] == made
    checked("retract", made, "--why", "wrong")
    checked("prove", made, "-o", file)
    assert len(checked("check-proof", file, code=1)["events"]) == 1
    text = file.read_text()
    file.write_text(text.replace(pin, "0" * 64))
    assert len(checked("check-proof", file, code=1)["violations"]) == 1


def test_every_error_meets_its_schema(registry, checked, tmp_path):
    for code, words in (
        (2, ("nope",)),
        (2, ("record", "--nope")),
        (2, ("record",)),
        (2, ("show", "zzz")),
        (3, ("-C", tmp_path, "list")),
    ):
        assert list(checked(*words, code=code)) == ["error"]
