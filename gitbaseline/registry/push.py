"""Pushing the registry's branch, again and again where others are faster, until it has landed.

One round: fetch; what others pushed is judged; our statements that the remote lacks are made anew
after theirs; the local branch moves there by compare-and-swap; git pushes it. The branch moves
*before* the push: killed at any moment it holds every statement, the remote has each at most once,
and the next push goes on from there. Nothing is forced, and nothing of others' is changed.

Between two rounds it waits for a random time that goes by what a round takes and by how many were
lost, so that many writers thin out by themselves.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from gitbaseline.config import PATIENCE
from gitbaseline.errors import RefLocked, TipMoved, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.names import Oid
from gitbaseline.registry import fetch as fetching
from gitbaseline.registry import mark as marks
from gitbaseline.registry.branch import Author, Branch
from gitbaseline.registry.fetch import Remote, Said
from gitbaseline.registry.fork import fork
from gitbaseline.registry.receive import MAX_COMMITS
from gitbaseline.registry.remake import Fate, remake
from gitbaseline.registry.ruling import Ruling
from gitbaseline.transport import remote as transport
from gitbaseline.transport.remote import Refused, Why

_LONGEST_WAIT = 20.0  # seconds between two rounds
# How many rounds long the wait after the first, second, ... lost one is at most. It shrinks again:
# who has waited longest shall come first. Of those simulated with 2 to 64 writers, doubling ones
# among them, this keeps both the sum and the worst wait short.
_SPREAD = (4, 12, 12, 12, 4, 4, 4, 4, 1)
_NETWORK_TRIES = 5
_STUCK = 10  # races lost in a row to nobody: the server's ref cannot be moved at all
# Refusals after which the remote is looked at once more: that it moved may be all there is to it.
_LOOK_AGAIN = (Why.RULES, Why.HOOK, Why.OTHER)
_TRY_AGAIN = (Why.RACE, Why.NETWORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a push needs beyond the branch and the remote.

    ``author`` is asked only where something has to be signed again; ``may_move`` raises Unable
    where the local branch may not move; ``upload`` sends up what Git LFS keeps of some commits,
    before they go; ``tell`` hears once how many statements were overtaken; ``patience`` is in
    seconds.
    """

    author: Callable[[], tuple[Author, Ruling]]
    clock: Callable[[], int]
    may_move: Callable[[], None]
    upload: Callable[[Sequence[Oid]], None]
    tell: Callable[[int], None]
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What came of a push.

    ``tip`` is the remote's, ``sent`` what it has now and lacked before, oldest first. ``fates`` are
    those of our statements that were made anew or left out; ``rounds`` counts git's pushes.
    """

    tip: Oid | None
    sent: tuple[Said, ...]
    fates: tuple[Fate, ...]
    rounds: int


def push(branch: Branch, remote: Remote, means: Means) -> Pushed:
    """Push what the remote lacks; raise Unable where it cannot be done: all of it is still here."""
    return _Push(branch, remote, means).run()


class _Push:
    """One push, over as many rounds as it takes."""

    def __init__(self, branch: Branch, remote: Remote, means: Means) -> None:
        self._branch = branch
        self._store = branch.store
        self._remote = remote
        self._means = means
        self._signer: tuple[Author, Ruling] | None = None
        self._fates: list[Fate] = []
        self._sent: list[Oid] = []
        self._tried: Sequence[Oid] = ()
        self._known = self._is_ahead()  # the remote may still hold what is tracked here
        self._refused: Refused | None = None
        self._rounds = self._lost = self._unreachable = self._stuck = 0

    def run(self) -> Pushed:
        """Go round until the remote has it all, or there is no use in going on."""
        deadline = time.monotonic() + self._means.patience
        while True:
            begun = time.monotonic()
            try:
                if self._round():
                    return self._done()
                continue
            except Refused as refused:
                self._weigh(refused)
            now = time.monotonic()
            if now >= deadline or self._stuck >= _STUCK:
                raise self._gave_up()
            time.sleep(min(self._wait(now - begun), _LONGEST_WAIT, deadline - now))

    def _round(self) -> bool:
        """Bring both sides together and push once; return whether the remote has it all.

        Raises Refused where it does not take what it lacks.
        """
        theirs = self._store.tip(self._remote.tracking) if self._known else self._fetched()
        self._known = False
        if self._tried and theirs and marks.is_held(self._store, self._tried[-1], theirs):
            self._landed(self._tried)  # it arrived; only its answer did not
        going, moved = self._branch.again(partial(self._together, theirs))
        if not going:
            return True
        if self._refused and not moved:
            if self._refused.why in _LOOK_AGAIN:
                raise self._refused
            self._stuck += 1
        self._tried = going[:MAX_COMMITS]
        self._means.upload(self._tried)
        self._rounds += 1
        transport.push(self._remote.git, self._remote.name, self._tried[-1], self._remote.ref)
        self._known = True
        self._landed(self._tried)
        return self._sent[-1] == going[-1]

    def _weigh(self, refused: Refused) -> None:
        """Raise a refusal after which there is no use in going on."""
        self._unreachable += refused.why is Why.NETWORK
        final = refused.why not in _LOOK_AGAIN + _TRY_AGAIN or refused is self._refused
        if final or self._unreachable >= _NETWORK_TRIES:
            raise refused
        self._refused = refused
        self._lost += 1

    def _wait(self, took: float) -> float:
        """Return for how many seconds to stand back after a round that took so many."""
        if self._refused and self._refused.why is Why.NETWORK:
            return 2.0**self._unreachable
        return random.uniform(0, took * _SPREAD[min(self._lost, len(_SPREAD)) - 1])  # noqa: S311

    def _is_ahead(self) -> bool:
        """Whether the local branch only adds to what was last seen at the remote."""
        theirs = self._store.tip(self._remote.tracking)
        ours = self._store.tip(self._branch.ref)
        return bool(theirs and ours and fork(self._store, ours, theirs).base == theirs)

    def _fetched(self) -> Oid | None:
        got = fetching.incoming(self._store, self._remote)
        if got.alarm:
            raise Unable(
                got.alarm.message,
                code=got.alarm.rule,
                where=self._remote.name,
                hint=f"git baseline explain {got.alarm.rule}",
            )
        return got.tip

    def _together(self, theirs: Oid | None) -> tuple[tuple[Oid, ...], bool]:
        """Bring the local branch on top of ``theirs``; return what they lack, and whether it moved.

        Raises TipMoved where somebody records here at the same moment.
        """
        ours = self._store.tip(self._branch.ref)
        if ours is None:
            self._branch.state(theirs)  # raises where there is no registry at all
            return (), False
        parted = fork(self._store, ours, theirs)
        if theirs is None or not parted.theirs:
            return parted.ours, False
        if parted.base is None:
            raise Unable(
                f"{self._remote.name} holds another registry than this repository"
                + (", as far as its history is here" if parted.cut else ""),
                code="remote/unrelated",
                where=self._remote.ref,
                hint=f"git fetch --unshallow {self._remote.name}"
                if parted.cut
                else "git baseline verify",
            )
        findings = fetching.check(self._branch, parted.base, parted.theirs)
        if findings:
            raise Unable(
                f"what others pushed does not verify: {findings[0].message}",
                code=findings[0].rule,
                where=self._remote.name,
                hint=f"git baseline verify --ref {self._remote.tracking}",
            )
        state = self._branch.state(theirs)
        fates: tuple[Fate, ...] = ()
        if parted.ours:
            if self._signer is None:
                self._signer = self._means.author()  # once: it may ask for a passphrase
            author, ruling = self._signer
            state, fates = remake(
                self._branch,
                parted.base,
                parted.ours,
                state,
                author=author,
                ruling=ruling,
                clock=self._means.clock,
            )
        self._means.may_move()
        self._branch.move(ours, state, f"baseline: after what {self._remote.name} has")
        self._remember(fates)
        return tuple(fate.commit for fate in fates if fate.commit and not fate.left_out), True

    def _remember(self, fates: Sequence[Fate]) -> None:
        """Keep what became of each statement, told from where it was before the first round."""
        if fates and not self._fates:
            self._means.tell(len(fates))
        before = {fate.commit: fate for fate in self._fates if not fate.left_out}
        kept = [fate for fate in self._fates if fate.left_out]
        for fate in fates:
            first = before.get(fate.was, fate)
            kept.append(replace(fate, was=first.was, was_said=first.was_said))
        self._fates = kept

    def _landed(self, commits: Sequence[Oid]) -> None:
        """Note what the remote has now; git itself tracks it only where a refspec says so."""
        self._sent += commits
        self._tried, self._refused, self._stuck = (), None, 0
        tip = commits[-1]
        tracked = self._store.tip(self._remote.tracking)
        if tracked is None or fork(self._store, tracked, tip).theirs:
            with suppress(TipMoved, RefLocked):  # another push or fetch says the same, or more
                self._store.advance(
                    self._remote.tracking, expected=tracked, new=tip, note="baseline: pushed"
                )
        marks.save(self._store, self._remote.cache, self._remote.url, tip)

    def _done(self) -> Pushed:
        return Pushed(
            tip=self._store.tip(self._remote.tracking),
            sent=fetching.said(self._store, self._sent),
            fates=tuple(self._fates),
            rounds=self._rounds,
        )

    def _gave_up(self) -> Unable:
        said = "; ".join(self._refused.said) if self._refused else ""
        return Unable(
            f"{self._rounds} pushes did not land; everything is kept on the local branch: {said}",
            code="remote/contended",
            where=self._remote.name,
            hint="git baseline push",
        )
