"""A large registry, made fast: real statements, each signed and judged, written into one pack.

    python bench/synthetic.py FOLDER [--count 1000] [--series 1]

What a record writes is what goes in, byte for byte, and the server's rules judge each. Left out
are reading and scanning a source, done once for all, and the disk: no loose object and no moved
ref for each entry. Ten seconds lie between two entries; the last one is of now.

A measurement holds 4,096 entries and goes on under its next name, so that all can be in one.
"""

from __future__ import annotations

import argparse
import hashlib
import struct
import subprocess
import time
import zlib
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from fresh import ENVIRONMENT, REF, Fresh, clock, git, registry

from gitbaseline import __version__
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.scalar import from_values, inline_bytes
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import Code, Recorder, Registrant, Workstation
from gitbaseline.model.names import Oid, utc_from_epoch
from gitbaseline.model.objects import ObjectKind, object_id
from gitbaseline.registry import compose, privacy
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.genesis import Genesis
from gitbaseline.registry.record import Record
from gitbaseline.store import Store

FAMILY = "bench"
APART = 10  # seconds between two entries
VALUES = tuple(f"{400 + number}.25" for number in range(7))
TYPES = {ObjectKind.COMMIT: 1, ObjectKind.TREE: 2, ObjectKind.BLOB: 3}
OFFSET_DELTA = 6
BLOCK = 64  # versions of a file or folder until one is written whole again
LEAST = 256  # bytes from which on a difference is worth looking for
LONGEST_COPY = 0xFFFF
MEMORY = 128 * 1024 * 1024  # bytes of objects kept to be read back


def measurement(number: int, series: int) -> str:
    """Return the measurement that an entry goes into."""
    return "step_time" if series == 1 else f"step_time_{number % series:03}"


def synthetic(top: Path, count: int, series: int = 1) -> Fresh:
    """Return a registry of ``count`` entries over ``series`` measurements, made below ``top``."""
    fresh = registry(top)
    pack = Pack(fresh.folder / ".git")
    branch = Branch(pack, fresh.branch.verify, ref=REF)
    begin = clock() - APART * count
    state = branch.make(genesis(fresh), fresh.author, begin, None).state
    templates = [entry(value) for value in VALUES]
    for number in range(count):
        moment = begin + APART * (number + 1)
        template, payload = templates[number % len(templates)]
        statement = Record(
            entry=replace(
                template,
                measurement=measurement(number, series),
                registered_at_utc=utc_from_epoch(moment),
            ),
            payload=payload,
            objects=branch.chain.objects,
            trees=branch.chain.trees,
        )
        state = branch.make(statement, fresh.author, moment, state).state
    pack.close()
    git(fresh.folder, "update-ref", REF, state.commit)
    return replace(fresh, branch=Branch(Store(pack.folder), fresh.branch.verify, ref=REF))


def genesis(fresh: Fresh) -> Genesis:
    """Return the statement that this registry began with, to be made again at another time."""
    root = fresh.branch.state().root
    listed = root.keys[fresh.author.fingerprint]
    return Genesis(
        registry_id=root.registry_id,
        principal=listed.principal,
        fingerprint=fresh.author.fingerprint,
        public_key=listed.public_key,
    )


def entry(value: str):
    """Return one entry and its payload, as ``record --value`` reads and composes them."""
    reading = settle(from_values([value], unit="ms"), Options())
    file = SourceFile(path="values.txt", data=inline_bytes([value]))
    source = Source(name="values", kind="inline", files=(file,))
    stored = privacy.stored(source, texts={}, redact=False, allowed=())
    provenance = compose.Provenance(
        registered_at_utc=utc_from_epoch(0),
        registrant=Registrant(operator_user="bench"),
        recorder=Recorder(name="git-baseline", version=__version__),
        workstation=Workstation(hostname="bench", uname="bench"),
        code=Code(sha="1" * 40, dirty=False, branch="main"),
    )
    wishes = compose.Wishes(family=FAMILY, measurement="step_time", context={}, environment={})
    return compose.compose(reading, stored, provenance, wishes), compose.payload(stored)


