from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from gitbaseline.model.codec import CodecError, encode
from gitbaseline.model.layout import entry_path
from gitbaseline.model.objects import ObjectKind, ObjectMissing, object_id
from gitbaseline.model.proof import Carried, Claim, from_bytes, to_bytes
from gitbaseline.model.shape import ShapeError

BLOB = object_id(ObjectKind.BLOB, b"hello")
TREE = object_id(ObjectKind.TREE, b"")
OBJECTS = {BLOB: (ObjectKind.BLOB, b"hello"), TREE: (ObjectKind.TREE, b"")}
CLAIM = Claim(
    entry=entry_path("fam", "step", "20260520T101112Z-2"),
    pin="ab" * 32,
    genesis="1" * 40,
    trust=("3" * 40, "2" * 40),
    record="4" * 40,
    tip="5" * 40,
)


def plain(**changes):
    return {**json.loads(to_bytes(CLAIM, Carried(OBJECTS))), **changes}


def read(**changes):
    return from_bytes(encode(plain(**changes)))


def test_what_is_written_is_read():
    data = to_bytes(CLAIM, Carried(OBJECTS))
    claim, carried = from_bytes(data)
    assert (claim, dict(carried.items())) == (CLAIM, OBJECTS)
    assert to_bytes(claim, carried) == data


def test_it_meets_its_schema():
    text = resources.files("gitbaseline.model").joinpath("schema/proof-1.json").read_text()
    schema = jsonschema.Draft202012Validator(json.loads(text))
    schema.check_schema(schema.schema)
    assert list(schema.iter_errors(plain())) == []
    assert list(schema.iter_errors(plain(extra=1))) != []


def test_what_was_asked_for_is_known():
    carried = Carried(OBJECTS)
    assert carried.header(BLOB) == (ObjectKind.BLOB, 5)
    assert (carried.unasked(), carried.lacking()) == ([TREE], [])
    assert carried.read(TREE) == b""
    for ask in (carried.header, carried.read):
        with pytest.raises(ObjectMissing):
            ask("9" * 40)
    assert (carried.unasked(), carried.lacking()) == ([], ["9" * 40])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "git-baseline/proof/2"}, "format: expected git-baseline/proof/1"),
        ({"entry": "fam/step"}, "entry: expected family/measurement/time, got 'fam/step'"),
        ({"entry": "Fam/step/20260520T101112Z"}, "entry: expected family/measurement/time"),
        ({"entry": "a/b/c/d"}, "entry: expected family/measurement/time"),
        ({"pin": "AB" * 32}, "pin: expected 64 hex digits"),
        ({"genesis": "1" * 39}, "genesis: expected a full commit id"),
        ({"record": None}, "record: expected text, got null"),
        ({"tip": "x"}, "tip: expected a full commit id"),
        ({"trust": {}}, "trust: expected a list"),
        ({"trust": ["x"]}, "trust: expected full commit ids"),
        ({"trust": [1]}, "trust: expected full commit ids"),
        ({"made": "now"}, "made: unknown key"),
        ({"objects": []}, "objects: expected an object, got a list"),
        ({"objects": {"blob": {}, "commit": {}}}, "objects.tree: missing"),
        (
            {"objects": {"blob": {}, "commit": {}, "tag": {}, "tree": {}}},
            "objects.tag: unknown key",
        ),
    ],
)
def test_another_shape(change, said):
    with pytest.raises(ShapeError) as refused:
        read(**change)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (BLOB, "aGVsbG8", "not base64"),
        (BLOB, "aGVsbG8=\n", "not base64"),
        (BLOB, "a GVsbG8", "not base64"),
        (BLOB, "aGVsbG9=", "not the one spelling of its base64"),
        (BLOB, "aGVsbG8\u00e9", "not base64"),
        (BLOB, 5, "expected base64, got a number"),
        ("abc", "", "expected object ids, each once, got 'abc'"),
        (TREE, "", "expected object ids, each once"),
    ],
)
def test_another_object(name, data, said):
    objects = {**plain()["objects"], "blob": {name: data}}
    with pytest.raises(ShapeError) as refused:
        read(objects=objects | {"tree": {TREE: ""}})
    assert said in str(refused.value)
    assert str(refused.value).startswith("objects.")


def test_it_has_one_spelling():
    data = to_bytes(CLAIM, Carried(OBJECTS))
    for other in (data[:-1], data + b"\n", data.replace(b"  ", b" "), b"", b"\xff", b"[]"):
        with pytest.raises((CodecError, ShapeError)):
            from_bytes(other)
    assert to_bytes(replace(CLAIM, trust=()), Carried({})) != data
