"""What a commit changes against its single parent, read from raw trees.

Never old tip against new tip: an edit and its undoing in one push would cancel out. Sizes and
kinds come from object headers before any content is read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from enum import Enum

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import PATH_DEPTH, Oid
from gitbaseline.model.objects import ObjectKind, Objects
from gitbaseline.model.tree import Node, Tree, TreeFault, differences, parse

TREE_LIMIT = 4 * 1024 * 1024
DEPTH = PATH_DEPTH + 4
_KEPT_ENTRIES = 200_000  # of all kept trees; some 20 MB


class Action(Enum):
    """What happened to a path."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs. ``oid`` is the new blob (of a deletion: what was there)."""

    path: str
    action: Action
    oid: Oid
    old: Oid | None = None


class Trees:
    """Checked trees of one repository by id, those used last kept."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kept: OrderedDict[str, Tree] = OrderedDict()
        self._entries = 0

    def tree(self, oid: Oid, like: Tree | None = None) -> Tree:
        """Return the tree; raise TreeFault or ObjectMissing."""
        known = self._kept.get(oid)
        if known is None:
            kind, size = self._objects.header(oid)
            if kind is not ObjectKind.TREE:
                raise TreeFault("tree/kind", f"expected a tree, got a {kind}")
            if size > TREE_LIMIT:
                raise TreeFault("limit/tree", f"tree of {size} bytes, at most {TREE_LIMIT}")
            known = parse(self._objects.read(oid), like)
            self._keep(oid, known)
        else:
            self._kept.move_to_end(oid)
        return known

    def _keep(self, oid: Oid, tree: Tree) -> None:
        self._kept[oid] = tree
        self._entries += len(tree)
        while self._entries > _KEPT_ENTRIES and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._entries -= len(gone)

    def find(self, top: Oid, path: str) -> Node | None:
        """Return the node at a path below ``top``, or None."""
        *folders, last = path.split("/")
        at = top
        for name in folders:
            node = self.tree(at).at(f"{name}/".encode())
            if node is None:
                return None
            at = node.oid
        return self.tree(at).find(last)

    def changes(self, old: Oid | None, new: Oid) -> Iterator[Change]:
        """Yield every path that differs, files only; a deleted folder is one change."""
        yield from self._walk("", self.tree(old) if old else Tree(), new, 0)

    def _walk(self, prefix: str, before: Tree, new: Oid, depth: int) -> Iterator[Change]:
        if depth > DEPTH:
            raise TreeFault("limit/depth", f"{prefix}: deeper than {DEPTH} folders")
        try:
            after = self.tree(new, before)
        except TreeFault as fault:
            raise TreeFault(fault.rule, f"{prefix or 'top'}: {fault}") from None
        if not len(after):
            raise TreeFault("tree/empty", f"{prefix or 'top'}: a folder with nothing in it")
        for item in differences(before, after):
            yield from self._one(prefix + item.name, item.old, item.new, depth)

    def _one(self, path: str, old: Node | None, new: Node | None, depth: int) -> Iterator[Change]:
        if old and (new is None or old.is_folder != new.is_folder):
            yield Change(path, Action.DELETED, old.oid)
            old = None
        if new is None:
            return
        if new.is_folder:
            before = self.tree(old.oid) if old else Tree()
            yield from self._walk(path + "/", before, new.oid, depth + 1)
        elif old:
            yield Change(path, Action.MODIFIED, new.oid, old.oid)
        else:
            yield Change(path, Action.ADDED, new.oid)
