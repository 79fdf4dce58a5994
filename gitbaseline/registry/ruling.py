"""What a tip makes of an entry: said before, or held to the latest comparable one there.

Asked again for every tip that an entry is tried on: when it is recorded, whenever another writer
was faster, and when it is made anew on what a remote holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid
from gitbaseline.model.signature import Fingerprint
from gitbaseline.policy.state import State
from gitbaseline.registry import arrived, idempotency
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.reader import Entry, Reader

if TYPE_CHECKING:
    from gitbaseline.team_config import TeamConfig


class SaidBefore(Exception):  # noqa: N818 - an answer that ends the writing: there is nothing to do
    """The entry was recorded earlier: under the same idempotency key, or from the same history."""

    def __init__(self, entry: Entry, commit: Oid | None) -> None:
        super().__init__(str(entry.path))
        self.entry = entry
        self.commit = commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An entry on the branch. ``repeated`` says that it was recorded earlier under the same key."""

    path: EntryPath
    entry: Baseline
    commit: Oid | None
    repeated: bool = False

    @classmethod
    def before(cls, said: SaidBefore) -> Placed:
        """Return the entry that was recorded before."""
        found = said.entry
        return cls(path=found.path, entry=found.baseline, commit=said.commit, repeated=True)


class Ruling:
    """The ruling of one signer's entries. ``warnings`` are those of the last tip asked about.

    ``deepen`` brings the history of the last weeks into a shallow clone.
    """

    def __init__(
        self,
        branch: Branch,
        signer: Fingerprint,
        *,
        team: Callable[[], TeamConfig | None],
        accept_harness_change: bool = False,
        deepen: Callable[[], object] | None = None,
    ) -> None:
        self.branch = branch
        self.warnings: tuple[str, ...] = ()
        self._signer = signer
        self._team = team
        self._accept_harness_change = accept_harness_change
        self._deepen = deepen

    def __call__(self, state: State, entry: Baseline) -> Baseline:
        """Return the entry as it stands after ``state``; raise SaidBefore where it is there."""
        chain = self.branch.chain
        reader = Reader(chain.objects, chain.trees, state)
        earlier = self._earlier(reader, entry)
        if earlier:
            raise SaidBefore(earlier, reader.commit_of(earlier.path))
        self.warnings = ()
        if entry.imported:  # history: it was judged, or not, where it was measured
            return entry
        if not (entry.continues or reader.stretches(entry.family, entry.measurement)):
            return entry
        from gitbaseline.registry import judging  # noqa: PLC0415 - a first entry is held to nothing

        ruled = judging.rule(
            reader, entry, self._team(), accept_harness_change=self._accept_harness_change
        )
        self.warnings = ruled.warnings
        return ruled.entry

    def _earlier(self, reader: Reader, entry: Baseline) -> Entry | None:
        if entry.imported:
            return arrived.there(reader, entry)
        words = (reader, self.branch.store, self.branch.verify, entry, self._signer)
        try:
            return idempotency.earlier(*words)
        except idempotency.HistoryCut:
            if self._deepen is None:
                raise
            self._deepen()
        return idempotency.earlier(*words)
