"""The raw bytes of a tree that is new: the old one's, with what changed spliced in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from gitbaseline.model.tree import Node, Tree


def build(nodes: Mapping[str, Node]) -> bytes:
    """Return the raw tree of some nodes."""
    return grown(Tree(), nodes)


def grown(old: Tree, nodes: Mapping[str, Node]) -> bytes:
    """Return the raw tree that ``old`` becomes with these nodes, new or in place of a namesake."""
    pieces: list[bytes] = []
    done = 0
    for key, entry in sorted(
        (_key(name, node), _entry(name, node)) for name, node in nodes.items()
    ):
        place = bisect_left(old.starts, key, key=old.key_at)
        start = old.starts[place] if place < len(old.starts) else len(old.raw)
        pieces += [old.raw[done:start], entry]
        replaced = start < len(old.raw) and old.key_at(start) == key
        done = start + len(entry) if replaced else start
    return b"".join((*pieces, old.raw[done:]))


def _key(name: str, node: Node) -> bytes:
    return name.encode() + (b"/" if node.is_folder else b"")


def _entry(name: str, node: Node) -> bytes:
    mode = b"40000 " if node.is_folder else b"100644 "
    return mode + name.encode() + b"\x00" + bytes.fromhex(node.oid)
