"""Objects in and out, and the ref moved by compare-and-swap."""

from __future__ import annotations

import errno
import hashlib
import os
import resource

import pytest

from gitbaseline import loose
from gitbaseline.errors import RefLocked, TipMoved, Unable
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.store import Store

REF = "refs/heads/baselines"
NOWHERE = Oid("1" * 40)


@pytest.fixture
def store(repo):
    return Store(repo.path / ".git")


def test_objects_are_those_of_git(repo, store):
    blob = store.write(ObjectKind.BLOB, b"data")
    assert blob == hashlib.sha1(b"blob 4\0data").hexdigest()
    assert repo.git("cat-file", "blob", blob) == "data"
    assert (store.header(blob), store.read(blob)) == ((ObjectKind.BLOB, 4), b"data")
    tree = store.write(ObjectKind.TREE, b"100644 a\0" + bytes.fromhex(blob))
    assert repo.git("ls-tree", tree) == f"100644 blob {blob}\ta"
    raw = repo.run("cat-file", "commit", "HEAD").stdout
    assert store.write(ObjectKind.COMMIT, raw) == repo.git("rev-parse", "HEAD")
    repo.git("gc", "-q")
    head = Oid(repo.git("rev-parse", "HEAD"))
    assert (store.read(head), store.header(head)[0]) == (raw, ObjectKind.COMMIT)
    with pytest.raises(ObjectMissing):
        store.read(NOWHERE)
    with pytest.raises(ObjectMissing):
        store.header(NOWHERE)


def test_a_corrupt_object_is_as_good_as_missing(repo, store):
    blob = store.write(ObjectKind.BLOB, b"data")
    path = repo.path / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"junk")
    with pytest.raises(ObjectMissing):
        Store(repo.path / ".git").read(blob)


def test_what_cannot_be_opened_or_written(repo, store, tmp_path):
    with pytest.raises(Unable) as caught:
        Store(tmp_path)
    assert (caught.value.code, caught.value.where) == ("repository/open", str(tmp_path))
    objects = repo.path / ".git" / "objects"
    objects.rename(repo.path / "elsewhere")
    for _ in ("no folder at all", "no folder"):
        with pytest.raises(Unable) as caught:
            store.write(ObjectKind.BLOB, b"data")
        assert (caught.value.code, caught.value.where) == ("repository/write", str(objects))
        objects.write_text("no folder")


