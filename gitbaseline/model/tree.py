"""The raw bytes of one tree: modes, names, order.

Only two modes exist on the branch, spelled as raw bytes ``100644`` and ``40000``; libgit2 reports
``100644`` for spellings such as ``100664``, so nothing here asks libgit2. Names are unique and in
git's order (a folder sorts as if its name ended in ``/``).

A tree that differs from a known one is read from the first differing entry on, so that following
a long history costs what each commit changed, not what its folders hold.
"""

from __future__ import annotations

import itertools
import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import Oid

_ENTRY = re.compile(rb"(100644|40000) ([^\x00/]+)\x00(.{20})", re.DOTALL)
_ENTRIES = re.compile(rb"(?:(?:100644|40000) [^\x00/]++\x00.{20})*+", re.DOTALL)
_NAMES = re.compile(rb"(100644|40000) ([^\x00/]++)\x00.{20}", re.DOTALL)
_ID = 20  # bytes
_REST = len(" \0") + _ID  # bytes of an entry beside its mode and name
_FOLDER = ord("4")  # how the mode of a folder begins
_BEHIND = b"\xff"  # what no name has, being UTF-8
_SMALL = 16  # entries
_SMALL_BYTES = 4096
_ANY = re.compile(rb"([^ \x00]*) ([^\x00]*)\x00(.{20})", re.DOTALL)


class TreeFault(ValueError):  # noqa: N818 - one fault found in one tree, not a program error
    """A tree is not spelled as the registry spells it. ``rule`` is a stable rule id."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Node:
    """What a name in a tree stands for."""

    oid: Oid
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree whose spelling was checked. ``starts`` are the offsets of its entries in ``raw``."""

    raw: bytes = b""
    starts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return map(_node, self.entries(0, len(self.starts)))

    def entries(self, first: int, last: int) -> list[bytes]:
        """Return the raw entries from one position up to, not with, another."""
        ends = (*self.starts[first + 1 : last], self.offset(last))
        return [
            self.raw[start:end] for start, end in zip(self.starts[first:last], ends, strict=False)
        ]

    def folders(self, prefix: str = "") -> int:
        """Return how many of the folders' names begin so; quick, since large trees are asked."""
        first, last = (
            bisect_left(self.starts, key, key=self.key_at)
            for key in (prefix.encode(), prefix.encode() + _BEHIND)
        )
        return bytes(map(self.raw.__getitem__, self.starts[first:last])).count(_FOLDER)

    def offset(self, position: int) -> int:
        """Return where an entry begins in ``raw``; behind the last one, where ``raw`` ends."""
        return self.starts[position] if position < len(self.starts) else len(self.raw)

    def find(self, name: str) -> Node | None:
        """Return what a name stands for, or None."""
        key = name.encode()
        return self.at(key) or self.at(key + b"/")

    def at(self, key: bytes) -> Node | None:
        """Return the node with this sort key (a folder's ends in ``/``), or None."""
        place = bisect_left(self.starts, key, key=self.key_at)
        if place == len(self.starts) or self.key_at(self.starts[place]) != key:
            return None
        digest = self.raw.index(b"\x00", self.starts[place]) + 1
        return Node(Oid(self.raw[digest : digest + 20].hex()), is_folder=key.endswith(b"/"))

    def key_at(self, start: int) -> bytes:
        """Return the sort key of the entry at an offset: its name, a folder's with ``/``."""
        raw = self.raw
        if raw[start] == _FOLDER:
            begin = start + len(b"40000 ")
            return raw[begin : raw.index(b"\x00", begin)] + b"/"
        begin = start + len(b"100644 ")
        return raw[begin : raw.index(b"\x00", begin)]


def _node(entry: bytes) -> tuple[str, Node]:
    """Return name and node of one raw entry whose spelling was checked."""
    mode, _, name = entry[:-21].partition(b" ")
    return name.decode(), Node(Oid(entry[-20:].hex()), mode == b"40000")


@dataclass(frozen=True, slots=True)
class Difference:
    """A name whose node is not the same in two trees."""

    name: str
    old: Node | None
    new: Node | None


def parse(raw: bytes, like: Tree | None = None) -> Tree:
    """Check a raw tree and take it apart; raise TreeFault unless it is spelled in the one way.

    ``like`` is a tree already checked; what both begin and end with is not read again.
    """
    known = like or Tree()
    if _renewed(known, raw) is not None:
        return Tree(raw, known.starts)
    whole = _at_once(raw) if len(known) <= _SMALL else None
    if whole:
        return whole
    first, last = _shared_ends(known, raw)
    if last < len(known):
        try:
            return _between(raw, known, first, last)
        except TreeFault:
            # The same bytes need not be the same entries: an id may hold what looks like one.
            pass
    return _between(raw, known, first, len(known))


def _at_once(raw: bytes) -> Tree | None:
    """Return a tree that is spelled in the one way; None where what is wrong has to be looked for.

    Whole folders are gone through by what is written in C, a tenth of the time.
    """
    if not _ENTRIES.fullmatch(raw):
        return None
    found = _NAMES.findall(raw)
    names = [name for _, name in found]
    keys = [name + b"/" if mode == b"40000" else name for mode, name in found]
    if not all(map(operator.lt, keys, keys[1:])) or len(set(names)) != len(names):
        return None
    try:
        b"/".join(names).decode()
    except UnicodeDecodeError:
        return None
    ends = itertools.accumulate(len(mode) + len(name) + _REST for mode, name in found)
    return Tree(raw, tuple(itertools.islice(itertools.chain((0,), ends), len(found))))


