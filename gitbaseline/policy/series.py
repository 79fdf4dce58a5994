"""A measurement's folder on the branch: its entries, the index that grows, the free slug."""

from __future__ import annotations

import itertools

from gitbaseline.model.documents import ROWS, SHORTEST_ROW, rows_in
from gitbaseline.model.layout import index_name
from gitbaseline.model.names import ENTRY_LIMIT, Oid, SlugKey, continued
from gitbaseline.model.objects import Objects
from gitbaseline.model.tree import Tree, TreeFault
from gitbaseline.policy.changes import Trees

INDEX_LIMIT = 4 * 1024 * 1024  # twice what ROWS rows of the longest cells come to


def series_tree(trees: Trees, top: Oid | None, series: str) -> Tree:
    """Return the measurement's folder below the tree ``top``, empty where it is new."""
    node = trees.find(top, series) if top else None
    return trees.tree(node.oid) if node and node.is_folder else Tree()


def last_stretch(trees: Trees, top: Oid | None, family: str, measurement: str) -> int:
    """Return the ordinal of a measurement's last stretch, the only one with room; of none 1."""
    folder = series_tree(trees, top, family)
    later = (
        n for n in itertools.count(2) if folder.at(f"{continued(measurement, n)}/".encode()) is None
    )
    return next(later) - 1


def growing_index(objects: Objects, tree: Tree) -> tuple[str, bytes]:
    """Return name and present bytes of the index that the next row goes into.

    The bytes are empty where a new index file begins: in a new measurement, or after ``ROWS`` rows.
    Raises TreeFault on one too large to be an index: it came in with a refused commit.
    """
    node = tree.at(index_name(1).encode())
    if node is None:
        return index_name(1), b""
    ordinal = 1
    while (later := tree.at(index_name(ordinal + 1).encode())) is not None:
        ordinal, node = ordinal + 1, later
    _, size = objects.header(node.oid)
    if size > INDEX_LIMIT:
        raise TreeFault("limit/index", f"index of {size} bytes, at most {INDEX_LIMIT}")
    present = objects.read(node.oid)
    if size >= ROWS * SHORTEST_ROW and rows_in(present) >= ROWS:  # counted where many lie
        return index_name(ordinal + 1), b""
    return index_name(ordinal), present


def entries_in(tree: Tree) -> int:
    """Return how many entries a measurement's folder holds."""
    return tree.folders()


def is_full(tree: Tree) -> bool:
    """Whether the measurement goes on under its next name. Counts entries only where many lie."""
    return len(tree) >= ENTRY_LIMIT and entries_in(tree) >= ENTRY_LIMIT


def free_slug(tree: Tree, time: str) -> SlugKey:
    """Return the slug for an entry of this time (``YYYYMMDDTHHMMSSZ``): the smallest free suffix.

    Suffixes in use have no gap, so it is one more than there are entries of that time.
    """
    return SlugKey(time, tree.folders(time) + 1)
