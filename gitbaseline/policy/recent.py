"""The objects made last, kept: what one commit made is what its successor starts from."""

from __future__ import annotations

from collections import OrderedDict

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, Objects, object_id

_KEPT = 4 * 1024 * 1024  # bytes: some 2,500 commits, or thirty full indexes


class Recent:
    """Objects of a repository; from memory the latest that were given to ``keep``."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kept: OrderedDict[Oid, tuple[ObjectKind, bytes]] = OrderedDict()
        self._bytes = 0

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes without reading the content."""
        known = self._kept.get(oid)
        return (known[0], len(known[1])) if known else self._objects.header(oid)

    def read(self, oid: Oid) -> bytes:
        """Return the raw content."""
        known = self._kept.get(oid)
        return known[1] if known else self._objects.read(oid)

    def is_of(self, oid: Oid, kind: ObjectKind, data: bytes) -> bool:
        """Whether an id is that of this content, which is only hashed where it is not kept."""
        known = self._kept.get(oid)
        return known == (kind, data) if known else oid == object_id(kind, data)

    def keep(self, oid: Oid, kind: ObjectKind, data: bytes) -> None:
        """Keep an object under the id that its content has."""
        if oid in self._kept:
            return
        self._kept[oid] = kind, data
        self._bytes += len(data)
        while self._bytes > _KEPT:
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= len(gone)
