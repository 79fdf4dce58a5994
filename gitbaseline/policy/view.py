"""One commit as the statement rules see it: parsed, with its changes, on top of a known state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import Commit
from gitbaseline.model.message import Kind, Trailers
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.root import ListedKey
from gitbaseline.model.tree import Tree
from gitbaseline.model.violation import Violation
from gitbaseline.policy.changes import Action, Change, Trees
from gitbaseline.policy.recent import Recent
from gitbaseline.policy.series import growing_index, series_tree
from gitbaseline.policy.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known of one commit before its statement is judged.

    ``before`` is None on the genesis. ``signer`` is None where the signature proved nothing; that
    finding is already made, and the statement is judged for the rest. ``kept`` and
    ``indexes`` are the measurements' folders and indexes that a rule has asked for.
    """

    oid: Oid
    commit: Commit
    kind: Kind
    before: State | None
    changes: Mapping[str, Change]
    signer: ListedKey | None
    now: int | None
    objects: Recent
    trees: Trees
    kept: dict[str, Tree] = field(default_factory=dict)
    indexes: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def broken(self, rule: str, message: str, path: str | None = None) -> Violation:
        """Return a finding on this commit."""
        return Violation(rule=rule, message=message, commit=self.oid, path=path)

    def added(self, folder: str) -> dict[str, Change]:
        """Return what was added below a folder, by path from that folder."""
        prefix = folder + "/"
        return {
            path.removeprefix(prefix): change
            for path, change in self.changes.items()
            if path.startswith(prefix) and change.action is Action.ADDED
        }

    def size(self, change: Change) -> int | None:
        """Return the size of a blob from its header, or None where it is no blob."""
        kind, size = self.objects.header(change.oid)
        return size if kind is ObjectKind.BLOB else None

    def small_files(self, paths: Sequence[str], most: int) -> tuple[dict[str, bytes], str | None]:
        """Return the files that the commit has at these paths, and the first that cannot be read.

        One that is missing, no blob, or larger than ``most`` bytes ends the reading.
        """
        content: dict[str, bytes] = {}
        for path in paths:
            change = self.changes.get(path)
            size = self.size(change) if change else None
            if change is None or size is None or size > most:
                return content, path
            content[path] = self.objects.read(change.oid)
        return content, None

    def series(self, series: str) -> Tree:
        """Return a measurement's folder as the parent has it, empty where it is new."""
        known = self.kept.get(series)
        if known is None:
            top = self.before.tree if self.before else None
            known = self.kept[series] = series_tree(self.trees, top, series)
        return known

    def index(self, series: str) -> tuple[str, bytes]:
        """Return path and present bytes of the index that a statement about the series grows."""
        known = self.indexes.get(series)
        if known is None:
            name, present = growing_index(self.objects, self.series(series))
            known = self.indexes[series] = (f"{series}/{name}", present)
        return known

    def expected_trailers(self, content: str, registry_id: str) -> Trailers:
        """Return the trailers that this commit must carry."""
        return Trailers(
            kind=self.kind,
            registry_id=registry_id,
            previous=self.before.raw_sha256 if self.before else None,
            content=content,
        )
