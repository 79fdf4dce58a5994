"""Entries from the newest on, without taking folders apart: the same as by taking them apart."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import SlugKey, continued, parse_slug
from gitbaseline.model.objects import ObjectKind, object_id
from gitbaseline.model.tree import Node, TreeFault, build, parse
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


def taken_apart(raw):
    found = (parse_slug(name) for name, node in parse(raw) if node.is_folder)
    return sorted(filter(None, found), reverse=True)


@settings(deadline=None)
@given(MEASUREMENTS)
def test_a_folder_read_from_its_end(nodes):
    raw = build(nodes)
    assert list(newest(raw)) == taken_apart(raw)


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
    assert list(newest(raw)) == taken_apart(raw)


@pytest.mark.parametrize(
    "raw",
    [b"40000 2026", b"\0" * 20, b"40000 20260101T000000Z\0" + b"1" * 19, b"160000 a\0" + b"1" * 20],
)
def test_a_malformed_folder(raw):
    with pytest.raises(TreeFault):
        list(newest(raw))


def test_no_more_is_read_than_is_asked_for():
    found = newest(
        b"not a tree"
        + build(
            {
                name: Node("11" * 20, is_folder=True)
                for name in ("20260101T000000Z", "20260102T000000Z")
            }
        )
    )
    assert next(found) == SlugKey("20260102T000000Z", 1)
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


def reader_of(stretches):
    """Return a reader of the measurement ``fam/m`` over these folders."""
    memory = Memory()
    folders = {continued("m", n): memory.tree(nodes) for n, nodes in enumerate(stretches, 1)}
    top = memory.tree({"fam": memory.tree(folders or {"other": memory.tree({})})})
    return Reader(memory, Trees(memory), SimpleNamespace(tree=top.oid))


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
    assert list(reader.newest("fam", "m")) == naive[::-1]
    assert reader.stretches("fam", "m") == [continued("m", n) for n in range(1, len(stretches) + 1)]


def test_of_a_measurement_that_is_not_there():
    reader = reader_of([])
    assert reader.paths("fam", "m") == []
    assert list(reader.newest_of("fam", "m")) == []
    assert list(reader.newest("nowhere", "m")) == []


def test_a_folder_beyond_any_measure_is_refused():
    reader = reader_of([{"20260101T000000Z": Node("11" * 20, is_folder=True)}])
    memory = reader._objects
    folder = reader._trees.find(reader.state.tree, "fam/m").oid
    memory[folder] = ObjectKind.TREE, b"0" * (TREE_LIMIT + 1)
    with pytest.raises(TreeFault, match="at most 4194304"):
        list(reader.newest("fam", "m"))
