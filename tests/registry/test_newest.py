"""Entries from the newest on, without taking folders apart: the same as by taking them apart."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.model.baseline_json import to_bytes
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import SlugKey, continued, parse_slug
from gitbaseline.model.objects import ObjectKind, object_id
from gitbaseline.model.tree import Node, TreeFault, parse
from gitbaseline.model.tree_build import build
from gitbaseline.policy.changes import TREE_LIMIT, Trees
from gitbaseline.registry.newest import newest
from gitbaseline.registry.reader import Reader

# Digests that look like what lies between them, the worst there can be.
DIGESTS = st.sampled_from(
    [
        "11" * 20,
        b"0101T000000Z\x0040000 2".hex(),
        b"40000 20260101T00000".hex(),
        b"100644 INDEX.md\x0012345"[:20].hex(),
        "00" * 20,
    ]
)
SECONDS = st.sampled_from(["20260101T000000Z", "20260101T000001Z", "20251231T235959Z"])
SLUGS = st.builds(SlugKey, SECONDS, st.integers(1, 120))
FILES = st.sampled_from(["INDEX.md", "INDEX-2.md", "INDEX-10.md"])
EVENTS = st.builds(
    lambda slug, kind: f"{slug}.{kind}.json", SLUGS, st.sampled_from(["accepted", "retracted"])
)
NO_DAY = st.just("20260231T000000Z")
FOLDERS = st.dictionaries(
    st.one_of(SLUGS.map(str), NO_DAY), st.builds(Node, DIGESTS, st.just(True)), max_size=30
)
BESIDE = st.dictionaries(
    st.one_of(FILES, EVENTS), st.builds(Node, DIGESTS, st.just(False)), max_size=9
)
MEASUREMENTS = st.builds(lambda entries, beside: entries | beside, FOLDERS, BESIDE)


def listed(raw):
    return [(one.path.slug, one.folder, set(one.beside)) for one in newest(raw, "fam", "m")]


def taken_apart(raw):
    """Return what the folder lists, newest first, by reading all of it and looking each up."""
    tree = parse(raw)
    files = {name for name, node in tree if not node.is_folder}
    found = [(parse_slug(name), node.oid) for name, node in tree if node.is_folder]
    return [
        (slug, oid, {file for file in files if file.startswith(f"{slug}.")})
        for slug, oid in sorted((one for one in found if one[0]), reverse=True)
    ]


@settings(deadline=None)
@given(MEASUREMENTS)
def test_a_folder_read_from_its_end(nodes):
    raw = build(nodes)
    assert listed(raw) == taken_apart(raw)


@settings(deadline=None)
@given(
    MEASUREMENTS,
    st.dictionaries(
        st.sampled_from(["a b", "é", "zz", "20260101", "x" * 99, "0"]),
        st.builds(Node, DIGESTS, st.booleans()),
        min_size=1,
    ),
)
def test_what_has_no_business_there_changes_nothing(nodes, others):
    raw = build(nodes | others)
    assert listed(raw) == taken_apart(raw)


@pytest.mark.parametrize(
    "raw",
    [b"40000 2026", b"\0" * 20, b"40000 20260101T000000Z\0" + b"1" * 19, b"160000 a\0" + b"1" * 20],
)
def test_a_malformed_folder(raw):
    with pytest.raises(TreeFault):
        listed(raw)


@settings(deadline=None)
@given(st.lists(st.tuples(st.one_of(SLUGS.map(str), FILES, EVENTS), DIGESTS), max_size=6))
def test_a_folder_in_no_order_is_refused_in_the_words_of_one_read_whole(lines):
    raw = b"".join(
        (b"100644 " if name.endswith(("md", "json")) else b"40000 ")
        + name.encode()
        + b"\0"
        + bytes.fromhex(digest)
        for name, digest in lines
    )
    try:
        expected = taken_apart(raw)
    except TreeFault as fault:
        with pytest.raises(TreeFault, match=f"^{re.escape(str(fault))}$"):
            listed(raw)
    else:
        assert listed(raw) == expected


def test_no_more_is_read_than_is_asked_for():
    found = newest(
        b"not a tree"
        + build(
            {
                name: Node("11" * 20, is_folder=True)
                for name in ("20260101T000000Z", "20260102T000000Z")
            }
        ),
        "fam",
        "m",
    )
    assert next(found).path.slug == SlugKey("20260102T000000Z", 1)
    with pytest.raises(TreeFault):
        next(found)


class Memory(dict):
    """Objects by id."""

    def put(self, kind, raw):
        oid = object_id(kind, raw)
        self[oid] = kind, raw
        return oid

    def tree(self, nodes):
        return Node(self.put(ObjectKind.TREE, build(nodes)), is_folder=True)

    def header(self, oid):
        kind, raw = self[oid]
        return kind, len(raw)

    def read(self, oid):
        return self[oid][1]


def reader_of(stretches, memory=None, distrusted=()):
    """Return a reader of the measurement ``fam/m`` over these folders."""
    memory = memory or Memory()
    folders = {continued("m", n): memory.tree(nodes) for n, nodes in enumerate(stretches, 1)}
    top = memory.tree({"fam": memory.tree(folders or {"other": memory.tree({})})})
    state = SimpleNamespace(tree=top.oid, distrusted=frozenset(distrusted))
    return Reader(memory, Trees(memory), state)


@settings(deadline=None)
@given(st.lists(FOLDERS, max_size=11))
def test_stretches_are_one_history(stretches):
    reader = reader_of(stretches)
    everything = [
        EntryPath(family="fam", measurement=continued("m", ordinal), slug=slug)
        for ordinal, nodes in enumerate(stretches, 1)
        for slug in map(parse_slug, nodes)
        if slug
    ]
    # Of one second, what lies in the older stretch is the older.
    naive = sorted(
        everything, key=lambda path: (path.slug, len(path.measurement), path.measurement)
    )
    assert reader.paths("fam", "m") == naive
    assert reader.paths("nowhere", "m") == []
    assert list(reader.newest("fam", "m")) == naive[::-1]
    assert reader.stretches("fam", "m") == [continued("m", n) for n in range(1, len(stretches) + 1)]


def test_of_a_measurement_that_is_not_there():
    reader = reader_of([])
    assert reader.paths("fam", "m") == []
    assert list(reader.listed_in("fam", "m")) == []
    assert list(reader.newest("nowhere", "m")) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MEASUREMENTS, min_size=1, max_size=3), st.data())
def test_an_entry_is_the_same_whichever_way_it_is_read(desk, stretches, data):
    memory = Memory()
    file = memory.put(ObjectKind.BLOB, to_bytes(desk.entry()))
    folder = memory.tree({"baseline.json": Node(file, is_folder=False)})
    stretches = [
        {
            name: replace(node, oid=folder.oid) if node.is_folder else node
            for name, node in s.items()
        }
        for s in stretches
    ]
    events = sorted(f"fam/m/{name}" for s in stretches for name in s if name.endswith(".json"))
    distrusted = data.draw(st.sets(st.sampled_from(events))) if events else set()
    entries = sorted(f"fam/m/{name}" for s in stretches for name in s if parse_slug(name))
    distrusted |= data.draw(st.sets(st.sampled_from(entries))) if entries else set()
    reader = reader_of(stretches, memory, distrusted)
    singly = [reader.entry(path) for path in reader.newest("fam", "m")]
    assert list(reader.entries("fam", "m")) == singly
    named = {
        str(one.path): (one.accepted, one.retracted, one.distrusted)
        for one in singly
        if one.path.measurement == "m"
    }
    assert named == {
        f"fam/m/{name}": (
            f"{name}.accepted.json" in stretches[0]
            and f"fam/m/{name}.accepted.json" not in distrusted,
            f"{name}.retracted.json" in stretches[0]
            and f"fam/m/{name}.retracted.json" not in distrusted,
            f"fam/m/{name}" in distrusted,
        )
        for name in stretches[0]
        if parse_slug(name)
    }


def test_a_folder_beyond_any_measure_is_refused():
    reader = reader_of([{"20260101T000000Z": Node("11" * 20, is_folder=True)}])
    memory = reader._objects
    folder = reader._trees.find(reader.state.tree, "fam/m").oid
    memory[folder] = ObjectKind.TREE, b"0" * (TREE_LIMIT + 1)
    with pytest.raises(TreeFault, match="at most 4194304"):
        list(reader.newest("fam", "m"))
