"""The list of files whose digest a statement signs.

One line a file, sorted by path as bytes: ``<sha256> <size> <path>\\n``. The paths hold no control
character (``names.path_fault``), so a line needs no quoting. The same list over a folder's own
files is how a directory source gets one digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gitbaseline.model.pointer import Pointer, pointer_of


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of files given by path."""
    return listing({path: pointer_of(data) for path, data in files.items()})


def listing(files: Mapping[str, Pointer]) -> bytes:
    """Return the manifest of files whose digests and sizes are known."""
    return b"".join(
        f"{files[path].oid} {files[path].size} {path}\n".encode()
        for path in sorted(files, key=str.encode)
    )


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the manifest."""
    return sha256(manifest(files))
