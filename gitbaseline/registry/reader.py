"""Reading the registry at one tip. Needs no key, no work tree, and of history only the tip."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.codec import CodecError
from gitbaseline.model.commit import CommitFault, parse
from gitbaseline.model.event import EventKind, event_path
from gitbaseline.model.layout import BASELINE, EntryPath, entry_named
from gitbaseline.model.names import (
    Oid,
    SlugKey,
    continued,
    name_fault,
    split_measurement,
)
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.tree import Node, Tree
from gitbaseline.pattern import pattern
from gitbaseline.policy.changes import TREE_LIMIT, Trees
from gitbaseline.policy.series import series_tree
from gitbaseline.policy.state import State
from gitbaseline.registry.added import Search
from gitbaseline.registry.newest import Listed, newest

# An index, or an event of an entry.
_BESIDE = pattern(r"INDEX(?:-[0-9]+)?\.md|[0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?\.[a-z]+\.json")

_KNOWN = 10  # entries that are kept as they were read

_slug = attrgetter("path.slug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it stands at the tip."""

    path: EntryPath
    baseline: Baseline
    folder: Oid
    accepted: bool
    retracted: bool
    distrusted: bool

    @property
    def counts(self) -> bool:
        """Whether a reference may resolve to it: a baseline, neither retracted nor distrusted."""
        standing = self.accepted or self.baseline.standing is Standing.BASELINE
        return standing and not self.retracted and not self.distrusted

    @property
    def status(self) -> str:
        """One word for tables: ``ok``, ``candidate``, ``retracted`` or ``distrusted``."""
        if self.distrusted:
            return "distrusted"
        if self.retracted:
            return "retracted"
        return "ok" if self.counts else "candidate"


