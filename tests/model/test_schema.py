"""The JSON Schemas for third parties and the typed model, held against each other.

A schema is never stricter than the model. It is as strict but for what no schema can say, which
``ONLY_THE_MODEL`` lists.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.model import baseline_json, root
from gitbaseline.model.codec import CodecError, encode
from gitbaseline.model.shape import ShapeError

HERE = Path(__file__).parent
SCHEMAS = Path(baseline_json.__file__).parent / "schema"
NAMES = ["baseline-1.json", "registry-1.json"]


def load(name):
    return json.loads((SCHEMAS / name).read_text())


VALIDATORS = {name: jsonschema.Draft202012Validator(load(name)) for name in NAMES}
FULL = json.loads((HERE / "test_baseline_json/full.json").read_text())
LEAST = json.loads((HERE / "test_baseline_json/least.json").read_text())
ROOT = json.loads((HERE / "test_root/root.json").read_text())
[KEY] = ROOT["keys"]


def model_takes(name, document):
    read = baseline_json.from_bytes if name == "baseline-1.json" else root.from_bytes
    try:
        read(encode(document))
    except (CodecError, ShapeError):
        return False
    return True


def schema_takes(name, document):
    return VALIDATORS[name].is_valid(document)


def changed(document, path, value):
    document = copy.deepcopy(document)
    where = document
    for step in path[:-1]:
        where = where[step]
    if value is ...:
        del where[path[-1]]
    else:
        where[path[-1]] = value
    return document


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_one(name):
    jsonschema.Draft202012Validator.check_schema(load(name))


@pytest.mark.parametrize(
    ("name", "document"),
    [("baseline-1.json", FULL), ("baseline-1.json", LEAST), ("registry-1.json", ROOT)],
)
def test_good_documents_are_taken_by_both(name, document):
    assert model_takes(name, document)
    assert schema_takes(name, document)


def nodes(document, path=()):
    """Yield the path of every value in a document."""
    if path:
        yield path
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for step, value in items:
        if isinstance(value, dict | list):
            yield from nodes(value, (*path, step))
        else:
            yield (*path, step)


ODD = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "a\nb",
    "a\n",
    "\x1b",
    "a\u202eb",
    [],
    {},
    [None],
    {"": 1},
    ...,
]
CASES = [
    (name, document, path)
    for name, document in (
        ("baseline-1.json", FULL),
        ("baseline-1.json", LEAST),
        ("registry-1.json", ROOT),
    )
    for path in nodes(document)
]


# What the model refuses beyond every schema: keys named by a fingerprint, a live root key, a scalar
# that differs from its metric, lists out of order.
ONLY_THE_MODEL = [
    ("registry-1.json", ("keys",)),
    ("baseline-1.json", ("value",)),
    ("baseline-1.json", ("unit",)),
    ("baseline-1.json", ("direction",)),
    ("baseline-1.json", ("metrics",)),
    ("baseline-1.json", ("redacted",)),
]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_every_value_made_odd_is_judged_alike(value):
    for name, document, path in CASES:
        odd = changed(document, path, value)
        model, schema = model_takes(name, odd), schema_takes(name, odd)
        if (name, path[:1]) in ONLY_THE_MODEL:
            assert schema or not model, (name, path)
        else:
            assert schema == model, (name, path)


TABLE = [
    (["family"], "NCCL", False),
    (["family"], "a" * 65, False),
    (["family"], "con", False),
    (["family"], "con.x", False),
    (["family"], "console", True),
    (["family"], "readme.md", False),
    (["family"], "a.lock", False),
    (["family"], "a.", False),
    (["family"], "a.2", False),
    (["family"], "a.2x", True),
    (["family"], "a\n", False),
    (["measurement"], "nccl.2", True),
    (["measurement"], "nccl.999999", True),
    (["measurement"], "nccl.1", False),
    (["measurement"], "nccl.02", False),
    (["measurement"], "nccl.2.3", False),
    (["measurement"], "nccl.lock.2", False),
    (["measurement"], "con.2", False),
    (["measurement"], "readme.md.2", False),
    (["measurement"], "a" * 64 + ".2", True),
    (["measurement"], "a" * 65, False),
    (["continues"], "llama/nccl.2", True),
    (["continues"], "llama", False),
    (["continues"], "llama/nccl/x", False),
    (["continues"], "llama.2/nccl", False),
    (["registered_at_utc"], "2026-05-20T24:00:00Z", False),
    (["registered_at_utc"], "2026-13-20T00:00:00Z", False),
    (["registered_at_utc"], "2026-05-20T10:11:12Z\n", False),
    (["source_sha256"], "AB" * 32, False),
    (["source_sha256"], "ab" * 32 + "\n", False),
    (["git", "sha"], "ab" * 32, True),
    (["sol_pct"], None, False),
    (["schema_path"], None, False),
    (["source_path"], None, False),
    (["source_kind"], "inline", False),
    (["metrics", "busbw", "samples"], [], False),
    (["metrics", "latency", "headline"], False, False),
    (["extra"], {"deep": [{"": [1, None, "a\nb"]}]}, True),
    (["extra"], {"deep": [{"\x1b": 1}]}, False),
    (["context"], {"g": {"k": [1, "x"]}}, True),
    (["context"], {"g": {"k": [[]]}}, False),
    (["unheard"], 1, False),
]


@pytest.mark.parametrize(("path", "value", "good"), TABLE)
def test_both_say_the_same_of_an_entry(path, value, good):
    document = changed(FULL, path, value)
    assert (
        model_takes("baseline-1.json", document),
        schema_takes("baseline-1.json", document),
    ) == (
        good,
        good,
    )


@pytest.mark.parametrize(
    ("path", "value", "good"),
    [
        (["version"], 2, False),
        (["previous"], "ab" * 32, False),
        (["registry_id"], "AB" * 16, False),
        (["limits", "file_bytes"], 0, False),
        (["succeeds"], {"registry_id": "ab" * 16, "tip": "cd" * 20, "reason": "x"}, True),
        (["succeeds"], {"registry_id": "ab" * 16, "tip": "cd" * 20}, False),
        (["keys", KEY, "roles"], [], False),
        (["keys", KEY, "roles"], ["owner", "root"], False),
        (["keys", KEY, "families"], [], True),
        (["keys", KEY, "families"], ["Llama"], False),
        (["keys", KEY, "principal"], "*", False),
        (["keys", KEY, "added"], 0, False),
        (["keys", KEY, "expires"], 1, False),
        (["keys"], {}, False),
    ],
)
def test_both_say_the_same_of_a_root(path, value, good):
    document = changed(ROOT, path, value)
    assert (
        model_takes("registry-1.json", document),
        schema_takes("registry-1.json", document),
    ) == (
        good,
        good,
    )


@settings(max_examples=200, deadline=None)
@given(
    st.from_regex(r"(con|aux|readme\.md|[a-z0-9.]{1,4})(\.lock|\.[0-9]{1,2})?\n?", fullmatch=True)
)
def test_names_are_judged_alike(text):
    for key in ("family", "measurement"):
        document = changed(FULL, [key], text)
        assert schema_takes("baseline-1.json", document) == model_takes("baseline-1.json", document)
