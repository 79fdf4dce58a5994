"""The objects used last, kept: what one commit wrote is what its successor starts from."""

from __future__ import annotations

from collections import OrderedDict

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, Objects

_KEPT = 64
_LARGEST = 256 * 1024  # bytes; a full index has about 120,000


class Recent:
    """Objects of a repository, the latest small ones from memory."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kept: OrderedDict[Oid, bytes] = OrderedDict()
        self._kinds: dict[Oid, ObjectKind] = {}  # of what was kept by ``keep``

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes without reading the content."""
        kind = self._kinds.get(oid)
        return self._objects.header(oid) if kind is None else (kind, len(self._kept[oid]))

    def read(self, oid: Oid) -> bytes:
        """Return the raw content."""
        data = self._kept.get(oid)
        if data is None:
            data = self._objects.read(oid)
            self._put(oid, data)
        return data

    def keep(self, oid: Oid, kind: ObjectKind, data: bytes) -> None:
        """Keep an object that was just stored under the id that its content has."""
        if self._put(oid, data):
            self._kinds[oid] = kind

    def _put(self, oid: Oid, data: bytes) -> bool:
        if len(data) > _LARGEST:
            return False
        self._kept[oid] = data
        if len(self._kept) > _KEPT:
            gone, _ = self._kept.popitem(last=False)
            self._kinds.pop(gone, None)
        return True
