"""What of an entry lies on the branch, and what Git LFS keeps in its place."""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.frozen import dataclass
from gitbaseline.model.pointer import to_bytes
from gitbaseline.model.root import Limits
from gitbaseline.policy.snapshot import lfs_name
from gitbaseline.registry.compose import (
    Content,
    Stored,
    fact,
    payload,
    size_of,
    snapshot,
    snapshot_of,
    with_copy,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The files of an entry by path, and the objects that stay off the branch by their oids."""

    files: dict[str, bytes]
    objects: Mapping[str, Content]

    @property
    def size(self) -> int:
        """How many bytes the objects have."""
        return sum(map(size_of, self.objects.values()))


def payload_of(stored: Stored, limits: Limits, *, lfs: bool | None) -> Payload:
    """Return what is stored: pointers where ``lfs`` says so, or by itself beyond the limits."""
    sizes = [size_of(content) for content in stored.files.values()]
    beyond = max(sizes) > limits.file_bytes or sum(sizes) > limits.entry_bytes
    if lfs is False or not (lfs or beyond):
        return Payload(files=payload(stored), objects={})
    named = snapshot(stored, lfs_name(snapshot_of(stored)))
    pointers = {path: fact(content) for path, content in named.items()}
    return Payload(
        files=with_copy(stored, {path: to_bytes(one) for path, one in pointers.items()}),
        objects={one.oid: named[path] for path, one in pointers.items() if one.size},
    )
