"""New trees on the way from changed files to the top, each built once, bottom up.

The old trees come from the cache of checked ones, and a new tree is the old one's bytes with its
changed entries spliced in, so that the cost is what changed, not what a folder holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gitbaseline.model.names import Oid
from gitbaseline.model.tree import Node, Tree
from gitbaseline.model.tree_build import grown
from gitbaseline.policy.changes import Trees


def graft(
    write: Callable[[bytes], Oid], trees: Trees, files: Mapping[str, Oid], *, onto: Oid | None
) -> Oid:
    """Return the id of the tree that ``onto`` becomes with these blobs at their paths.

    ``write`` stores the raw bytes of a tree and returns its id.
    """
    nodes: dict[str, Node] = {}
    below: dict[str, dict[str, Oid]] = {}
    old = trees.tree(onto) if onto else Tree()
    for path, oid in files.items():
        head, slash, rest = path.partition("/")
        if slash:
            below.setdefault(head, {})[rest] = oid
        else:
            nodes[head] = Node(oid, is_folder=False)
    for name, inner in below.items():
        was = old.find(name)
        top = was.oid if was and was.is_folder else None
        nodes[name] = Node(graft(write, trees, inner, onto=top), is_folder=True)
    return write(grown(old, nodes))
