"""The registry as files: folders as ``import`` reads them, or a lake of Parquet.

Rules:

- What a file of the registry holds is written byte for byte: an entry's folder appears whole, by a
  rename, and is never changed. One that is there already must be the same; anything else in its
  place is told, not overwritten.
- An index and a Parquet file grow with the registry; they are replaced at once.
- A name that could lead out of the folder is refused: a branch that nobody verified may hold one.
"""

from __future__ import annotations

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
from gitbaseline.registry.reader import Reader

PARTITIONS = ("family", "measurement")  # what the folders of the lake say, and its files do not
_PART = "part.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file or a folder of the export; ``new`` is False where it was there already."""

    path: Path
    new: bool


def series(reader: Reader, pair: tuple[str, str], top: Path) -> Iterator[Written]:
    """Write one measurement as folders; yield each entry, then what lies beside them."""
    for path in reader.paths(*pair):
        yield _entry(reader, path, top)
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


def _entry(reader: Reader, path: EntryPath, top: Path) -> Written:
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
        if _there(target) != files:
            raise _other(target)
        return Written(path=target, new=False)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with _writing(target, fresh):
        for name, data in files.items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        fresh.replace(target)
    return Written(path=target, new=True)


def _there(folder: Path) -> Mapping[str, bytes]:
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if not path.is_dir()
        }
    except OSError as error:
        raise _unwritable(folder, error) from None


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
