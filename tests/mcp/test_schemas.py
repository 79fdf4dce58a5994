"""A verb's schema, closed in itself."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest
from referencing import Registry

from gitbaseline.mcp import schemas
from gitbaseline.mcp.schemas import bundled

VERBS = ("record", "diff", "list", "show", "verify", "search", "formats")


def references(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def at(schema, pointer):
    for part in pointer.removeprefix("#/").split("/"):
        schema = schema[part]
    return schema


@pytest.mark.parametrize("verb", VERBS)
def test_it_is_valid_and_refers_to_itself_alone(verb):
    schema = bundled(verb)
    jsonschema.Draft202012Validator.check_schema(schema)
    found = list(references(schema))
    assert [ref for ref in found if not ref.startswith("#/")] == []
    assert all(isinstance(at(schema, ref), dict) for ref in found)
    assert schema["type"] == "object"
    file = resources.files("gitbaseline.model") / "schema" / f"{verb}-1.json"
    own = json.loads(file.read_text())
    assert list(schema["properties"]) == list(own["properties"])
    assert schema["required"] == own["required"]


def test_what_another_file_forbids_is_forbidden_still():
    schema = bundled("search")
    validator = jsonschema.Draft202012Validator(
        schema["properties"]["entries"], registry=Registry()
    )
    whole = jsonschema.Draft202012Validator(schema, registry=Registry())
    assert whole.is_valid({}) is False
    faults = whole.iter_errors({"entries": [{"tier": "MAYBE"}]})
    assert "'MAYBE' is not one of ['DRAFT', 'VERDICT']" in [fault.message for fault in faults]
    assert validator.is_valid([])


def test_files_may_refer_to_each_other(monkeypatch):
    files = {
        "one-1.json": {
            "$defs": {"x": {}},
            "anyOf": [{"$ref": "two-1.json"}, {"$ref": "#/$defs/x"}],
        },
        "two-1.json": {"$schema": "s", "$id": "i", "items": {"$ref": "three-1.json#/a"}},
        "three-1.json": {"a": {"$ref": "#/b"}, "b": {"$ref": "two-1.json"}},
    }
    monkeypatch.setattr(schemas, "_read", lambda name: files[name])
    assert bundled("one") == {
        "anyOf": [{"$ref": "#/$defs/two-1.json"}, {"$ref": "#/$defs/x"}],
        "$defs": {
            "x": {},
            "two-1.json": {"items": {"$ref": "#/$defs/three-1.json/a"}},
            "three-1.json": {
                "a": {"$ref": "#/$defs/three-1.json/b"},
                "b": {"$ref": "#/$defs/two-1.json"},
            },
        },
    }
