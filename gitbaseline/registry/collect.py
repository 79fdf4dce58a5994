"""Bringing what waits in an inbox onto the branch: each judged, folded in, pushed, then taken out.

What is bad stays where it is, is told, and keeps nothing else from being folded. A waiting record
is taken out only once the remote's own branch says what it says, and only as it was seen. So a
collector that is killed loses nothing, and of two at once each record is folded in once: the one
that loses the race leaves out what stands there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.root import Role
from gitbaseline.model.violation import Violation
from gitbaseline.policy.state import State
from gitbaseline.registry import fetch as fetching
from gitbaseline.registry import inbox, permission
from gitbaseline.registry.branch import AgainstRules, Author, Branch
from gitbaseline.registry.deposit import AT_ONCE
from gitbaseline.registry.fetch import Remote
from gitbaseline.registry.fold import Fold, Stands
from gitbaseline.registry.inbox import Contribution
from gitbaseline.registry.push import Pushed
from gitbaseline.transport import remote as transport
from gitbaseline.transport.remote import Refused

_ROUNDS = 5  # what was left out by a push that lost a race is looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What became of one record of the inbox.

    ``entry`` is where it stands on the remote's branch, None where it was left in the inbox, for
    what ``findings`` say. ``folded`` is whether this collect brought it there; ``principal`` whose
    key signed it, None where another collect looked at that.
    """

    commit: Oid
    ref: str
    entry: EntryPath | None = None
    folded: bool = False
    principal: str | None = None
    findings: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of a collect: the remote's tip and every record that waited, oldest first.

    ``unremoved`` says why the remote kept refs that are no longer needed, if it did.
    """

    tip: Oid | None
    waiting: tuple[Waiting, ...]
    unremoved: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a collect needs beyond the branch and the remote.

    ``push`` sends the branch, over as many rounds as it takes; ``may_move`` says whether the local
    branch may be taken along.
    """

    author: Callable[[], Author]
    clock: Callable[[], int]
    may_move: Callable[[], bool]
    push: Callable[[], Pushed]


def collect(branch: Branch, remote: Remote, means: Means) -> Collected:
    """Fold in what waits at the remote; raise Unable where the branch itself cannot be brought on.

    Then what was folded here is kept on the local branch, and nothing was taken out of the inbox.
    """
    got = fetching.fetch(branch, remote, means.may_move)
    if got.findings:
        first = got.findings[0]
        raise Unable(
            f"what {remote.name} holds does not verify: {first.message}",
            code=first.rule,
            where=remote.name,
            hint="git baseline fetch",
        )
    author = means.author()
    permission.require(branch.state(), author, Role.COLLECT, None)
    return _Collect(branch, remote, means, author, ahead=bool(got.unpushed)).run()


class _Collect:
    """One collect: what was folded here, and what was found bad."""

    def __init__(
        self, branch: Branch, remote: Remote, means: Means, author: Author, *, ahead: bool
    ) -> None:
        self._branch = branch
        self._remote = remote
        self._means = means
        self._author = author
        self._prefix = inbox.prefix(remote.ref)
        self._ahead = ahead  # the local branch holds what the remote lacks
        self._signed: dict[Oid, str] = {}  # what was folded here, and by whom it is
        self._sent: set[str] = set()  # first lines of what the remote has from here
        self._bad: dict[Oid, tuple[Violation, ...]] = {}

    def run(self) -> Collected:
        """Fold, push, and take out what stands."""
        waiting, misnamed = self._fetched()
        tip = self._branch.tip()
        for _ in range(_ROUNDS):
            self._fold(oid for oid in waiting if oid not in self._bad)
            if not self._ahead:
                break
            pushed = self._means.push()
            tip = pushed.tip
            self._sent |= {sent.statement for sent in pushed.sent}
            self._ahead = False
        state = self._branch.state(tip)
        told = [self._told(oid, state) for oid in waiting]
        done = {one.ref: one.commit for one in told if one.entry}
        return Collected(
            tip=tip, waiting=(*told, *misnamed), unremoved=self._removed(done) if done else None
        )

    def _fetched(self) -> tuple[list[Oid], list[Waiting]]:
        """Bring here what waits; return it by the time of its commit, and the misnamed refs."""
        there = self._prefix
        here = inbox.prefix(self._remote.tracking)
        transport.fetch_below(self._remote.git, self._remote.name, there, here)
        waiting, misnamed = [], []
        for name, oid in self._branch.store.refs(here):
            rest = name.removeprefix(here)
            if rest == oid:
                waiting.append(oid)
                continue
            text = f"an inbox ref is named by the commit it holds, {oid}"
            found = Violation(rule="ref/inbox-name", message=text, path=there + rest)
            misnamed.append(Waiting(commit=oid, ref=there + rest, findings=(found,)))
        chain = self._branch.chain
        return sorted(waiting, key=lambda oid: (inbox.time_of(chain, oid), oid)), misnamed

    def _fold(self, waiting: Iterator[Oid]) -> None:
        for oid in waiting:
            chain, state = self._branch.chain, self._branch.state()
            judged = inbox.judge(chain, state, oid, now=self._means.clock())
            if isinstance(judged, Contribution):
                self._append(judged)
            else:
                self._bad[oid] = judged

    def _append(self, one: Contribution) -> None:
        chain = self._branch.chain
        fold = Fold(
            raw=one.raw,
            path=one.path,
            entry=one.entry,
            files=one.files,
            objects=chain.objects,
            trees=chain.trees,
        )
        try:
            # Its clock may have been a little ahead of ours; a collect is not dated before it.
            self._branch.append(fold, self._author, lambda: max(self._means.clock(), one.time))
        except Stands:
            return  # folded before, by whomever
        except AgainstRules as fault:
            found = Violation(rule=fault.code, message=fault.message, commit=one.commit)
            self._bad[one.commit] = (found,)
            return
        self._signed[one.commit] = one.principal
        self._ahead = True

    def _told(self, oid: Oid, state: State) -> Waiting:
        chain = self._branch.chain
        entry = inbox.standing(chain, state, oid)
        return Waiting(
            commit=oid,
            ref=self._prefix + oid,
            entry=entry,
            folded=f"{Kind.COLLECT} {entry}" in self._sent,
            principal=self._signed.get(oid),
            findings=() if entry else self._bad.get(oid, ()),
        )

    def _removed(self, done: Mapping[str, Oid]) -> Refused | None:
        """Take refs out of the inbox; return the refusal of what is still there, if any is."""
        git, name = self._remote.git, self._remote.name
        refused = None
        names = iter(done)
        while batch := {ref: done[ref] for ref in islice(names, AT_ONCE)}:
            try:
                transport.remove(git, name, batch)
            except Refused as fault:
                # Another collector may have taken some of them out at the same moment.
                left = batch.keys() & transport.names_below(git, name, self._prefix)
                refused = refused or (fault if left else None)
        return refused