def _between(raw: bytes, known: Tree, first: int, last: int) -> Tree:
    """Take ``raw`` apart between the entries of ``known`` before ``first`` and from ``last`` on."""
    at, end = known.offset(first), len(raw) - (len(known.raw) - known.offset(last))
    previous = known.key_at(known.starts[first - 1]) if first else b""
    starts: list[int] = []
    fresh: list[bytes] = []
    # match, not finditer, which would go on searching a malformed tree and take the square of it.
    while match := _ENTRY.match(raw, at, end):
        mode, name, _ = match.groups()
        key = name + b"/" if mode == b"40000" else name
        if key <= previous:
            raise TreeFault("tree/order", f"{_shown(name)} is out of order or occurs twice")
        _check_utf8(name)
        starts.append(at)
        fresh.append(key)
        previous = key
        at = match.end()
    if at != end:
        raise _fault_at(raw, at)
    if last < len(known) and known.key_at(known.starts[last]) <= previous:
        raise TreeFault("tree/order", f"{_shown(previous)} is out of order or occurs twice")
    shift = len(raw) - len(known.raw)
    ending = tuple(start + shift for start in known.starts[last:])
    tree = Tree(raw, (*known.starts[:first], *starts, *ending))
    known_keys = {known.key_at(start) for start in known.starts[first:last]}
    _refuse_twins(tree, [key for key in fresh if key not in known_keys])
    return tree


def differences(old: Tree, new: Tree) -> list[Difference]:
    """Return the names whose nodes differ, in order of the new tree, then the deleted ones."""
    place = _renewed(old, new.raw)
    if place is not None:
        [(_, before)] = map(_node, old.entries(place, place + 1))
        [(name, after)] = map(_node, new.entries(place, place + 1))
        return [Difference(name, before, after)]
    first, last = _shared_ends(old, new.raw)
    end = len(new) - (len(old) - last)
    if new.offset(end) != len(new.raw) - (len(old.raw) - old.offset(last)):
        last, end = len(old), len(new)
    there, here = old.entries(first, last), new.entries(first, end)
    gone, come = set(there), set(here)
    left = dict(_node(entry) for entry in there if entry not in come)
    found = []
    for entry in here:
        if entry not in gone:
            name, node = _node(entry)
            found.append(Difference(name, left.pop(name, None), node))
    return found + [Difference(name, node, None) for name, node in left.items()]


def _renewed(known: Tree, raw: bytes) -> int | None:
    """Return the position of the entry whose id is all that ``raw`` has another of.

    Which is what becomes of every folder above the one that grows. None where it is more, or
    where the trees are too large to be seen as one number.
    """
    size = len(raw)
    if size != len(known.raw) or size > _SMALL_BYTES:
        return None
    differing = int.from_bytes(known.raw, "big") ^ int.from_bytes(raw, "big")
    first = size - (differing.bit_length() + 7) // 8
    last = size - ((differing & -differing).bit_length() + 7) // 8
    place = bisect_right(known.starts, first) - 1
    end = known.offset(place + 1)
    return place if end - _ID <= first <= last < end else None


def _shared_ends(known: Tree, raw: bytes) -> tuple[int, int]:
    """Return (first, last): entries of ``known`` before and from these positions are in ``raw``.

    Whole entries only, and none counted at both ends. Of a small tree none: to look costs more
    than to read it. Each step looks at the half in doubt only, so that no byte is compared twice.
    """
    size = len(known)
    if size <= _SMALL:
        return 0, size
    old, ends = known.raw, (*known.starts, len(known.raw))
    low, high = 0, bisect_right(ends, len(raw)) - 1
    reach = 0  # entries from the end, looked at first: what is new sorts last, as time goes
    while low < high:
        middle = max((low + high + 1) // 2, high - reach)
        reach = 4 * reach + 1
        start, end = ends[low], ends[middle]
        same = raw.startswith(old[start:end], start)
        low, high = (middle, high) if same else (low, middle - 1)
    first = low
    shift = len(raw) - len(old)
    low, high = max(first, bisect_left(ends, ends[first] - shift)), size
    while low < high:
        middle = (low + high) // 2
        start, end = ends[middle], ends[high]
        same = raw.startswith(old[start:end], start + shift)
        low, high = (low, middle) if same else (middle + 1, high)
    return first, high


def _refuse_twins(tree: Tree, keys: list[bytes]) -> None:
    for key in keys:
        name = key.removesuffix(b"/")
        other = name if key.endswith(b"/") else name + b"/"
        if tree.at(other) is not None:
            raise TreeFault("tree/order", f"{_shown(name)} is both a file and a folder")


def _check_utf8(name: bytes) -> None:
    try:
        name.decode()
    except UnicodeDecodeError:
        raise TreeFault("tree/name", f"{_shown(name)} is not UTF-8") from None


def _fault_at(raw: bytes, at: int) -> TreeFault:
    match = _ANY.match(raw, at)
    if not match:
        return TreeFault("tree/malformed", f"cannot be read after byte {at}")
    mode, name, _ = match.groups()
    if mode not in (b"100644", b"40000"):
        return TreeFault(
            "tree/mode", f"{_shown(name)}: expected mode 100644 or 40000, got {_shown(mode)}"
        )
    return TreeFault("tree/name", f"{_shown(name)} is empty or holds a slash")


def _shown(raw: bytes) -> str:
    return ascii(raw[:80])[1:]
