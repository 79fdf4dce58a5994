"""A statement said once more, after what others stated meanwhile.

It keeps what it says, when it was said and who said it. What the new tip makes needless is not said
again: an acceptance of what counts already, a retraction of what is retracted, and either of an
entry that was left out itself.
"""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Standing
from gitbaseline.model.commit import parse
from gitbaseline.model.event import EVENTS, EventKind, event_path
from gitbaseline.model.layout import BASELINE, SOURCE_MD, STATEMENT, EntryPath, entry_of
from gitbaseline.model.message import Kind
from gitbaseline.model.root import Root
from gitbaseline.policy.common import ROLES
from gitbaseline.policy.state import State
from gitbaseline.registry import inbox, permission, trust
from gitbaseline.registry.branch import Author, Branch, Statement
from gitbaseline.registry.event import Happening
from gitbaseline.registry.fold import Fold, Stands
from gitbaseline.registry.moved import Moved
from gitbaseline.registry.record import Record, unplaced
from gitbaseline.registry.ruling import Ruling
from gitbaseline.registry.trust_again import as_changed
from gitbaseline.registry.unpushed import Unpushed


class Needless(Exception):  # noqa: N818 - an answer: nothing is left to say there
    """The statement need not be made; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The tip, at ``state``, on which statements are said again, by whom and under which ruling."""

    branch: Branch
    author: Author
    ruling: Ruling
    moved: Moved
    state: State

    def statement(self, one: Unpushed) -> Statement:
        """Return what a commit said as something to be said here.

        Raises Needless or Stands where it is said already, InputError where it cannot be.
        """
        role = ROLES[one.kind]
        if one.kind is Kind.TRUST:
            permission.require(self.state, self.author, role, None)
            return self._trust(one.before.root, one.after.root)
        permission.require(self.state, self.author, role, one.path.family)
        if one.kind is Kind.RECORD:
            return self._record(one)
        if one.kind is Kind.COLLECT:
            return self._fold(one)
        return self._event(one, EVENTS[one.kind])

    def _record(self, one: Unpushed) -> Record:
        chain = self.branch.chain
        there = inbox.folded(chain, self.state, one.after.commit)
        if there:
            raise Stands(there)
        entry = unplaced(one.entry())
        entry = replace(
            entry,
            supersedes=self.moved.reference(entry.supersedes),
            extra=self.moved.lever(entry.extra),
        )
        return Record(
            entry=entry,
            payload={
                name: data
                for name, data in one.files().items()
                if name not in (BASELINE, SOURCE_MD)
            },
            objects=chain.objects,
            trees=chain.trees,
            ruling=self.ruling,
        )

    def _fold(self, one: Unpushed) -> Fold:
        chain = self.branch.chain
        files = one.files()
        raw = files.pop(STATEMENT)
        return Fold(
            raw=raw,
            path=entry_of(parse(raw).message.partition("\n")[0].partition(" ")[2]),
            entry=one.entry(),
            files=files,
            objects=chain.objects,
            trees=chain.trees,
        )

    def _event(self, one: Unpushed, kind: EventKind) -> Happening:
        chain = self.branch.chain
        said = one.event(kind)
        entry = self.moved.entry(one.path)
        if not chain.trees.find(self.state.tree, str(entry)):
            raise Needless(f"{entry} is not there, it was left out")
        for other in (EventKind.RETRACTED, kind):
            if chain.trees.find(self.state.tree, event_path(entry, other)):
                raise Needless(f"{entry} is {other} there already")
        if kind is EventKind.ACCEPTED and self._standing(entry) is not Standing.CANDIDATE:
            raise Needless(f"{entry} is no candidate there, it counts already")
        return Happening(
            kind=kind,
            entry=entry,
            at=said.at,
            by=said.by,
            reason=said.reason,
            objects=chain.objects,
            trees=chain.trees,
        )

    def _standing(self, entry: EntryPath) -> Standing:
        chain = self.branch.chain
        node = chain.trees.find(self.state.tree, f"{entry}/{BASELINE}")
        if node is None:
            raise AssertionError(entry)  # its folder is there
        return baseline_json.from_admitted(chain.objects.read(node.oid)).standing

    def _trust(self, old: Root, new: Root) -> trust.TrustChange:
        store = self.branch.store

        def change(root: Root) -> Root:
            changed = as_changed(root, old, new, moved=self.moved, store=store)
            if changed == root:
                raise Needless("the trust state there says so already")
            return changed

        return trust.TrustChange(change=change, objects=store, verify=self.branch.verify)
