"""Git objects as bytes: the one way in which rules and readers see a repository."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Protocol

from gitbaseline.model.names import Oid


class ObjectKind(StrEnum):
    """Git's four kinds of object."""

    COMMIT = "commit"
    TREE = "tree"
    BLOB = "blob"
    TAG = "tag"


class ObjectMissing(Exception):  # noqa: N818 - not an error by itself: a shallow clone has such gaps
    """The repository does not hold this object."""

    def __init__(self, oid: str) -> None:
        super().__init__(oid)
        self.oid = oid


class Objects(Protocol):
    """Raw objects of one repository. Both methods raise ObjectMissing."""

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes without reading the content."""

    def read(self, oid: Oid) -> bytes:
        """Return the raw content."""


def object_header(kind: ObjectKind, size: int) -> bytes:
    """Return what git puts before the content of an object, to hash it and to store it."""
    return f"{kind} {size}\0".encode()


def object_id(kind: ObjectKind, data: bytes) -> Oid:
    """Return the id that git gives to an object of this content."""
    digest = hashlib.sha1(object_header(kind, len(data)), usedforsecurity=False)
    digest.update(data)  # apart, or a large object would be copied first
    return Oid(digest.hexdigest())
