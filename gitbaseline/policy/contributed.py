"""The record that a collect brought: whose number an entry is, whoever carried it."""

from __future__ import annotations

from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.layout import STATEMENT
from gitbaseline.model.objects import ObjectKind, Objects
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.raw import COMMIT_LIMIT


def contributed(trees: Trees, objects: Objects, commit: Commit, path: str) -> Commit | None:
    """Return the statement beside the entry at ``path``, None where it is none; judges nothing.

    Raises ObjectMissing where the repository lacks what it takes to read it.
    """
    try:
        node = trees.find(commit.tree, f"{path}/{STATEMENT}")
        if node is None:
            return None
        kind, size = objects.header(node.oid)
        readable = kind is ObjectKind.BLOB and size <= COMMIT_LIMIT
        return parse(objects.read(node.oid)) if readable else None
    except (TreeFault, CommitFault):
        return None
