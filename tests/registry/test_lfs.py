"""Large sources: what stays on disk, what becomes a pointer, and the store of the objects."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.formats.base import Source, SourceFile
from gitbaseline.model.baseline import SourceKind
from gitbaseline.model.manifest import digest
from gitbaseline.model.pointer import pointer_of, to_bytes
from gitbaseline.model.root import Limits
from gitbaseline.registry import compose, privacy
from gitbaseline.registry.compose import OnDisk
from gitbaseline.registry.large import Large, large, looked_through
from gitbaseline.registry.lfs import Shelf
from gitbaseline.registry.payload import payload_of

LIMITS = Limits(file_bytes=10, entry_bytes=15, entry_files=3)
SECRET = b"token ghp_" + b"a1B2" * 9 + b"\n"


def stored(files, kind="file", **about):
    source = Source(
        name="run.log",
        kind=kind,
        files=tuple(SourceFile(path=path, data=data) for path, data in files.items()),
    )
    return privacy.stored(source, texts={}, redact=False, allowed=(), **about)


def on_disk(source):
    return privacy.stored(source, texts={}, redact=False, allowed=())


# which are large


@pytest.mark.parametrize(
    ("sizes", "is_large"), [((10,), False), ((11,), True), ((5, 10), False), ((6, 10), True)]
)
def test_beyond_either_limit(tmp_path, sizes, is_large):
    for number, size in enumerate(sizes):
        (tmp_path / f"{number}.log").write_bytes(b"x" * size)
    found = large(tmp_path, LIMITS)
    assert (found is not None) is is_large
    if len(sizes) == 1:
        assert (large(tmp_path / "0.log", LIMITS) is not None) is is_large


def test_what_a_large_source_is(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.log").write_bytes(b"x" * 11)
    (tmp_path / "a").touch()
    found = large(tmp_path, LIMITS)
    assert found == Large(
        name=str(tmp_path),
        kind=SourceKind.DIRECTORY,
        size=11,
        files=(("a", tmp_path / "a"), ("b/c.log", tmp_path / "b" / "c.log")),
    )
    file = large(tmp_path / "b" / "c.log", LIMITS)
    assert (file.kind, file.files) == (SourceKind.FILE, (("c.log", tmp_path / "b" / "c.log"),))


def test_what_cannot_be_kept_is_refused_whatever_its_size(tmp_path):
    (tmp_path / "a.log").symlink_to("b")
    with pytest.raises(InputError) as caught:
        large(tmp_path, LIMITS)
    assert caught.value.code == "source/link"
    (tmp_path / "a.log").unlink()
    for number in range(4):
        (tmp_path / f"{number}").write_bytes(b"12345")
    with pytest.raises(InputError) as caught:
        large(tmp_path, LIMITS)
    assert str(caught.value) == f"{tmp_path}: 4 files, the registry takes at most 3"


def test_a_file_that_goes_away(tmp_path, monkeypatch):
    file = tmp_path / "run.log"
    file.write_bytes(b"x" * 11)
    found = large(file, LIMITS)
    file.unlink()
    with pytest.raises(InputError) as caught:
        looked_through(found)
    assert caught.value.code == "source/none"
    monkeypatch.setattr("gitbaseline.registry.source.mode_of", lambda _: 0o100644)
    with pytest.raises(InputError) as caught:
        large(file, LIMITS)
    assert caught.value.code == "source/none"


def test_it_is_stored_by_its_digest(tmp_path):
    files = {"a.log": b"x" * 30, "b/c.log": b"y" * 3}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    found = on_disk(large(tmp_path, LIMITS))
    assert (found.source_sha256, found.source_bytes) == (digest(files), 33)
    assert found.files["a.log"] == OnDisk(at=tmp_path / "a.log", pointer=pointer_of(b"x" * 30))
    alone = on_disk(large(tmp_path / "a.log", LIMITS))
    assert alone.source_sha256 == sha256(b"x" * 30).hexdigest()


def test_secrets_in_it(tmp_path):
    file = tmp_path / "run.log"
    file.write_bytes(b"x\n" * 10 + SECRET)
    found = large(file, LIMITS)
    with pytest.raises(InputError) as caught:
        privacy.stored(found, texts={}, redact=True, allowed=())
    assert (caught.value.code, caught.value.where) == ("secret/found", str(file))
    assert "run.log line 11: access token (fingerprint " in caught.value.message
    assert caught.value.hint == (
        "give a copy without it, since --redact does not reach a source of this size; "
        "--allow-secret FINGERPRINT lets one through"
    )
    fingerprint = caught.value.message.split("fingerprint ")[1].split(")")[0]
    taken = privacy.stored(found, texts={}, redact=False, allowed=(fingerprint,))
    assert taken.allowed_secrets == (fingerprint,)
    told = {"--notes": SECRET.decode()}
    with pytest.raises(InputError) as caught:
        privacy.stored(found, texts=told, redact=False, allowed=("0" * 16,))
    assert caught.value.message.count("access token") == 2


# what becomes a pointer


@pytest.mark.parametrize(
    ("lfs", "size", "pointed"),
    [(None, 10, False), (None, 11, True), (True, 1, True), (False, 10, False)],
)
def test_by_itself_or_as_one_says(lfs, size, pointed):
    data = b"x" * size
    taken = payload_of(stored({"run.log": data}), LIMITS, lfs=lfs)
    plain = {"source-snapshot.log": data}
    kept = {"source-snapshot.lfs.log": to_bytes(pointer_of(data))}
    assert taken.files == (kept if pointed else plain)
    assert taken.objects == ({pointer_of(data).oid: data} if pointed else {})
    assert taken.size == (size if pointed else 0)


def test_of_a_folder_every_file(tmp_path):
    files = {"a": b"123456", "b/c": b"123456", "empty": b"", "d": b"1234"}
    given = compose.with_schema(stored(files, kind="directory"), "s.json", b"{}")
    taken = payload_of(given, LIMITS, lfs=None)
    assert taken.files == {
        "schema.json": b"{}",
        **{f"source-snapshot.lfs/{p}": to_bytes(pointer_of(d)) for p, d in files.items()},
    }
    assert taken.files["source-snapshot.lfs/empty"] == b""
    assert taken.objects == {pointer_of(data).oid: data for data in (b"123456", b"1234")}
    assert taken.size == 10


# the store


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "git", {})


def test_where_objects_lie(tmp_path):
    oid = "abcd" + "0" * 60
    inner = f"objects/ab/cd/{oid}"
    for value, folder in (
        (None, tmp_path / "lfs"),
        ("", tmp_path / "lfs"),
        ("big", tmp_path / "big"),
        ("/srv/big", tmp_path / "/srv/big"),
    ):
        config = {} if value is None else {"lfs.storage": value}
        assert Shelf(tmp_path, config).place(oid) == folder / inner


def test_what_is_kept_is_found(shelf, tmp_path):
    big = tmp_path / "big.bin"
    big.write_bytes(b"big" * 1_000_000)
    there = OnDisk(at=big, pointer=pointer_of(big.read_bytes()))
    small = pointer_of(b"small")
    shelf.keep({small.oid: b"small", there.pointer.oid: there})
    with shelf.find(small) as stream:
        assert stream.read() == b"small"
    with shelf.find(there.pointer) as stream:
        assert stream.read() == big.read_bytes()
    assert shelf.find(pointer_of(b"other")) is None
    assert list((tmp_path / "git" / "lfs" / "tmp").iterdir()) == []


def test_it_is_on_the_disk_under_its_name_before_anything_points_to_it(shelf, monkeypatch):
    done = []
    real_replace, real_fsync = Path.replace, os.fsync

    def replace(path, to):
        done.append("named")
        return real_replace(path, to)

    def fsync(descriptor):
        done.append(Path(f"/proc/self/fd/{descriptor}").resolve().name)
        return real_fsync(descriptor)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(os, "fsync", fsync)
    oid = pointer_of(b"x").oid
    shelf.keep({oid: b"x"})
    assert done[0].startswith("git-baseline-")
    assert done[1:] == ["named", oid[2:4], oid[:2], "objects"]


def test_the_user_s_umask_says_who_may_read_it(shelf):
    old = os.umask(0o027)
    try:
        shelf.keep({pointer_of(b"x").oid: b"x"})
    finally:
        os.umask(old)
    assert shelf.place(pointer_of(b"x").oid).stat().st_mode & 0o777 == 0o640


def test_what_is_damaged_is_told_and_mended(shelf):
    pointer = pointer_of(b"content")
    shelf.keep({pointer.oid: b"content"})
    shelf.place(pointer.oid).write_bytes(b"context")
    with pytest.raises(Unable) as caught:
        shelf.find(pointer)
    assert (caught.value.code, caught.value.where) == ("lfs/damaged", str(shelf.place(pointer.oid)))
    shelf.keep({pointer.oid: b"content"})
    with shelf.find(pointer) as stream:
        assert stream.read() == b"content"


def test_a_source_that_changes_meanwhile(shelf, tmp_path):
    file = tmp_path / "run.bin"
    file.write_bytes(b"one")
    given = OnDisk(at=file, pointer=pointer_of(b"one"))
    file.write_bytes(b"two")
    with pytest.raises(InputError) as caught:
        shelf.keep({given.pointer.oid: given})
    assert (caught.value.code, caught.value.where) == ("source/changed", str(file))
    file.unlink()
    with pytest.raises(InputError) as caught:
        shelf.keep({given.pointer.oid: given})
    assert caught.value.code == "source/none"
    assert [path for path in (tmp_path / "git").rglob("*") if path.is_file()] == []


def test_a_store_that_cannot_be_written_or_read(shelf, tmp_path):
    pointer = pointer_of(b"x")
    place = shelf.place(pointer.oid)
    place.mkdir(parents=True)
    with pytest.raises(Unable) as caught:
        shelf.find(pointer)
    assert caught.value.code == "lfs/unreadable"
    with pytest.raises(Unable) as caught:
        shelf.keep({pointer.oid: b"x"})
    assert (caught.value.code, caught.value.where) == ("lfs/write", str(place))
    (tmp_path / "file").touch()
    with pytest.raises(Unable) as caught:
        Shelf(tmp_path / "file", {}).keep({pointer.oid: b"x"})
    assert caught.value.code == "lfs/write"


def test_a_disk_that_fails_while_it_is_read(shelf, monkeypatch):
    pointer = pointer_of(b"x")
    shelf.keep({pointer.oid: b"x"})

    def fails(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("hashlib.file_digest", fails)
    with pytest.raises(Unable) as caught:
        shelf.find(pointer)
    assert caught.value.message == "the Git LFS object cannot be read: Input/output error"
