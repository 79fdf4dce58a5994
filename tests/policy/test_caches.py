"""What is kept in memory is bounded, and never changes an answer."""

from __future__ import annotations

import pytest

from gitbaseline.model.objects import ObjectKind
from gitbaseline.policy import changes, recent


def test_what_was_kept_is_not_read_again_until_it_is_forgotten(grown, monkeypatch):
    monkeypatch.setattr(recent, "_KEPT", 5)
    kept = recent.Recent(grown.memory)
    content = [b"zero", b"1", b"22", b"33"]
    oids = [grown.memory.put("blob", data) for data in content]
    for oid, data in zip(oids, content, strict=True):
        kept.keep(oid, ObjectKind.BLOB, data)
    kept.keep(oids[1], ObjectKind.BLOB, content[1])  # it is there
    assert [kept.header(oid) for oid in oids] == [(ObjectKind.BLOB, len(d)) for d in content]
    assert [kept.read(oid) for oid in oids] == content
    grown.memory.closed.update(oids[1:])
    assert [kept.read(oid) for oid in oids[1:]] == content[1:]


def test_what_is_larger_than_all_that_may_be_kept_is_not(grown, monkeypatch):
    monkeypatch.setattr(recent, "_KEPT", 1)
    kept = recent.Recent(grown.memory)
    oid = grown.memory.put("blob", b"xx")
    kept.keep(oid, ObjectKind.BLOB, b"xx")
    grown.memory.closed.add(oid)
    with pytest.raises(AssertionError):
        kept.read(oid)


@pytest.mark.parametrize("is_kept", [True, False])
def test_whether_an_id_is_that_of_a_content(grown, is_kept):
    kept = recent.Recent(grown.memory)
    oid = grown.memory.put("blob", b"xx")
    if is_kept:
        kept.keep(oid, ObjectKind.BLOB, b"xx")
    assert kept.is_of(oid, ObjectKind.BLOB, b"xx")
    assert not kept.is_of(oid, ObjectKind.BLOB, b"xy")
    assert not kept.is_of(oid, ObjectKind.TREE, b"xx")


def test_trees_are_read_again_once_they_are_forgotten(grown, monkeypatch):
    monkeypatch.setattr(changes, "_KEPT_ENTRIES", 2)
    state = None
    for oid in grown.commits:
        checked = grown.fork().chain.check(oid, state)
        assert checked.violations == ()
        state = checked.state
    assert state == grown.state
