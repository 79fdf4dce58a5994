"""The acceptance and retraction statements."""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model import documents, event
from gitbaseline.model.codec import CodecError
from gitbaseline.model.event import STATEMENTS, Event, EventKind, event_path
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.manifest import digest
from gitbaseline.model.objects import Objects
from gitbaseline.model.shape import ShapeError
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.events import files_below
from gitbaseline.policy.series import growing_index, series_tree
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An entry is accepted or retracted. ``at`` is the UTC second, ``by`` the operator."""

    kind: EventKind
    entry: EntryPath
    at: str
    by: str
    reason: str
    objects: Objects
    trees: Trees

    def draft(self, state: State | None) -> Draft:
        """Return what it adds after ``state``; InputError where the entry cannot have it."""
        tree = series_tree(self.trees, state.tree if state else None, self.entry.series)
        node = tree.find(str(self.entry.slug))
        if node is None:
            raise InputError("there is no such entry", code="entry/none", where=str(self.entry))
        for other in (EventKind.RETRACTED, self.kind):
            if tree.find(f"{self.entry.slug}.{other}.json"):
                raise InputError(
                    f"was {other} already", code=f"event/{other}", where=str(self.entry)
                )
        files = files_below(self.trees, node.oid, "")
        content = digest({name: self.objects.read(oid) for name, oid in files})
        data = self._bytes(content)
        path = event_path(self.entry, self.kind)
        name, index = growing_index(self.objects, tree)
        row = documents.event_row(self.at, self.entry, self.kind, self.by, self.reason)
        series = self.entry.series
        return Draft(
            kind=STATEMENTS[self.kind],
            subject=str(self.entry),
            content={path: data},
            files={path: data, f"{series}/{name}": documents.index_after(index, series, row)},
        )

    def _bytes(self, content: str) -> bytes:
        try:
            data = event.to_bytes(
                Event(
                    kind=self.kind,
                    family=self.entry.family,
                    measurement=self.entry.measurement,
                    slug=str(self.entry.slug),
                    content=content,
                    at=self.at,
                    by=self.by,
                    reason=self.reason,
                )
            )
            event.from_bytes(data, self.kind)
        except (CodecError, ShapeError) as error:
            raise InputError(f"cannot be stated: {error}", code="event/field") from None
        return data
