"""The local store of Git LFS: where the content lies whose pointers are on the branch.

It is git-lfs's own, ``<common git dir>/lfs/objects/aa/bb/<oid>`` or below ``lfs.storage``,
shared by all work trees. An object gets there whole or not at all, and before the ref moves; what
a failed record leaves is garbage that ``git lfs prune`` knows. Transfer is git-lfs's.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gitbaseline.errors import InputError, Unable
from gitbaseline.model.pointer import Pointer
from gitbaseline.registry.compose import Content, OnDisk
from gitbaseline.registry.large import Seen


class Shelf:
    """The local store of one repository. ``folder`` is what ``lfs.storage`` means there."""

    def __init__(self, common_dir: Path, config: Mapping[str, str]) -> None:
        self._folder = common_dir / (config.get("lfs.storage") or "lfs")

    def place(self, oid: str) -> Path:
        """Return where an object lies or would lie."""
        return self._folder / "objects" / oid[:2] / oid[2:4] / oid

    def keep(self, objects: Mapping[str, Content]) -> None:
        """Put objects in; raise Unable where there is no room, InputError where one has changed."""
        for oid, content in objects.items():
            self._keep(self.place(oid), content)

    def find(self, pointer: Pointer) -> BinaryIO | None:
        """Open an object whose content was checked, or return None where it is not here.

        Raises Unable where what lies there is something else.
        """
        place = self.place(pointer.oid)
        try:
            stream = place.open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(place, error) from None
        try:
            whole = hashlib.file_digest(stream, "sha256").hexdigest() == pointer.oid
        except OSError as error:
            stream.close()
            raise _unreadable(place, error) from None
        if not whole:
            stream.close()
            raise Unable(
                "the Git LFS object is damaged: its SHA-256 is not its name",
                code="lfs/damaged",
                where=str(place),
                hint=f"rm {shlex.quote(str(place))}, and it is fetched anew when asked for",
            )
        stream.seek(0)
        return stream

    def _keep(self, place: Path, content: Content) -> None:
        fresh = self._folder / "tmp" / f"git-baseline-{secrets.token_hex(16)}"
        try:
            fresh.parent.mkdir(parents=True, exist_ok=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("xb") as stream:
                for piece in _pieces(content):
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(place)
            for folder in (*place.parents,)[:3]:
                _to_disk(folder)
        except OSError as error:
            raise Unable(
                f"could not write the Git LFS object: {error.strerror}",
                code="lfs/write",
                where=str(place),
                hint="check free space and permissions; nothing was recorded",
            ) from None
        finally:
            with suppress(OSError):
                fresh.unlink()


def _pieces(content: Content) -> Iterator[bytes]:
    """Yield some content; InputError where a file is not what it was when it was looked through."""
    if not isinstance(content, OnDisk):
        yield content
        return
    seen = Seen()
    yield from seen.pieces(content.at)
    if seen.pointer() != content.pointer:
        raise InputError(
            "was changed while it was being recorded",
            code="source/changed",
            where=str(content.at),
            hint="record it when its writer is done; nothing was recorded",
        )


def _to_disk(folder: Path) -> None:
    """Have the names in a folder outlive a power failure, where its file system can do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unreadable(place: Path, error: OSError) -> Unable:
    return Unable(
        f"the Git LFS object cannot be read: {error.strerror}",
        code="lfs/unreadable",
        where=str(place),
    )
