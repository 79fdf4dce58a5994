"""The registry as files: folders as ``import`` reads them, or a lake of Parquet.

Rules:

- What a file of the registry holds is written byte for byte: an entry's folder appears whole, by a
  rename, and is never changed. One that is there already must be the same; anything else in its
  place is told, not overwritten.
- A large source is written as it is where its content can be had; else its pointers are.
- An index and a Parquet file grow with the registry; they are replaced at once.
- A name that could lead out of the folder is refused: a branch that nobody verified may hold one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gitbaseline import lake
from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import path_fault
from gitbaseline.model.pointer import Pointer, pointer_of
from gitbaseline.registry.reader import Reader
from gitbaseline.registry.unpointed import Find, content_name, pointers_of, with_content

PARTITIONS = ("family", "measurement")  # what the folders of the lake say, and its files do not
_PART = "part.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file or a folder of the export; ``new`` is False where it was there already.

    ``pointers`` is True of an entry whose source is elsewhere: its folder holds Git LFS pointers.
    """

    path: Path
    new: bool
    pointers: bool = False


def series(reader: Reader, pair: tuple[str, str], top: Path, find: Find) -> Iterator[Written]:
    """Write one measurement as folders; yield each entry, then what lies beside them.

    ``find`` finds the content of what Git LFS keeps; it is written in the place of the pointers.
    """
    for path in reader.paths(*pair):
        yield _entry(reader, path, top, find)
    for name in reader.stretches(*pair):
        folder = f"{pair[0]}/{name}"
        for file, data in reader.beside(folder).items():
            yield _beside(top / folder / file, data)


def partition(table: lake.Table, pair: tuple[str, str], top: Path) -> Written:
    """Write one measurement as ``family=<f>/measurement=<m>/part.parquet``, as Hive lays it out."""
    names = (f"{column}={name}" for column, name in zip(PARTITIONS, pair, strict=True))
    path = top.joinpath(*names, _PART)
    fresh = path.with_name(f".{_PART}.{os.getpid()}")
    with _writing(path, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        lake.write_parquet(table, fresh)
        new = not (path.is_file() and path.read_bytes() == fresh.read_bytes())
        fresh.replace(path)
    return Written(path=path, new=new)


def file(path: Path, lines: Iterator[str]) -> Written:
    """Write lines of text as one file, in the place of what is there."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with _writing(path, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in lines)
        fresh.replace(path)
    return Written(path=path, new=True)


def _entry(reader: Reader, path: EntryPath, top: Path, find: Find) -> Written:
    target = top / str(path)
    files = {name: reader.file(path, name) for name in reader.files(path)}
    for name in files:
        fault = path_fault(name)
        if fault:
            raise Unable(
                f"a file of this entry cannot be written: {fault}",
                code="export/name",
                where=str(path),
                hint="git baseline verify",
            )
    if target.exists():
        return _kept(target, files)
    whole = with_content(files, str(path), find)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with _writing(target, fresh):
        for name, content in (whole or files).items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, file)
            else:
                file.write_bytes(content)
        fresh.replace(target)
    return Written(path=target, new=True, pointers=whole is None)


def _kept(target: Path, files: Mapping[str, bytes]) -> Written:
    """Return what was said of a folder that is there; InputError where it is not the entry's."""
    facts = {name: pointer_of(data) for name, data in files.items()}
    pointers = pointers_of(files)
    whole = {name: fact for name, fact in facts.items() if name not in pointers}
    whole.update((content_name(name), pointer) for name, pointer in pointers.items())
    there = _there(target)
    if there not in (whole, facts):
        raise _other(target)
    return Written(path=target, new=False, pointers=there != whole)


def _there(folder: Path) -> dict[str, Pointer]:
    """Return digest and size of each file of a folder."""
    try:
        return {
            path.relative_to(folder).as_posix(): _fact(path)
            for path in folder.rglob("*")
            if not path.is_dir()
        }
    except OSError as error:
        raise _unwritable(folder, error) from None


def _fact(path: Path) -> Pointer:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Pointer(oid=digest, size=stream.tell())


def _beside(path: Path, data: bytes) -> Written:
    """Write an index or an event; what is there must be its beginning."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with _writing(path, fresh):
        there = path.read_bytes() if path.exists() else b""
        if not data.startswith(there):
            raise _other(path)
        if there != data:
            fresh.write_bytes(data)
            fresh.replace(path)
    return Written(path=path, new=there != data)


def _other(path: Path) -> InputError:
    return InputError(
        "is there already, and is not what the registry holds",
        code="export/differs",
        where=str(path),
        hint="export into an empty folder",
    )


class _writing:  # noqa: N801 - reads as a word in "with _writing(path, fresh):"
    """Turn a failure to write into one plain error, and leave nothing half-written behind."""

    def __init__(self, path: Path, fresh: Path) -> None:
        self._path = path
        self._fresh = fresh

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        with suppress(OSError):  # it was never there
            shutil.rmtree(self._fresh) if self._fresh.is_dir() else self._fresh.unlink()
        if isinstance(error, OSError):
            raise _unwritable(self._path, error) from None


def _unwritable(path: Path, error: OSError) -> Unable:
    return Unable(
        f"cannot be written: {error.strerror or error}", code="export/write", where=str(path)
    )
