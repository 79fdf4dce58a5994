"""Judging a push on the server: every ref, then every new commit of the branch, oldest first.

A record that shall wait in the inbox is judged as a collector will judge it. Reads only; the caller
opened the repository with the quarantined objects in view. The base is what the ref really holds
here, never what the client says. Work is bounded: refs and commits are counted before any is
judged, and at most ``FINDINGS`` findings are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import CommitFault, parse
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.signature import Verify
from gitbaseline.model.violation import Violation
from gitbaseline.policy import refs
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.refs import RefUpdate
from gitbaseline.policy.state import State
from gitbaseline.registry import inbox
from gitbaseline.registry.walk import walk

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

FINDINGS = 20
MAX_COMMITS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the server knows beyond the repository: the branch, its pins, the time, the mark.

    ``mark`` is the last tip that was seen here; a branch that an administrator deleted or set back
    must hold it when it goes on.
    """

    ref: str
    pins: Sequence[str]
    now: int
    mark: Oid | None


def judge(
    store: Store, verify: Verify, guard: Guard, updates: Sequence[RefUpdate]
) -> list[Violation]:
    """Return what is wrong with a push; nothing means that it may land."""
    waiting = _Inbox(store, verify, guard)
    found = list(
        refs.check(
            updates,
            guarded=guard.ref,
            held=store.tip,
            alias_of=store.alias_of,
            stands=waiting.stands,
        )
    )
    if found:
        return found
    for update in updates:
        if update.new == refs.ZERO:
            continue
        if update.ref == guard.ref:
            found += _branch(store, verify, guard, Oid(update.new))
        elif update.ref.startswith(inbox.prefix(guard.ref)) and len(found) <= FINDINGS:
            found += waiting.judge(Oid(update.new))
    return found


class _Inbox:
    """What is asked about records that wait, held to the branch as it is before the push."""

    def __init__(self, store: Store, verify: Verify, guard: Guard) -> None:
        self._guard = guard
        self._tip = store.tip(guard.ref)
        self._chain = Chain(store, verify, now=guard.now)

    @cached_property
    def _state(self) -> State | None:
        return self._chain.load(self._tip) if self._tip else None

    def stands(self, oid: Oid) -> bool:
        """Whether the branch says what a commit says."""
        return bool(self._state and inbox.standing(self._chain, self._state, oid))

    def judge(self, oid: Oid) -> Sequence[Violation]:
        """Return what is wrong with a record that shall wait."""
        if self._state is None:
            text = "this server has no registry yet into which it could be collected"
            return [Violation(rule="push/inbox", message=text, commit=oid)]
        judged = inbox.judge(self._chain, self._state, oid, now=self._guard.now)
        return judged if isinstance(judged, tuple) else ()


def _branch(store: Store, verify: Verify, guard: Guard, new: Oid) -> list[Violation]:
    old = store.tip(guard.ref)
    if old is None and not guard.pins:
        text = "this server has no pin, so nobody may begin a registry here"
        return [Violation(rule="push/bootstrap", message=text, path=guard.ref)]
    walked = _new_commits(store, new, old)
    if isinstance(walked, Violation):
        return [walked]
    chain = Chain(store, verify, now=guard.now)
    state = chain.load(old) if old else None
    tally = walk(chain, walked, state, most=FINDINGS)
    if tally.found:
        return tally.found
    if old is None and tally.anchors.isdisjoint(guard.pins):
        text = "the history holds none of the commits that this server is pinned to"
        return [Violation(rule="push/pin", message=text, path=guard.ref)]
    if not _holds_mark(store, guard.mark, old, walked):
        text = f"the branch was deleted or set back here, and goes on with {guard.mark} in it only"
        return [Violation(rule="push/high-water", message=text, path=guard.ref)]
    return []


def _holds_mark(store: Store, mark: Oid | None, old: Oid | None, walked: Sequence[Oid]) -> bool:
    if mark is None or mark == old or mark in walked:
        return True
    return old is not None and store.is_ancestor(mark, old)


def _new_commits(store: Store, new: Oid, old: Oid | None) -> list[Oid] | Violation:
    """Return the commits after ``old`` up to ``new``, oldest first, by their raw parents."""
    commits: list[Oid] = []
    at: Oid | None = new
    while at is not None and at != old:
        if len(commits) >= MAX_COMMITS:
            text = f"more than {MAX_COMMITS} commits in one push; push them in parts"
            return Violation(rule="push/commits", message=text)
        try:
            parent = parse(raw_commit(store, at)).parent
        except ObjectMissing:
            text = "the repository lacks it; push from a complete clone"
            return Violation(rule="history/missing", message=text, commit=at)
        except CommitFault as fault:
            return Violation(rule=fault.rule, message=str(fault), commit=at)
        commits.append(at)
        at = parent
    if old is not None and at is None:
        text = f"does not go on from {old}; fetch, and record on top of that"
        return Violation(rule="history/rewind", message=text, commit=new)
    commits.reverse()
    return commits
