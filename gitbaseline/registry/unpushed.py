"""Statements that were made here and not pushed yet: whose they are, and what they say.

Only the signer's own can be signed again; one of somebody else's is a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json, event
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.event import Event, EventKind, event_path
from gitbaseline.model.layout import BASELINE, EntryPath, entry_of
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.events import files_below
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Author, Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpushed:
    """One of them: the states before and after it, its kind and first line."""

    chain: Chain
    before: State
    after: State
    kind: Kind
    said: str

    @property
    def subject(self) -> str:
        """What it is about: an entry's path, or the version of a trust state."""
        return self.said.partition(" ")[2]

    @property
    def path(self) -> EntryPath:
        """The entry that it is about."""
        return entry_of(self.subject)

    def entry(self) -> Baseline:
        """Return the entry that it recorded."""
        return baseline_json.from_admitted(self._read(f"{self.subject}/{BASELINE}"))

    def event(self, kind: EventKind) -> Event:
        """Return what it said of an entry."""
        return event.from_bytes(self._read(event_path(self.path, kind)), kind)

    def files(self) -> dict[str, bytes]:
        """Return all files of the entry that it recorded, by name."""
        files = files_below(self.chain.trees, self._find(self.subject), "")
        return {name: self.chain.objects.read(oid) for name, oid in files}

    def _read(self, path: str) -> bytes:
        return self.chain.objects.read(self._find(path))

    def _find(self, path: str) -> Oid:
        node = self.chain.trees.find(self.after.tree, path)
        if node is None:
            raise AssertionError(path)  # the commit was checked
        return node.oid


def unpushed(
    branch: Branch, base: Oid, commits: Sequence[Oid], author: Author
) -> Iterator[Unpushed]:
    """Yield the commits after ``base``; raise Unable for one that is not the author's, or bad."""
    state = branch.chain.load(base)
    for oid in commits:
        checked = branch.chain.check(oid, state)
        if checked.violations or checked.state is None or checked.kind is None:
            first = checked.violations[0]
            raise Unable(
                f"an unpushed commit is not a good statement: {first.message}",
                code=first.rule,
                where=oid,
                hint="git baseline verify",
            )
        if checked.signer != author.fingerprint:
            raise Unable(
                f"others were faster, and the unpushed {checked.subject!r} was signed by "
                f"{checked.principal} with another key, so it cannot be made anew by yours",
                code="remake/signer",
                where=oid,
                hint="let its holder push it; if the key is yours: git config user.signingkey",
            )
        yield Unpushed(
            chain=branch.chain,
            before=state,
            after=checked.state,
            kind=checked.kind,
            said=checked.subject,
        )
        state = checked.state
