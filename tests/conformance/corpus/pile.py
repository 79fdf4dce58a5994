"""Git objects in a dictionary: what a repository would hold, malformed or not.

It has the part of ``Store`` that statements, ``verify`` and the server's judge need, so that a
history can be forged and judged without a disk. A pile may lie on top of another, which it never
changes.
"""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Mapping

from gitbaseline.model import tree as trees
from gitbaseline.model import tree_build
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.model.tree import Node


class Pile:
    """Objects by id, and refs. ``own`` are those that are not in the pile below."""

    def __init__(self, below: Pile | None = None) -> None:
        self.own: dict[Oid, tuple[ObjectKind, bytes]] = {}
        self._all = ChainMap(self.own, *below._all.maps) if below else ChainMap(self.own)
        self.refs: dict[str, Oid] = dict(below.refs) if below else {}

    def header(self, oid):
        kind, data = self._get(oid)
        return kind, len(data)

    def read(self, oid):
        return self._get(oid)[1]

    def everything(self):
        """Return all objects, those of the piles below too."""
        return dict(self._all)

    def write(self, kind: ObjectKind, data: bytes) -> Oid:
        """Store anything, unlooked at, and return its id."""
        oid = Oid(hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest())
        if oid not in self._all:
            self.own[oid] = (kind, data)
        return oid

    def write_blob(self, data):
        return self.write(ObjectKind.BLOB, data)

    def write_commit(self, raw):
        return self.write(ObjectKind.COMMIT, raw)

    def write_tree(self, raw):
        return self.write(ObjectKind.TREE, raw)

    def nodes(self, tree: Oid | None) -> dict[str, Node]:
        """Return what a well-formed tree holds."""
        return dict(trees.parse(self.read(tree))) if tree else {}

    def graft(self, files: Mapping[str, Oid | None], *, onto: Oid | None) -> Oid:
        """Return the tree with these blobs at their paths; None takes a path out."""
        nodes = self.nodes(onto)
        below: dict[str, dict[str, Oid | None]] = {}
        for path, oid in files.items():
            head, slash, rest = path.partition("/")
            if slash:
                below.setdefault(head, {})[rest] = oid
            elif oid is None:
                nodes.pop(head)
            else:
                nodes[head] = Node(oid, is_folder=False)
        for name, inner in below.items():
            node = nodes.get(name)
            grown = self.graft(inner, onto=node.oid if node and node.is_folder else None)
            nodes[name] = Node(grown, is_folder=True)
            if not self.read(grown):
                nodes.pop(name)
        return self.write_tree(tree_build.build(nodes))

    def tip(self, ref):
        return self.refs.get(ref)

    def alias_of(self, ref):
        return None

    def _get(self, oid):
        try:
            return self._all[oid]
        except KeyError:
            raise ObjectMissing(oid) from None
