"""Bringing a remote's registry here: fetched, held to what was seen there before, and checked.

What a remote held once it must still hold. Two things remember: the remote-tracking ref, which a
fetch of ours never moves backwards, and the user's mark of the remote. The mark is read before the
fetch, since another clone of the same user may set a later one meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitbaseline.errors import RefLocked, TipMoved
from gitbaseline.frozen import dataclass
from gitbaseline.model.names import Oid
from gitbaseline.model.violation import Violation
from gitbaseline.registry import mark as marks
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.fork import Fork, fork
from gitbaseline.transport import remote as transport
from gitbaseline.transport.git import Git
from gitbaseline.transport.remote import Brought

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """One remote of this repository and its branch of the registry.

    ``url`` is without credentials; ``ref`` its name there, ``tracking`` where it is tracked here;
    ``cache`` the folder that remembers its tip; ``shallow`` says that history here is cut off.
    """

    git: Git
    name: str
    url: str
    ref: str
    tracking: str
    cache: Path
    shallow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One commit of the branch and its first line."""

    commit: Oid
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a remote holds: its tip, None where it has no such branch, and what is wrong with it."""

    tip: Oid | None = None
    alarm: Violation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a fetch, by statements, oldest first.

    ``new`` were not known here, ``unpushed`` are not known there. ``moved`` says whether the local
    branch was taken along. ``findings`` are against what the remote holds.
    """

    tip: Oid | None
    new: tuple[Said, ...]
    unpushed: tuple[Said, ...]
    moved: bool
    findings: tuple[Violation, ...] = ()


def fetch(branch: Branch, remote: Remote, may_move: Callable[[], bool]) -> Fetched:
    """Fetch the remote's registry, check what is new, and take the local branch along.

    The branch is only ever moved forward, and only if ``may_move`` says so; with statements of its
    own it stays, and ``push`` brings both together.
    """
    store = branch.store
    known = store.tip(remote.tracking)
    got = incoming(store, remote)
    local = store.tip(branch.ref)
    new = fork(store, known, got.tip) if got.tip else Fork(base=None, ours=(), theirs=())
    parted = fork(store, local, got.tip or known)
    # From the local branch on where there is one: what an earlier fetch found bad is still bad.
    findings = (got.alarm,) if got.alarm else _findings(branch, parted if parted.base else new)
    behind = bool(local and parted.theirs and not parted.ours)
    moved = False
    if got.tip and behind and not findings and may_move():
        with suppress(TipMoved, RefLocked):  # somebody records here at the same moment
            branch.move(local, branch.state(got.tip), f"baseline: fetched from {remote.name}")
            moved = True
    return Fetched(
        tip=got.tip,
        new=said(store, new.theirs),
        unpushed=said(store, parted.ours),
        moved=moved,
        findings=findings,
    )


def incoming(store: Store, remote: Remote) -> Incoming:
    """Fetch the remote's branch into its tracking ref; raise Unable where git cannot."""
    mark = marks.load(remote.cache, remote.url)
    known = store.tip(remote.tracking)
    depth = 1 if remote.shallow and known is None else None
    brought = transport.fetch(remote.git, remote.name, remote.ref, remote.tracking, depth=depth)
    tip = store.tip(remote.tracking)
    if brought is Brought.HERE and tip:
        if mark and marks.is_held(store, mark, tip) is False:
            return Incoming(tip=tip, alarm=marks.alarm(mark, remote.tracking, tip=tip))
        marks.save(store, remote.cache, remote.url, tip)
        return Incoming(tip=tip)
    seen = known or mark
    if seen is None:
        return Incoming()
    gone = brought is Brought.ABSENT
    return Incoming(alarm=marks.alarm(seen, remote.tracking, gone=gone))


def check(branch: Branch, base: Oid, commits: Sequence[Oid]) -> tuple[Violation, ...]:
    """Judge the commits after ``base``, which is taken as it is; return what is wrong."""
    state = branch.state(base)
    for oid in commits:
        checked = branch.chain.check(oid, state)
        if checked.violations or checked.state is None:
            return checked.violations
        state = checked.state
    return ()


def said(store: Store, commits: Sequence[Oid]) -> tuple[Said, ...]:
    """Return commits with their first lines, without judging them."""
    return tuple(Said(commit=oid, statement=_first_line(store.read(oid))) for oid in commits)


def _first_line(raw: bytes) -> str:
    return raw.partition(b"\n\n")[2].partition(b"\n")[0].decode(errors="replace")


def _findings(branch: Branch, new: Fork) -> tuple[Violation, ...]:
    return check(branch, new.base, new.theirs) if new.base else ()
