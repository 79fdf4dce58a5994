"""Reading ``baseline.json`` where it says mostly what the one read before it says.

The entries of a measurement differ in a handful of some fifty members. What a member says does not
depend on what stands beside it, so what was read of its bytes holds wherever they stand again.
"""

from __future__ import annotations

from typing import Any

from gitbaseline.model.baseline import Baseline
from gitbaseline.model.baseline_read import KEYS, member, whole
from gitbaseline.model.codec import CodecError, decode_member, members
from gitbaseline.model.shape import ShapeError

_last: dict[bytes, Baseline] = {}  # the whole of it: a record is judged by what was just written
_members: dict[bytes, tuple[str, Any]] = {}  # of the last, as they are spelled: key, what was read


def alike(data: bytes) -> Baseline | None:
    """Return the entry; None where anything is wrong with it: ``read`` and ``decode`` say what."""
    return _last.get(data) or _read(data)


def _read(data: bytes) -> Baseline | None:
    try:
        texts = members(data)
        found = [_members.get(text) or _read_member(text) for text in texts]
        keys, values = zip(*found, strict=True)
        # The keys of the table: a call compares names by where they lie, then letter by letter.
        entry = whole(dict(zip(KEYS, values, strict=True))) if keys == KEYS else None
    except (CodecError, ShapeError):
        return None
    if entry:
        _last.clear()
        _last[data] = entry
        _members.clear()
        _members.update(zip(texts, found, strict=True))
    return entry


def _read_member(text: bytes) -> tuple[str, Any]:
    key, value = decode_member(text)
    return key, member(key, value)