class Reader:
    """The registry's content after one commit. ``line`` is a file of ``added.Search``."""

    def __init__(
        self, objects: Objects, trees: Trees, state: State, *, line: Path | None = None
    ) -> None:
        self._objects = objects
        self._trees = trees
        self._line = line
        # The measurement that was listed last, and its folders: one verb may ask more than once.
        self._at_hand: tuple[tuple[str, str], list[tuple[str, bytes]]] = ("", ""), []
        # A diff asks for the newest entries to find the baseline, its noise and its steps.
        self._known = lru_cache(maxsize=_KNOWN)(self._decoded)
        self.state = state

    def families(self) -> list[str]:
        """Return the families, sorted."""
        return [
            name
            for name, node in self._trees.tree(self.state.tree)
            if node.is_folder and name_fault(name) is None
        ]

    def measurements(self, family: str) -> list[str]:
        """Return the family's plain measurement names, each once, sorted."""
        names = (split_measurement(name) for name, _ in series_tree(*self._at(family)))
        return sorted({parts[0] for parts in names if parts})

    def stretches(self, family: str, measurement: str) -> list[str]:
        """Return the names under which a measurement's entries lie, oldest first."""
        family_tree = series_tree(*self._at(family))
        names = (continued(measurement, ordinal) for ordinal in itertools.count(1))
        return [*itertools.takewhile(lambda name: family_tree.at(f"{name}/".encode()), names)]

    def paths(self, family: str, measurement: str) -> list[EntryPath]:
        """Return the measurement's entries by time, oldest first, over all its stretches."""
        return [*self.newest(family, measurement)][::-1]

    def newest(self, family: str, measurement: str) -> Iterator[EntryPath]:
        """Yield the measurement's entries by time, newest first, over all its stretches."""
        return (listed.path for listed in self.listed(family, measurement))

    def listed(self, family: str, measurement: str) -> Iterator[Listed]:
        """Yield what lists the measurement's entries, newest first, over all its stretches.

        Of each stretch no more is read than is asked for, but for its folder: any of them may hold
        the newest, since what was measured long ago may be recorded today.
        """
        series = (family, measurement)
        if self._at_hand[0] != series:
            names = reversed(self.stretches(family, measurement))
            self._at_hand = series, [(name, self._folder(family, name)) for name in names]
        found = [newest(raw, family, name) for name, raw in self._at_hand[1]]
        return heapq.merge(*found, key=_slug, reverse=True)

    def listed_in(self, family: str, stretch: str) -> Iterator[Listed]:
        """Yield what lists the entries of one stretch of a measurement, newest first."""
        return newest(self._folder(family, stretch), family, stretch)

    def _folder(self, family: str, stretch: str) -> bytes:
        """Return the raw folder of one stretch of a measurement, empty where there is none."""
        node = self._trees.find(self.state.tree, f"{family}/{stretch}")
        if node is None:
            return b""
        if self._objects.header(node.oid)[1] > TREE_LIMIT:
            self._trees.tree(node.oid)  # which refuses it
        return self._objects.read(node.oid)

    def entry(self, path: EntryPath) -> Entry:
        """Return one entry; raise InputError where there is none, Unable where it is unreadable."""
        tree = series_tree(*self._at(path.series))
        node = tree.find(str(path.slug))
        if node is None or not node.is_folder:
            raise InputError("there is no such entry", code="entry/none", where=str(path))
        events = (event_path(path, kind).rpartition("/")[2] for kind in EventKind)
        beside = tuple(name for name in events if tree.find(name))
        return self.read(Listed(path, node.oid, beside))

    def read(self, listed: Listed) -> Entry:
        """Return the entry that is listed; raise Unable where it is unreadable."""
        return self._known(listed)

    def _decoded(self, listed: Listed) -> Entry:
        path = listed.path
        data = self.baseline_json(listed)
        try:
            baseline = baseline_json.from_admitted(data)
        except (CodecError, ShapeError) as error:
            raise Unable(
                f"its {BASELINE} cannot be read: {error}",
                code="entry/unreadable",
                where=str(path),
                hint="git baseline verify",
            ) from None
        return Entry(
            path=path,
            baseline=baseline,
            folder=listed.folder,
            accepted=self._happened(listed, EventKind.ACCEPTED),
            retracted=self._happened(listed, EventKind.RETRACTED),
            distrusted=str(path) in self.state.distrusted,
        )

    def entries(self, family: str, measurement: str) -> Iterator[Entry]:
        """Yield the measurement's entries by time, newest first."""
        return map(self.read, self.listed(family, measurement))

    def of_second(self, family: str, measurement: str, time: str) -> Iterator[Entry]:
        """Yield the measurement's entries of one second (``YYYYMMDDTHHMMSSZ``), oldest first."""
        for name in self.stretches(family, measurement):
            tree = series_tree(*self._at(f"{family}/{name}"))
            for suffix in itertools.count(1):
                slug = SlugKey(time, suffix)
                if tree.find(str(slug)) is None:
                    break
                yield self.entry(EntryPath(family=family, measurement=name, slug=slug))

    def files(self, path: EntryPath) -> list[str]:
        """Return the paths of an entry's files, sorted."""
        return sorted(self._files(series_tree(*self._at(str(path))), ""))

    def beside(self, series: str) -> dict[str, bytes]:
        """Return the files of one stretch of a measurement that are no entry's, by name."""
        tree = series_tree(*self._at(series))
        return {
            name: self._objects.read(node.oid)
            for name, node in tree
            if not node.is_folder and _BESIDE.fullmatch(name)
        }

    def file(self, path: EntryPath, name: str) -> bytes:
        """Return one file of an entry, as it was recorded."""
        return self._content(path, name, self._trees.find(self.state.tree, f"{path}/{name}"))

    def baseline_json(self, listed: Listed) -> bytes:
        """Return the ``baseline.json`` of an entry that is listed, as it was recorded."""
        folder = self._trees.tree(listed.folder)
        return self._content(listed.path, BASELINE, folder.find(BASELINE))

    def _content(self, path: EntryPath, name: str, node: Node | None) -> bytes:
        if node is None or node.is_folder:
            raise InputError(
                f"the entry has no file {name}",
                code="entry/file",
                where=str(path),
                hint=f"git baseline show {path} --files",
            )
        try:
            return self._objects.read(node.oid)
        except ObjectMissing as missing:
            raise Unable(
                f"the repository lacks {missing.oid}", code="registry/incomplete", where=str(path)
            ) from None

    def commit_of(self, path: EntryPath) -> Oid | None:
        """Return the commit that added an entry, or None where history ends before it."""
        search = Search(self._objects, self._trees, path, self._line)
        return search.before(self.state.commit)

    def entry_of(self, commit: Oid) -> EntryPath | None:
        """Return the entry that a commit of the branch added, or None."""
        try:
            subject = parse(self._objects.read(commit)).message.partition("\n")[0]
        except (ObjectMissing, CommitFault):
            return None
        path = entry_named(subject.partition(" ")[2])
        known = path and self._trees.find(self.state.tree, str(path))
        return path if known else None

    def _happened(self, listed: Listed, kind: EventKind) -> bool:
        file = event_path(listed.path, kind)
        return file.rpartition("/")[2] in listed.beside and file not in self.state.distrusted

    def _at(self, path: str) -> tuple[Trees, Oid, str]:
        return self._trees, self.state.tree, path

    def _files(self, tree: Tree, prefix: str) -> Iterator[str]:
        for name, node in tree:
            if node.is_folder:
                yield from self._files(self._trees.tree(node.oid), f"{prefix}{name}/")
            else:
                yield prefix + name
