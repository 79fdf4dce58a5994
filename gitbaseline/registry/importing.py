"""Bringing in what was measured before there was a registry: one signed commit for each entry.

What a store holds is listed (``listing``) without reading it all; each entry is read when its turn
comes, oldest first, and placed on whatever tip it is tried on.

Rules:

- An entry's original time is its slug (``imported``).
- It is history: it is not held to the entries before it, and becomes no candidate here.
- The branch moves over some entries at once, after all of them are on disk: one commit each, but
  one wait for the disk. Where that is cut short none of them is there, and those before stay.
- What is there already is left alone (``arrived``), so that an import can be broken off and run
  again, also by somebody else at the same time.
- An entry that cannot be read, or that the rules refuse, is left out and told; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gitbaseline.errors import GitBaselineError, InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath, entry_of
from gitbaseline.model.names import Oid
from gitbaseline.policy.rules import RULES
from gitbaseline.policy.series import series_tree
from gitbaseline.policy.state import State
from gitbaseline.registry import arrived
from gitbaseline.registry.branch import Author, Branch, Draft
from gitbaseline.registry.imported import Arrival
from gitbaseline.registry.listing import Fate, Listing, Outcome, Waiting
from gitbaseline.registry.reader import Reader
from gitbaseline.registry.record import Record
from gitbaseline.registry.ruling import SaidBefore

_BATCH = 100  # entries that the branch moves over at once
_BATCH_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """An entry that was read, or why it could not be."""

    waiting: Waiting
    arrival: Arrival | None = None
    error: GitBaselineError | None = None


def _read(waiting: Waiting) -> _Read:
    try:
        return _Read(waiting=waiting, arrival=waiting.take())
    except InputError as error:
        return _Read(waiting=waiting, error=error)


class Importing:
    """One import on one branch. With ``author`` None nothing is written: a dry run."""

    def __init__(self, branch: Branch, author: Author | None, clock: Callable[[], int]) -> None:
        self._branch = branch
        self._author = author
        self._clock = clock
        self._claimed: set[EntryPath] = set()  # entries that stand for one of the store's

    def each(self, listing: Listing) -> Iterator[Outcome]:
        """Yield the fate of every entry, oldest first; raises Unable where none can be written."""
        yield from listing.refused
        yield from listing.withdrawn
        held: list[_Read] = []
        size = 0
        for waiting in sorted(listing.waiting, key=lambda one: (one.at, one.where)):
            one = _read(waiting)
            held.append(one)
            size += sum(map(len, one.arrival.payload.values())) if one.arrival else 0
            if len(held) >= _BATCH or size >= _BATCH_BYTES:
                yield from self._written(held)
                held, size = [], 0
        if held:
            yield from self._written(held)

    def _written(self, held: Sequence[_Read]) -> Sequence[Outcome]:
        author = self._author
        if author is None:
            state = self._branch.state()
            return [self._placed(one, lambda record: (record.draft(state), None)) for one in held]
        return self._branch.again(lambda: self._attempt(held, author))

    def _attempt(self, held: Sequence[_Read], author: Author) -> Sequence[Outcome]:
        """Make a commit for each on the present tip, then move the branch over all of them."""
        claimed = set(self._claimed)
        expected = self._branch.store.tip(self._branch.ref)
        before = state = self._branch.state()

        def write(record: Record) -> tuple[Draft, Oid]:
            nonlocal state
            written = self._branch.make(record, author, self._clock(), state)
            state = written.state
            return written.draft, written.commit

        try:
            with self._branch.store.together():
                outcomes = [self._placed(one, write) for one in held]
            if state != before:
                new = sum(one.fate is Fate.IMPORTED for one in outcomes)
                self._branch.move(expected, state, f"baseline: import {new} entries")
        except BaseException:
            self._claimed = claimed  # of this try nothing stands
            raise
        return outcomes

    def _placed(self, one: _Read, write: Callable[[Record], tuple[Draft, Oid | None]]) -> Outcome:
        """Return the fate of an entry that ``write`` writes; raise Unable where none can be."""
        waiting, arrival = one.waiting, one.arrival
        refused = Outcome(where=waiting.where, fate=Fate.REFUSED, at=waiting.at, error=one.error)
        if arrival is None:
            return refused
        try:
            return self._placed_by(waiting, arrival, write)
        except GitBaselineError as error:
            if isinstance(error, Unable) and error.code not in RULES:
                raise
            return replace(refused, error=error)

    def _placed_by(
        self,
        waiting: Waiting,
        arrival: Arrival,
        write: Callable[[Record], tuple[Draft, Oid | None]],
    ) -> Outcome:
        chain = self._branch.chain
        record = Record(
            entry=arrival.entry,
            payload=arrival.payload,
            objects=chain.objects,
            trees=chain.trees,
            ruling=self._ruling,
        )
        outcome = Outcome(
            where=waiting.where, fate=Fate.IMPORTED, at=waiting.at, warnings=arrival.warnings
        )
        try:
            draft, commit = write(record)
        except SaidBefore as before:
            self._claimed.add(before.entry.path)
            return replace(outcome, fate=Fate.PRESENT, path=before.entry.path, commit=before.commit)
        path = self._free(entry_of(draft.subject))
        self._claimed.add(path)
        return replace(outcome, path=path, commit=commit)

    def _ruling(self, state: State, entry: Baseline) -> Baseline:
        chain = self._branch.chain
        found = arrived.there(Reader(chain.objects, chain.trees, state), entry, but=self._claimed)
        if found:
            raise SaidBefore(found, None)
        known = entry.continues and len(series_tree(chain.trees, state.tree, entry.continues))
        return entry if known else replace(entry, continues=None)

    def _free(self, path: EntryPath) -> EntryPath:
        """Return the place that an entry gets, in a dry run behind those before it."""
        while path in self._claimed:
            path = replace(path, slug=replace(path.slug, suffix=path.slug.suffix + 1))
        return path
