"""Loose objects written; git itself says whether they are whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from gitbaseline import loose
from gitbaseline.loose import Loose
from gitbaseline.model.objects import ObjectKind

BLOB = ObjectKind.BLOB
SIZES = [0, 1, 4095, 4096, 5000, 200_000]


@pytest.fixture
def objects(repo):
    return repo.path / ".git" / "objects"


@pytest.fixture
def writer(objects):
    return Loose(str(objects))


def place(objects, oid):
    return objects / oid[:2] / oid[2:]


@pytest.mark.parametrize("size", SIZES)
def test_git_reads_what_was_written(repo, writer, size):
    content = os.urandom(size)
    oid = writer.write(BLOB, content)
    assert oid == repo.git("hash-object", "--stdin", give=content)
    assert repo.run("cat-file", "blob", oid).stdout == content
    row = b"100644 a\0" + bytes.fromhex(oid)
    tree = writer.write(ObjectKind.TREE, row)
    assert repo.run("cat-file", "tree", tree).stdout == row
    repo.git("fsck", "--strict", "--full")


def test_only_what_gets_smaller_by_it_is_compressed(objects, writer):
    small, large = (writer.write(BLOB, b"a" * size) for size in (4000, 100_000))
    assert place(objects, small).stat().st_size > 4000
    assert place(objects, large).stat().st_size < 2000


def test_a_file_as_git_makes_it(repo, objects, writer):
    theirs = repo.git("hash-object", "-w", "--stdin", give=b"theirs")
    ours = writer.write(BLOB, b"ours")
    modes = [stat.S_IMODE(place(objects, oid).stat().st_mode) for oid in (ours, theirs)]
    folders = [stat.S_IMODE(place(objects, oid).parent.stat().st_mode) for oid in (ours, theirs)]
    assert (modes[0], folders[0]) == (modes[1], folders[1])


def test_what_is_there_already_is_young_again(repo, objects, writer):
    oid = writer.write(BLOB, b"data")
    path = place(objects, oid)
    os.utime(path, (1, 1))
    assert writer.write(BLOB, b"data") == oid
    assert path.stat().st_mtime > 1
    assert repo.git("cat-file", "blob", oid) == "data"


def test_a_folder_that_git_takes_away_meanwhile(repo, writer, monkeypatch):
    """git removes an emptied folder; it may do so between our making it and our file in it."""
    real, made = os.mkdir, []

    def overtaken(folder):
        real(folder)
        made.append(folder)
        if len(made) < 3:
            Path(folder).rmdir()

    monkeypatch.setattr(loose.os, "mkdir", overtaken)
    assert repo.git("cat-file", "blob", writer.write(BLOB, b"data")) == "data"
    assert len(made) == 3


def test_nothing_is_left_of_what_could_not_be_written(objects, writer, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(objects.rglob("*"))
    monkeypatch.setattr(loose.os, "rename", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        writer.write(BLOB, b"data")
    left = [path for path in objects.rglob("*") if path not in before and not path.is_dir()]
    assert left == []


@pytest.fixture
def waited(monkeypatch):
    """What was waited for, by path; ``*`` is all that the disk owes."""
    paths = []
    real = os.fsync

    def fsync(file):
        paths.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        real(file)

    monkeypatch.setattr(loose.os, "fsync", fsync)
    monkeypatch.setattr(loose.os, "sync", lambda: paths.append("*"))
    return paths


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc here")
def test_to_settle_waits_for_each_file_and_its_folder_once(objects, writer, waited):
    one, other = writer.write(BLOB, b"one"), writer.write(BLOB, b"other")
    assert waited == []
    writer.settle()
    files = [place(objects, oid) for oid in (one, other)]
    wanted = [*files, *{file.parent for file in files}, objects]
    assert sorted(waited) == sorted(str(path.resolve()) for path in wanted)
    waited.clear()
    writer.settle()
    assert waited == [str(objects.resolve())]


def test_to_settle_many_waits_for_the_whole_disk(writer, waited):
    for number in range(65):
        writer.write(BLOB, str(number).encode())
    writer.settle()
    assert waited == ["*"]


def test_to_settle_what_git_has_packed_meanwhile(repo, objects, writer):
    oid = writer.write(BLOB, b"data")
    repo.git("update-ref", "refs/tags/kept", oid)
    repo.git("gc", "-q", "--prune=now")
    assert not place(objects, oid).exists()
    writer.settle()
    assert repo.git("cat-file", "blob", oid) == "data"
