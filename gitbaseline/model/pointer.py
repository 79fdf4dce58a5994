"""A Git LFS pointer: what lies on the branch in place of a large file.

``version``, ``oid sha256:<64 hex digits>``, ``size <bytes>``, a line each, in this one spelling;
no extension lines. A file without a byte is its own pointer, as git-lfs has it: none says
``size 0``.
"""

from __future__ import annotations

import hashlib

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import MAX_INTEGER
from gitbaseline.pattern import pattern

_FORM = pattern(
    rb"version https://git-lfs\.github\.com/spec/v1\n"
    rb"oid sha256:([0-9a-f]{64})\n"
    rb"size ([1-9][0-9]{0,15})\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The SHA-256 of some content, 64 hex digits, and its size in bytes."""

    oid: str
    size: int


def pointer_of(content: bytes) -> Pointer:
    """Return the pointer that stands for some content."""
    return Pointer(oid=hashlib.sha256(content).hexdigest(), size=len(content))


NOTHING = pointer_of(b"")


def to_bytes(pointer: Pointer) -> bytes:
    """Return what lies on the branch."""
    if not pointer.size:
        return b""
    return (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{pointer.oid}\n"
        f"size {pointer.size}\n"
    ).encode()


def from_bytes(data: bytes) -> Pointer | None:
    """Return the pointer that lies there, or None where it is none or spelled in another way."""
    if not data:
        return NOTHING
    match = _FORM.fullmatch(data)
    if match is None or int(match[2]) > MAX_INTEGER:
        return None
    return Pointer(oid=match[1].decode(), size=int(match[2]))
