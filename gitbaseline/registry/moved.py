"""Where statements went that were made anew, for those that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gitbaseline.model import closing
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid
from gitbaseline.model.shape import ShapeError


class Moved:
    """Entries and commits by where they were; what is not there has not moved."""

    def __init__(self) -> None:
        self._paths: dict[str, EntryPath] = {}
        self._commits: dict[str, Oid] = {}

    def put_entry(self, was: str, now: EntryPath) -> None:
        """Note where an entry lies now."""
        self._paths[was] = now

    def put_commit(self, was: Oid, now: Oid) -> None:
        """Note which commit stands for another now."""
        self._commits[was] = now

    def entry(self, path: EntryPath) -> EntryPath:
        """Return where an entry lies now."""
        return self._paths.get(str(path), path)

    def commit(self, was: str) -> Oid:
        """Return the commit that stands for another now."""
        return self._commits.get(was, Oid(was))

    def reference(self, reference: str | None) -> str | None:
        """Return a reference to an entry, in whichever spelling, to where that lies now."""
        for was, now in self._paths.items():
            series, _, slug = was.rpartition("/")
            if reference == was:
                return str(now)
            if reference == f"{series}@{slug}":
                return f"{now.series}@{now.slug}"
        return reference

    def lever(self, extra: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """Return ``extra`` with the entry whose lever it closes where that lies now."""
        try:
            closes = closing.from_extra(extra)
        except ShapeError:
            return extra  # misspelt by another program; it closes nothing
        path = self._paths.get(str(closes.entry)) if closes else None
        if closes is None or path is None:
            return extra
        return {**extra, **closing.to_extra(replace(closes, entry=path))}
