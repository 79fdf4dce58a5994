"""A source too large for memory: it stays on disk, is read in pieces, and Git LFS keeps it.

No format reads it. It stands beside a number that a person gave, as the evidence for it. It is read
twice: once for its digest and its secrets, once when it is stored, and must be the same then.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import SourceKind
from gitbaseline.model.pointer import Pointer
from gitbaseline.model.root import Limits
from gitbaseline.model.text import normal
from gitbaseline.registry import source
from gitbaseline.registry.compose import OnDisk
from gitbaseline.secrets.finding import Finding
from gitbaseline.secrets.stream import scan_pieces

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """A file or a directory on disk: each file by its path in the source; ``size`` in bytes."""

    name: str
    kind: SourceKind
    size: int
    files: tuple[tuple[str, Path], ...]


def large(path: Path, limits: Limits) -> Large | None:
    """Return the source at a path where it is beyond the limits of what git keeps, else None."""
    folder = stat.S_ISDIR(source.mode_of(path))
    files = tuple(source.inside(path, limits)) if folder else ((normal(path.name), path),)
    sizes = [_size(file) for _, file in files]
    if sum(sizes) <= limits.entry_bytes and max(sizes) <= limits.file_bytes:
        return None
    kind = SourceKind.DIRECTORY if folder else SourceKind.FILE
    return Large(name=source.shown(path), kind=kind, size=sum(sizes), files=files)


def looked_through(given: Large) -> tuple[dict[str, OnDisk], tuple[Finding, ...]]:
    """Return each file with its digest and size, and the secrets in all of them."""
    files: dict[str, OnDisk] = {}
    found: list[Finding] = []
    for path, at in given.files:
        seen = Seen()
        found += scan_pieces(path, seen.pieces(at))
        files[path] = OnDisk(at=at, pointer=seen.pointer())
    return files, tuple(found)


class Seen:
    """Digest and size of what went by of one file."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size = 0

    def pieces(self, at: Path) -> Iterator[bytes]:
        """Yield a file in pieces; InputError where it cannot be read."""
        try:
            with at.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    self._digest.update(piece)
                    self._size += len(piece)
                    yield piece
        except OSError as error:
            raise source.unreadable(at, error) from None

    def pointer(self) -> Pointer:
        """Return digest and size of all that went by."""
        return Pointer(oid=self._digest.hexdigest(), size=self._size)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise source.unreadable(path, error) from None
