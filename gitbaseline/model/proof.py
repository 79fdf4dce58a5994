"""The proof of one entry: one JSON file, in the one spelling, that is checked with no repository.

It names commits and carries the raw git objects that judging them asks for, by their ids and in
base64. It holds nothing that the check does not hold against something else: no date of making, no
name of a maker, no object more than is needed. docs/proof.md says what it proves.

- ``entry``: the path of the entry;
- ``pin``: the SHA-256 of the raw genesis;
- ``genesis``, ``trust``, ``record``: the commits of the genesis, of the trust statements up to the
  entry, oldest first, and the one that recorded the entry;
- ``tip``: the commit up to which the history after the entry is carried;
- ``objects``: ``blob``, ``commit`` and ``tree``, each a table of base64 by object id.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, decode, encode
from gitbaseline.model.layout import EntryPath, entry_named
from gitbaseline.model.names import Oid, is_oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.model.shape import Fields, ShapeError, kind_of

FORMAT = "git-baseline/proof/1"
LIMIT = 128 * 1024 * 1024  # bytes of the file
CONTENT_LIMIT = LIMIT // 4 * 3  # bytes of objects, which base64 makes a third larger

_KINDS = (ObjectKind.BLOB, ObjectKind.COMMIT, ObjectKind.TREE)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a proof is about, by names; whether it holds is for ``policy.proof`` to say."""

    entry: EntryPath
    pin: str
    genesis: Oid
    trust: tuple[Oid, ...]
    record: Oid
    tip: Oid


class Carried:
    """The objects of a proof by id, and what of them was asked for.

    That each has its id is not taken on trust: ``policy.proof`` looks.
    """

    def __init__(self, objects: Mapping[Oid, tuple[ObjectKind, bytes]]) -> None:
        self._objects = objects
        self._asked: set[Oid] = set()

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes; raise ObjectMissing."""
        kind, data = self._find(oid)
        return kind, len(data)

    def read(self, oid: Oid) -> bytes:
        """Return the raw content; raise ObjectMissing."""
        return self._find(oid)[1]

    def items(self) -> Iterable[tuple[Oid, tuple[ObjectKind, bytes]]]:
        """Return every object: its id, kind and content."""
        return self._objects.items()

    def unasked(self) -> list[Oid]:
        """Return the objects that nothing has asked for."""
        return sorted(self._objects.keys() - self._asked)

    def lacking(self) -> list[Oid]:
        """Return what was asked for in vain."""
        return sorted(self._asked - self._objects.keys())

    def _find(self, oid: Oid) -> tuple[ObjectKind, bytes]:
        self._asked.add(oid)
        if oid not in self._objects:
            raise ObjectMissing(oid)
        return self._objects[oid]


def to_bytes(claim: Claim, carried: Carried) -> bytes:
    """Return the file."""
    objects: dict[str, dict[str, JSON]] = {kind: {} for kind in _KINDS}
    for oid, (kind, data) in carried.items():
        objects[kind][oid] = base64.b64encode(data).decode()
    return encode(
        {
            "entry": str(claim.entry),
            "format": FORMAT,
            "genesis": claim.genesis,
            "objects": dict(objects),
            "pin": claim.pin,
            "record": claim.record,
            "tip": claim.tip,
            "trust": list(claim.trust),
        }
    )


def from_bytes(data: bytes) -> tuple[Claim, Carried]:
    """Read the file; raise CodecError or ShapeError with the place."""
    f = Fields(decode(data), "")
    f.matching("format", FORMAT, lambda text: text == FORMAT)
    claim = Claim(
        entry=_entry(f),
        pin=f.matching("pin", "64 hex digits", lambda text: _SHA256.fullmatch(text) is not None),
        genesis=_commit(f, "genesis"),
        trust=_trust(f),
        record=_commit(f, "record"),
        tip=_commit(f, "tip"),
    )
    carried = _objects(f.part("objects"))
    f.close()
    return claim, carried


def _entry(f: Fields) -> EntryPath:
    text = f.line("entry")
    path = entry_named(text)
    if path is None:
        raise f.fault("entry", "family/measurement/time", repr(text[:80]))
    return path


def _commit(f: Fields, key: str) -> Oid:
    return Oid(f.matching(key, "a full commit id", is_oid))


def _trust(f: Fields) -> tuple[Oid, ...]:
    value = f.take("trust")
    if not isinstance(value, list):
        raise f.fault("trust", "a list", kind_of(value))
    found = [Oid(item) for item in value if isinstance(item, str) and is_oid(item)]
    if len(found) != len(value):
        raise f.fault("trust", "full commit ids", "something else")
    return tuple(found)


def _objects(f: Fields) -> Carried:
    found: dict[Oid, tuple[ObjectKind, bytes]] = {}
    for kind in _KINDS:
        for name, data in f.table(str(kind), _raw).items():
            oid = Oid(name)
            if not is_oid(name) or oid in found:
                raise f.fault(str(kind), "object ids, each once", repr(name[:80]))
            found[oid] = (kind, data)
    f.close()
    return Carried(found)


def _raw(value: JSON, where: str) -> bytes:
    if not isinstance(value, str):
        raise ShapeError(f"{where}: expected base64, got {kind_of(value)}")
    try:
        data = base64.b64decode(value, validate=True)
    except ValueError:  # binascii.Error, or not ASCII
        raise ShapeError(f"{where}: not base64") from None
    if base64.b64encode(data).decode() != value:
        raise ShapeError(f"{where}: not the one spelling of its base64")
    return data
