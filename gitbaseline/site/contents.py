"""What lies on the branch: a measurement's entries by their ids, an entry's files.

Which entries there are, and whether anything of them changed, is told by the ids in a measurement's
folder alone: ten thousand that did not change are not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitbaseline.errors import Incomplete
from gitbaseline.frozen import dataclass
from gitbaseline.model.event import EventKind, event_path
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid, parse_slug
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.series import series_tree
from gitbaseline.policy.state import State
from gitbaseline.registry.reader import Entry
from gitbaseline.site.entry_page import File, copied


@dataclass(frozen=True, slots=True)
class Lying:
    """One entry as the branch holds it, not read: ``ids`` change where anything of it does."""

    path: EntryPath
    ids: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The registry's objects at one state."""

    chain: Chain
    state: State

    def lying(self, family: str, stretches: Iterable[str]) -> list[Lying]:
        """Return the entries of a measurement's stretches by time, oldest first."""
        found = [one for name in stretches for one in self._lying(family, name)]
        return sorted(found, key=lambda one: one.path.slug)

    def _lying(self, family: str, stretch: str) -> Iterator[Lying]:
        ids: dict[str, list[str]] = {}
        folders = []
        for name, node in series_tree(self.chain.trees, self.state.tree, f"{family}/{stretch}"):
            own = name.partition(".")[0]  # an event is called as its entry is, and what happened
            ids.setdefault(own, []).append(f"{name} {node.oid}")
            if node.is_folder:
                folders.append(name)
        for slug in filter(None, map(parse_slug, folders)):
            path = EntryPath(family=family, measurement=stretch, slug=slug)
            yield Lying(path, "\n".join([*ids[str(slug)], *self._distrusted(path)]))

    def _distrusted(self, path: EntryPath) -> Iterator[str]:
        """Yield what is distrusted of an entry: itself, events of it."""
        if self.state.distrusted:
            for name in (str(path), *(event_path(path, kind) for kind in EventKind)):
                if name in self.state.distrusted:
                    yield f"distrusted {name}"

    def files(self, entry: Entry) -> list[File]:
        """Return an entry's files by name, with what is in those that the site copies."""
        try:
            return sorted(self._files(entry.folder, ""), key=lambda file: file.name)
        except ObjectMissing as missing:
            text = f"the repository lacks {missing.oid}"
            raise Incomplete(text, where=str(entry.path)) from None

    def _files(self, folder: Oid, prefix: str) -> Iterator[File]:
        for name, node in self.chain.trees.tree(folder):
            if node.is_folder:
                yield from self._files(node.oid, f"{prefix}{name}/")
                continue
            path = prefix + name
            _, size = self.chain.objects.header(node.oid)
            data = self.chain.objects.read(node.oid) if copied(path, size) else None
            yield File(name=path, oid=node.oid, size=size, data=data)
