"""What is kept in memory is bounded, and never changes an answer."""

from __future__ import annotations

from gitbaseline.model.objects import ObjectKind
from gitbaseline.policy import changes, recent


def test_objects_are_read_again_once_they_are_forgotten(grown, monkeypatch):
    monkeypatch.setattr(recent, "_KEPT", 2)
    kept = recent.Recent(grown.memory)
    oids = [grown.memory.put("blob", bytes([i])) for i in range(4)]
    for _ in range(2):
        assert [kept.read(oid) for oid in oids] == [bytes([i]) for i in range(4)]
    assert [kept.header(oid) for oid in oids] == [grown.memory.header(oid) for oid in oids]
    grown.memory.closed.update(oids)
    assert kept.read(oids[-1]) == b"\3"


def test_what_was_stored_is_not_read_again_until_it_is_forgotten(grown, monkeypatch):
    monkeypatch.setattr(recent, "_KEPT", 2)
    kept = recent.Recent(grown.memory)
    oids = [grown.memory.put("blob", bytes([i])) for i in range(3)]
    for i, oid in enumerate(oids):
        kept.keep(oid, ObjectKind.BLOB, bytes([i]))
    grown.memory.closed.update(oids)
    assert [kept.read(oid) for oid in oids[1:]] == [b"\1", b"\2"]
    assert kept.header(oids[2]) == (ObjectKind.BLOB, 1)
    assert kept._kinds.keys() == kept._kept.keys()


def test_a_large_object_is_not_kept(grown, monkeypatch):
    monkeypatch.setattr(recent, "_LARGEST", 1)
    kept = recent.Recent(grown.memory)
    oid = grown.memory.put("blob", b"xx")
    assert kept.read(oid) == b"xx"
    kept.keep(oid, ObjectKind.BLOB, b"xx")
    assert kept._kept == kept._kinds == {}


def test_trees_are_read_again_once_they_are_forgotten(grown, monkeypatch):
    monkeypatch.setattr(changes, "_KEPT_ENTRIES", 2)
    state = None
    for oid in grown.commits:
        checked = grown.fork().chain.check(oid, state)
        assert checked.violations == ()
        state = checked.state
    assert state == grown.state
