"""The objects read last, kept: what one commit wrote is what its successor starts from."""

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

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes without reading the content."""
        return self._objects.header(oid)

    def read(self, oid: Oid) -> bytes:
        """Return the raw content."""
        data = self._kept.get(oid)
        if data is None:
            data = self._objects.read(oid)
            if len(data) <= _LARGEST:
                self._kept[oid] = data
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return data
