"""Writing loose objects: a file each below ``objects``, as git itself does (gitformat-loose).

libgit2's own writer was here before, see decision 11. Reading is libgit2's, of packs as well.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, object_header, object_id

_UNFINISHED = "tmp_obj_"  # git gc takes away what a killed writer leaves under this name
_BLOCK = 4096  # bytes that the smallest file takes of most disks
_MANY = 64  # files; to wait for each of more takes longer than to wait for all that the disk owes


class Loose:
    """The loose objects below one ``objects`` folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._unsettled: list[str] = []

    def write(self, kind: ObjectKind, raw: bytes) -> Oid:
        """Store an object and return its id; raise OSError, and then no file is left.

        One that is there already is written again: to look would cost the others more, and git
        takes away what is old and in no history. ``settle`` waits for the disk.
        """
        oid = object_id(kind, raw)
        folder = f"{self._folder}/{oid[:2]}"
        path = f"{folder}/{oid[2:]}"
        temporary = f"{folder}/{_UNFINISHED}{os.urandom(8).hex()}"
        file = _created(folder, temporary)
        try:
            _fill(file, _packed(kind, raw))
            os.rename(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        self._unsettled.append(path)
        return oid

    def settle(self) -> None:
        """Wait until all that was written would outlive a power failure; raise OSError."""
        written, self._unsettled = self._unsettled, []
        if len(written) > _MANY:
            os.sync()
            return
        folders = {os.path.dirname(path) for path in written}
        for path in (*written, *folders, self._folder):
            with suppress(FileNotFoundError):  # git has packed it meanwhile
                _wait_for(path)


def _packed(kind: ObjectKind, raw: bytes) -> bytes:
    """Return the content of a file: not compressed where nothing is won, as of a folder's ids."""
    if kind is ObjectKind.TREE or len(raw) < _BLOCK:
        deflate = zlib.compressobj(0, wbits=12, memLevel=4)  # less memory, a tenth of the time
    else:
        deflate = zlib.compressobj(1)  # as git does
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


def _fill(file: int, data: bytes) -> None:
    """Write all of it, and close the file."""
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def _wait_for(path: str) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
