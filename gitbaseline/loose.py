"""Writing loose objects: a file each below ``objects``, as git itself does (gitformat-loose).

libgit2's own writer was here before, see decision 11. Reading is libgit2's, of packs as well.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, object_header, object_id

_UNFINISHED = "tmp_obj_"  # git gc takes away what a killed writer leaves under this name
_BLOCK = 4096  # bytes that the smallest file takes of most disks


class Loose:
    """The loose objects below one ``objects`` folder.

    ``durable`` waits for the disk before an object gets its name: a power failure must not leave an
    empty file under it, which git would take for the object.
    """

    def __init__(self, folder: str, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._unsettled: set[str] = set()  # folders with names that may not be on the disk yet

    def write(self, kind: ObjectKind, raw: bytes) -> Oid:
        """Store an object and return its id; raise OSError, and then no file is left."""
        oid = object_id(kind, raw)
        folder = f"{self._folder}/{oid[:2]}"
        path = f"{folder}/{oid[2:]}"
        with suppress(OSError):
            os.utime(path)  # there already; git takes away what is old and in no history
            return oid
        temporary = f"{folder}/{_UNFINISHED}{os.urandom(8).hex()}"
        file = _created(folder, temporary)
        try:
            _fill(file, _packed(kind, raw), wait=self._durable)
            os.rename(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        if self._durable:
            self._unsettled.add(folder)
        return oid

    def settle(self) -> None:
        """Wait for the names too, so that all would outlive a power failure; raise OSError."""
        folders, self._unsettled = self._unsettled, set()
        for folder in (*folders, self._folder) if folders else ():
            with suppress(FileNotFoundError):  # git has packed all that was in it
                _wait_for(folder)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write without waiting for the disk each time; all objects are there at the end.

        No ref may move inside: what it points to might not outlive a power failure.
        """
        durable, self._durable = self._durable, False
        try:
            yield
        finally:
            self._durable = durable
            os.sync()


def _packed(kind: ObjectKind, raw: bytes) -> bytes:
    """Return the content of a file: not compressed where nothing is won, as of a folder's ids.

    Both take little memory, which else costs more than the work: the system clears it each time.
    """
    if kind is ObjectKind.TREE or len(raw) < _BLOCK:
        deflate = zlib.compressobj(0, wbits=12, memLevel=4)
    else:
        deflate = zlib.compressobj(1, wbits=14, memLevel=6)
    header = object_header(kind, len(raw))
    return b"".join((deflate.compress(header), deflate.compress(raw), deflate.flush()))


def _created(folder: str, path: str) -> int:
    """Return a new file in a folder, which git may take away as long as it is empty."""
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
        except FileNotFoundError:
            with suppress(FileExistsError):
                os.mkdir(folder)


def _fill(file: int, data: bytes, *, wait: bool) -> None:
    """Write all of it, and close the file."""
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(file, left) :]
        if wait:
            os.fsync(file)
    finally:
        os.close(file)


def _wait_for(folder: str) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