class Pack(Store):
    """A repository's objects; what is written goes into one pack, which git indexes at the end.

    A folder of thousands of entries differs from the one before by one of them, so that each is
    written as its difference from an earlier one: from the version whose number within the block
    has one bit less, which no reader is ever more than six steps away from.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.path = folder / "objects" / "pack" / "tmp-synthetic.pack"
        self.file = self.path.open("wb+")
        self.file.write(b"PACK" + struct.pack(">II", 2, 0))
        self.count = 0
        self.recent: OrderedDict[str, tuple[ObjectKind, bytes]] = OrderedDict()
        self.held = 0
        self.written: set[bytes] = set()
        self.lines: dict[tuple[ObjectKind, bytes], Line] = {}

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        known = self.recent.get(oid)
        return (known[0], len(known[1])) if known else super().header(oid)

    def read(self, oid: Oid) -> bytes:
        known = self.recent.get(oid)
        return known[1] if known else super().read(oid)

    def write(self, kind: ObjectKind, raw: bytes) -> Oid:
        oid = object_id(kind, raw)
        digest = bytes.fromhex(oid)
        if digest not in self.written:
            self.written.add(digest)
            self.append(kind, raw)
        if oid not in self.recent:
            self.held += len(raw)
        self.recent[oid] = kind, raw
        self.recent.move_to_end(oid)
        while self.held > MEMORY:
            _, (_, gone) = self.recent.popitem(last=False)
            self.held -= len(gone)
        return oid

    def append(self, kind: ObjectKind, raw: bytes) -> None:
        at = self.file.tell()
        line = self.line(kind, raw)
        base = line.base() if line else None
        change = delta(base[1], raw) if base else raw
        if base and len(change) < len(raw) // 2:
            self.file.write(head(OFFSET_DELTA, len(change)) + distance(at - base[0]))
        else:
            change = raw
            self.file.write(head(TYPES[kind], len(raw)))
        self.file.write(zlib.compress(change, 1))
        self.count += 1
        if line:
            line.add(at, raw)

    def line(self, kind: ObjectKind, raw: bytes) -> Line | None:
        """Return the versions that an object goes on from: a folder's by its first subfolder."""
        if kind is ObjectKind.COMMIT or len(raw) < LEAST:
            return None
        if kind is ObjectKind.BLOB:
            name = raw.partition(b"\n")[0]
        else:
            name = raw[raw.find(b"40000 ") :].partition(b"\0")[0]
        return self.lines.setdefault((kind, name), Line())

    def close(self) -> None:
        """Put the number of objects and the digest in their place, and have git index the pack."""
        self.file.seek(8)
        self.file.write(struct.pack(">I", self.count))
        self.file.seek(0)
        digest = hashlib.file_digest(self.file, "sha1").digest()
        self.file.seek(0, 2)
        self.file.write(digest)
        self.file.close()
        with self.path.open("rb") as whole:
            subprocess.run(
                ["git", "index-pack", "--stdin"],
                cwd=self.folder,
                env=ENVIRONMENT,
                stdin=whole,
                check=True,
                capture_output=True,
            )
        self.path.unlink()


class Line:
    """The versions of one file or folder, those that later ones may differ from."""

    def __init__(self) -> None:
        self.number = 0
        self.kept: dict[int, tuple[int, bytes]] = {}

    def base(self) -> tuple[int, bytes] | None:
        """Return place and content of the version that the next differs from, or None."""
        return self.kept.get(before(self.number)) if self.number else None

    def add(self, at: int, raw: bytes) -> None:
        """Count a version, and forget those that none will differ from any more."""
        self.kept[self.number] = at, raw
        self.number = (self.number + 1) % BLOCK
        needed = {0} if self.number else set()
        number = self.number
        while number:
            number = before(number)
            needed.add(number)
        self.kept = {number: self.kept[number] for number in needed}


def before(number: int) -> int:
    """Return a number without its lowest bit.

    >>> before(44), before(40), before(32)
    (40, 32, 0)
    """
    return number & (number - 1)


def head(kind: int, size: int) -> bytes:
    """Return what stands before an object in a pack: its type and size."""
    out = bytearray()
    byte, size = (kind << 4) | (size & 15), size >> 4
    while size:
        out.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    out.append(byte)
    return bytes(out)


def distance(back: int) -> bytes:
    """Return how far back in the pack the base of a difference begins, as a pack spells it."""
    out = [back & 0x7F]
    while back := back >> 7:
        back -= 1
        out.append(0x80 | (back & 0x7F))
    return bytes(reversed(out))


def delta(old: bytes, new: bytes) -> bytes:
    """Return what makes ``new`` of ``old``: what both begin with, what is between, the same end."""
    first = common(old, new)
    rest = min(len(old), len(new)) - first
    last = common(old[::-1][:rest], new[::-1][:rest])
    middle = new[first : len(new) - last]
    inserts = [middle[at : at + 127] for at in range(0, len(middle), 127)]
    return b"".join(
        (
            size(len(old)),
            size(len(new)),
            copies(0, first),
            *(bytes([len(piece)]) + piece for piece in inserts),
            copies(len(old) - last, last),
        )
    )


def common(one: bytes, other: bytes) -> int:
    """Return how many bytes two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle)
    return low


def size(number: int) -> bytes:
    """Return a length as a difference spells it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def copies(at: int, length: int) -> bytes:
    """Return the steps that copy a part of the base."""
    out = bytearray()
    while length:
        piece = min(length, LONGEST_COPY)
        out += b"\xbf" + struct.pack("<I", at) + struct.pack("<H", piece)
        at, length = at + piece, length - piece
    return bytes(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--series", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    begin = time.perf_counter()
    fresh = synthetic(options.folder.resolve(), options.count, options.series)
    print(f"{options.count} entries in {time.perf_counter() - begin:.0f} s: {fresh.folder}")


if __name__ == "__main__":
    main()
