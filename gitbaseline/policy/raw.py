"""Raw commits, bounded: kind and size from the header before the content is read."""

from __future__ import annotations

from gitbaseline.model.commit import CommitFault
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, Objects

COMMIT_LIMIT = 256 * 1024


def raw_commit(objects: Objects, oid: Oid) -> bytes:
    """Return a commit's raw bytes; raise CommitFault where it is none, or ObjectMissing."""
    kind, size = objects.header(oid)
    if kind is not ObjectKind.COMMIT or size > COMMIT_LIMIT:
        raise CommitFault("commit/kind", f"a {kind} of {size} bytes")
    return objects.read(oid)
