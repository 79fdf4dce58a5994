"""The collect statement: a contributor's entry, with its commit, on whatever tip it is tried on."""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.frozen import dataclass
from gitbaseline.model import documents
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import STATEMENT, EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.objects import ObjectKind, Objects, object_id
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.collect import held
from gitbaseline.policy.series import free_slug, growing_index, series_tree
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Draft


class Stands(Exception):  # noqa: N818 - an answer that ends the writing: there is nothing to do
    """What a contribution says stands on the branch already, at ``path``."""

    def __init__(self, path: EntryPath) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One contribution: the raw commit, the entry that it names, and the entry's files by name."""

    raw: bytes
    path: EntryPath
    entry: Baseline
    files: Mapping[str, bytes]
    objects: Objects
    trees: Trees

    def draft(self, state: State | None) -> Draft:
        """Return what it adds after ``state``; raise Stands where that has it already."""
        tree = series_tree(self.trees, state.tree if state else None, self.path.series)
        oids = {name: object_id(ObjectKind.BLOB, data) for name, data in self.files.items()}
        there = held(self.trees, tree, self.path, oids)
        if there:
            raise Stands(there)
        slug = free_slug(tree, self.path.slug.time)
        path = EntryPath(family=self.path.family, measurement=self.path.measurement, slug=slug)
        content = {**self.files, STATEMENT: self.raw}
        name, index = growing_index(self.objects, tree)
        row = documents.entry_row(path, self.entry)
        files = {f"{path}/{inner}": data for inner, data in content.items()}
        files[f"{path.series}/{name}"] = documents.index_after(index, path.series, row)
        return Draft(
            kind=Kind.COLLECT, subject=str(path), content=content, files=files, entry=self.entry
        )
