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
    return Loose(str(objects), durable=True)


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


def test_what_is_there_already_is_only_made_young(objects, writer):
    oid = writer.write(BLOB, b"data")
    path = place(objects, oid)
    os.utime(path, (1, 1))
    before = path.stat()
    assert writer.write(BLOB, b"data") == oid
    assert (path.stat().st_ino, path.stat().st_mtime > 1) == (before.st_ino, True)


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
def steps(monkeypatch):
    """What was done to the disk, in order: files and folders waited for, files given their name."""
    done = []
    fsync, rename = os.fsync, os.rename

    def waits(file):
        done.append(("wait", str(Path(f"/proc/self/fd/{file}").readlink())))
        fsync(file)

    def renames(old, new):
        done.append(("name", old))
        rename(old, new)

    monkeypatch.setattr(loose.os, "fsync", waits)
    monkeypatch.setattr(loose.os, "rename", renames)
    monkeypatch.setattr(loose.os, "sync", lambda: done.append(("wait", "*")))
    return done


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc here")


@needs_proc
@pytest.mark.parametrize("durable", [True, False])
def test_a_file_lies_on_the_disk_before_it_has_its_name(objects, steps, durable):
    Loose(str(objects), durable=durable).write(BLOB, b"data")
    what, files = zip(*steps, strict=True)
    assert what == (("wait", "name") if durable else ("name",))
    assert len(set(files)) == 1


@needs_proc
def test_to_settle_waits_for_each_folder_once(objects, writer, steps):
    written = [writer.write(BLOB, content) for content in (b"one", b"other")]
    steps.clear()
    writer.settle()
    wanted = [*{place(objects, oid).parent for oid in written}, objects]
    assert sorted(steps) == sorted(("wait", str(path.resolve())) for path in wanted)
    steps.clear()
    writer.settle()
    assert steps == []


@needs_proc
def test_together_nothing_is_waited_for_but_at_the_end(writer, steps):
    with writer.together():
        for number in range(3):
            writer.write(BLOB, str(number).encode())
        assert {what for what, _ in steps} == {"name"}
        steps.clear()
    writer.settle()
    assert steps == [("wait", "*")]
    steps.clear()
    writer.write(BLOB, b"alone again")
    assert [what for what, _ in steps] == ["wait", "name"]


def test_to_settle_what_git_has_packed_meanwhile(repo, objects, writer):
    oid = writer.write(BLOB, b"data")
    repo.git("update-ref", "refs/tags/kept", oid)
    repo.git("gc", "-q", "--prune=now")
    assert not place(objects, oid).exists()
    writer.settle()
    assert repo.git("cat-file", "blob", oid) == "data"
