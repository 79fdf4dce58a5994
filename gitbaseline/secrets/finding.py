"""One secret found: where and of what kind, never what it says."""

from __future__ import annotations

import hashlib
from dataclasses import field

from gitbaseline.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place that must not become public.

    ``fingerprint`` lets a person allow this one secret without writing it down; ``member`` is
    the JSON member that is private as a whole, else None. ``span`` is what ``redact`` takes out:
    offsets into the file's bytes.
    """

    path: str
    line: int
    kind: str
    fingerprint: str
    member: str | None = None
    span: tuple[int, int] = field(repr=False)


def fingerprint(kind: str, secret: bytes) -> str:
    """Return 16 hex digits that stand for a secret of a kind."""
    return hashlib.sha256(kind.encode() + b"\0" + secret).hexdigest()[:16]
