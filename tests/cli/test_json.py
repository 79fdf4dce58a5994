"""Every ``--json`` document meets its JSON Schema in the package, and is alone on stdout."""

from __future__ import annotations

import json
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
    "explain",
    "init",
    "keys",
    "list",
    "log",
    "record",
    "retract",
    "show",
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
        ("log", "fam/step"),
        ("show", "fam/step"),
        ("show", "nccl_all_reduce"),
        ("verify",),
        ("verify", "--root", "0" * 64),
        ("keys", "list"),
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
    checked("keys", "add", PUBLIC_KEY)
    added = checked("keys", "list")["keys"]
    assert sorted(key["principal"] for key in added) == ["bob@example.org", "tess@example.org"]
    (bob,) = [key["fingerprint"] for key in added if key["principal"].startswith("bob")]
    assert checked("keys", "retire", bob)["change"] == "retired"
    checked("keys", "compromised", bob, "--since", "baselines~1")
    checked("keys", "list")


def test_every_error_meets_its_schema(registry, checked, tmp_path):
    for code, words in (
        (2, ("nope",)),
        (2, ("record", "--nope")),
        (2, ("record",)),
        (2, ("show", "zzz")),
        (3, ("-C", tmp_path, "list")),
    ):
        assert list(checked(*words, code=code)) == ["error"]