@pytest.mark.parametrize("size", [10, 100_000])
def test_what_does_not_fit_on_the_disk_is_told_as_that(repo, store, size):
    """A limit on the size of files stands for the disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limits[1]))
    try:
        with pytest.raises(Unable) as caught:
            store.write(ObjectKind.BLOB, os.urandom(size))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    objects = repo.path / ".git" / "objects"
    said = str(caught.value)
    assert said.startswith(f"{objects}: could not write to the repository: ")
    assert said.endswith(os.strerror(errno.EFBIG))
    assert caught.value.hint.endswith(f"df -h {objects}")
    assert not list(objects.rglob("tmp*"))


def test_more_folders_of_objects(repo, make_repo, tmp_path):
    other = make_repo(tmp_path / "other")
    blob = Oid(other.git("hash-object", "-w", "--stdin", give=b"theirs"))
    joined = Store(repo.path / ".git", also=[other.path / ".git" / "objects"])
    assert joined.read(blob) == b"theirs"


def test_the_ref_moves_from_what_was_seen_only(repo, store):
    first = Oid(repo.git("rev-parse", "HEAD"))
    second = Oid(repo.commit("second"))
    assert store.tip(REF) is None
    with pytest.raises(TipMoved):
        store.advance(REF, expected=first, new=second, note="not there yet")
    store.advance(REF, expected=None, new=first, note="begun")
    with pytest.raises(TipMoved):
        store.advance(REF, expected=None, new=second, note="begun twice")
    with pytest.raises(TipMoved):
        store.advance(REF, expected=second, new=second, note="another tip")
    store.advance(REF, expected=first, new=second, note="a note")
    assert store.tip(REF) == repo.git("rev-parse", REF) == second
    assert repo.git("reflog", "show", "--format=%gs", REF).splitlines()[0] == "a note"
    assert dict(store.refs("refs/heads/")) == {REF: second, "refs/heads/main": second}


@pytest.mark.parametrize("durable", [True, False])
def test_objects_are_on_the_disk_before_the_ref_moves(repo, monkeypatch, durable):
    store = Store(repo.path / ".git", durable=durable)
    store.write(ObjectKind.BLOB, b"data")
    tips, fsync = [], os.fsync
    monkeypatch.setattr(loose.os, "fsync", lambda file: (tips.append(store.tip(REF)), fsync(file)))
    first = Oid(repo.git("rev-parse", "HEAD"))
    store.advance(REF, expected=None, new=first, note="begun")
    assert (tips, store.tip(REF)) == ([None, None] if durable else [], first)  # two folders


def test_a_disk_that_fails_while_it_is_waited_for(repo, monkeypatch):
    store = Store(repo.path / ".git", durable=True)

    def broken():
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(store._loose, "settle", broken)
    with pytest.raises(Unable, match=os.strerror(errno.EIO)):
        store.advance(REF, expected=None, new=Oid(repo.git("rev-parse", "HEAD")), note="begun")
    assert store.tip(REF) is None


@pytest.mark.parametrize("there", [True, False])
def test_a_held_lock(repo, store, there):
    head = Oid(repo.git("rev-parse", "HEAD"))
    if there:
        repo.git("update-ref", REF, head)
    lock = repo.path / ".git" / f"{REF}.lock"
    lock.touch()
    with pytest.raises(RefLocked) as caught:
        store.advance(REF, expected=head if there else None, new=head, note="x")
    assert caught.value.hint == f"if none is running: rm {lock}"
    assert str(caught.value) == f"{REF} is locked by another process"


@pytest.mark.parametrize("there", [True, False])
def test_a_lock_that_does_not_fit_on_the_disk_is_nobodys(repo, store, monkeypatch, there):
    head = Oid(repo.git("rev-parse", "HEAD"))
    lock = repo.path / ".git" / f"{REF}.lock"
    text = f"failed to create locked file '{lock}': {os.strerror(errno.ENOSPC)}"

    class Full:
        def __getattr__(self, name):
            raise OSError(text)

        path = f"{repo.path}/.git/"

    monkeypatch.setattr(store, "_repo", Full())
    with pytest.raises(Unable) as caught:
        store.advance(REF, expected=head if there else None, new=head, note="x")
    assert (caught.value.code, str(caught.value)) == ("ref/write", f"could not move {REF}: {text}")
    assert caught.value.hint.endswith(f"df -h {lock.parent}")


def test_a_ref_that_cannot_be_written(repo, store):
    head = Oid(repo.git("rev-parse", "HEAD"))
    repo.git("update-ref", f"{REF}/below", head)
    with pytest.raises(Unable) as caught:
        store.advance(REF, expected=None, new=head, note="x")
    assert caught.value.code in ("ref/write", "ref/locked", "ref/moved")
    assert store.tip(REF) is None


def test_symbolic_refs(repo, store):
    repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    repo.git("symbolic-ref", "refs/heads/second", "refs/heads/alias")
    repo.git("symbolic-ref", "refs/heads/round", "refs/heads/round2")
    repo.git("symbolic-ref", "refs/heads/round2", "refs/heads/round")
    aliases = ("alias", "second", "main", "none")
    assert [store.alias_of(f"refs/heads/{name}") for name in aliases] == [
        "refs/heads/main",
        "refs/heads/main",
        None,
        None,
    ]
    store.alias_of("refs/heads/round")  # ends
    assert store.tip("refs/heads/alias") == repo.git("rev-parse", "main")
    assert store.tip("refs/heads/round") is None


def test_history(repo, store):
    first = Oid(repo.git("rev-parse", "HEAD"))
    second = Oid(repo.commit("second"))
    repo.git("checkout", "-q", "-b", "side", first)
    side = Oid(repo.commit("side"))
    assert [store.is_ancestor(first, tip) for tip in (first, second, side)] == [True] * 3
    assert (store.is_ancestor(second, side), store.is_ancestor(NOWHERE, side)) == (False, False)
    assert store.merge_base(second, side) == first
    assert store.merge_base(second, NOWHERE) is None
    repo.git("checkout", "-q", "--orphan", "alone")
    alone = Oid(repo.commit("alone"))
    assert store.merge_base(second, alone) is None
    repo.git("tag", "-a", "-m", "t", "v1", second)
    tag, blob = (Oid(repo.git("rev-parse", name)) for name in ("v1", "v1:code.txt"))
    assert [store.commit_of(oid) for oid in (tag, second, blob, NOWHERE)] == [
        second,
        second,
        None,
        None,
    ]
