"""Reading a source from disk: whole, bounded, and only regular files.

A symbolic link, a device or a socket is refused with its path: what it points to is not what was
named, and a registry stores bytes, not links. Sizes are checked before anything is read.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source, SourceFile
from gitbaseline.model.names import path_fault, twins
from gitbaseline.model.root import Limits
from gitbaseline.model.text import normal

_PIECE = 1 << 20


def read(path: Path, limits: Limits) -> Source:
    """Return the source at a path, a file or a directory; InputError says what is wrong with it."""
    mode = mode_of(path)
    if stat.S_ISDIR(mode):
        return _directory(path, limits)
    return Source(
        name=shown(path),
        kind="file",
        files=(SourceFile(path=normal(path.name), data=_file(path, limits.file_bytes)),),
    )


def for_reader(limits: Limits) -> Limits:
    """Return what a format may read: a file as large as an entry, which Git LFS then keeps."""
    return replace(limits, file_bytes=max(limits.file_bytes, limits.entry_bytes))


def from_stream(data: bytes, limits: Limits) -> Source:
    """Return the source that came on standard input."""
    if len(data) > limits.file_bytes:
        raise _too_large("standard input", len(data), limits.file_bytes)
    if not data:
        raise _empty("standard input")
    return Source(name="-", kind="file", files=(SourceFile(path="-", data=data),))


def from_nsys(path: Path, summary: bytes, limits: Limits) -> Source:
    """Return the kernel summary of an Nsight Systems report as the source.

    The report itself is not stored; its SHA-256 stands in the summary's first line.
    """
    digest = sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise unreadable(path, error) from None
    data = f"# nsys-rep sha256 {digest.hexdigest()}\n".encode() + summary
    if len(data) > limits.file_bytes:
        raise _too_large(str(path), len(data), limits.file_bytes)
    name = f"{shown(path)}.cuda_gpu_kern_sum.csv"
    inner = normal(f"{path.name}.cuda_gpu_kern_sum.csv")
    return Source(name=name, kind="file", files=(SourceFile(path=inner, data=data),))


def shown(path: Path) -> str:
    """Return the path as the registry spells it; InputError where it is not UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InputError(
            "its name is not UTF-8",
            code="source/name",
            where=ascii(str(path)),
            hint="rename it; the registry stores names as UTF-8",
        ) from None
    return normal(str(path))


def mode_of(path: Path) -> int:
    """Return the mode of what lies at a path; InputError where it is no file and no directory."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise unreadable(path, error) from None
    if stat.S_ISLNK(mode):
        raise InputError(
            f"is a symbolic link to {path.readlink()}; expected a file or a directory",
            code="source/link",
            where=str(path),
            hint="name the file that it points to",
        )
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(
            "is neither a regular file nor a directory", code="source/kind", where=str(path)
        )
    return mode


def _directory(top: Path, limits: Limits) -> Source:
    files: list[SourceFile] = []
    total = 0
    for inner, path in inside(top, limits):
        data = _file(path, limits.file_bytes, empty=True)
        total += len(data)
        if total > limits.entry_bytes:
            raise _too_large(str(top), total, limits.entry_bytes)
        files.append(SourceFile(path=inner, data=data))
    return Source(name=shown(top), kind="directory", files=tuple(files))


def inside(top: Path, limits: Limits) -> Iterator[tuple[str, Path]]:
    """Yield each file of a directory, by its path there and as it is; InputError for a bad name."""
    files = _walk(top)
    if not files:
        raise _empty(str(top))
    if len(files) > limits.entry_files:
        raise InputError(
            f"{len(files)} files, the registry takes at most {limits.entry_files}",
            code="source/large",
            where=str(top),
            hint="record only the files that hold the numbers",
        )
    names = [shown(path.relative_to(top)).replace(os.sep, "/") for path in files]
    for name in names:
        if fault := path_fault(name):
            raise _unfit(top / name, fault)
    for name, other in twins(names):
        raise _unfit(top / name, f"some file systems take it for {other!r}")
    yield from zip(names, files, strict=True)


def _unfit(path: Path, fault: str) -> InputError:
    return InputError(
        f"cannot be stored under this name: {fault}",
        code="source/name",
        where=str(path),
        hint="rename it, or record only the files that hold the numbers",
    )


def _walk(folder: Path) -> list[Path]:
    try:
        inner = sorted(folder.iterdir())
    except OSError as error:
        raise unreadable(folder, error) from None
    found: list[Path] = []
    for path in inner:
        found += _walk(path) if stat.S_ISDIR(mode_of(path)) else [path]
    return found


def _file(path: Path, most: int, *, empty: bool = False) -> bytes:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > most:
                raise _too_large(str(path), size, most)
            data = _at_most(stream, most + 1)
    except OSError as error:
        raise unreadable(path, error) from None
    if len(data) > most:
        raise _too_large(str(path), len(data), most)
    if not data and not empty:
        raise _empty(str(path))
    return data


def _at_most(stream: BinaryIO, most: int) -> bytes:
    """Read up to ``most`` bytes in pieces: ``read(n)`` alone would reserve n bytes at once."""
    data = bytearray()
    while piece := stream.read(min(_PIECE, most - len(data))):
        data += piece
    return bytes(data)


def unreadable(path: Path, error: OSError) -> InputError:
    """Return the error of a file that the system does not let be read."""
    if error.errno == errno.ENOENT:
        return InputError("no such file or directory", code="source/none", where=str(path))
    return InputError(
        f"cannot be read: {error.strerror}", code="source/unreadable", where=str(path)
    )


def _too_large(where: str, size: int, most: int) -> InputError:
    return InputError(
        f"{size} bytes or more, the registry takes at most {most}",
        code="source/large",
        where=where,
        hint="record a summary; or give the number with --value, and Git LFS keeps the file",
    )


def _empty(where: str) -> InputError:
    return InputError("is empty; expected a benchmark's output", code="source/empty", where=where)
