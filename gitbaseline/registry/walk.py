"""Judging a stretch of history, commit by commit, and what it adds up to.

A long stretch is judged in parts at once: a commit is judged against the state that its parent
left, and that is read from the parent's own tree. Where a part finds anything, the stretch is
walked again from its beginning, so that the findings are those of one walk, in its order.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from gitbaseline.model.commit import CommitFault
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.tree import TreeFault
from gitbaseline.model.violation import Violation
from gitbaseline.policy.chain import Chain, Checked
from gitbaseline.policy.state import NotARegistry, State
from gitbaseline.transport import workers

_WORTH = 64  # commits a part: a few times what starting a worker costs
_MOST = 256  # parts

Progress = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the checks of one stretch add up to. ``anchors`` are the digests that may be pinned."""

    state: State | None
    found: list[Violation] = field(default_factory=list)
    statements: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    signers: Counter[tuple[str, str]] = field(default_factory=Counter)
    anchors: set[str] = field(default_factory=set)

    def add(self, checked: Checked) -> None:
        """Count one checked commit."""
        self.state = checked.state
        self.found += checked.violations
        self.statements += 1
        if checked.kind:
            self.kinds[str(checked.kind)] += 1
        if checked.signer and checked.principal:
            self.signers[checked.principal, checked.signer] += 1
        if checked.state and checked.kind in (Kind.GENESIS, Kind.TRUST):
            self.anchors.add(checked.state.raw_sha256)

    def join(self, later: Tally) -> None:
        """Count what a later part counted."""
        self.state = later.state
        self.statements += later.statements
        self.kinds += later.kinds
        self.signers += later.signers
        self.anchors |= later.anchors


def readable(chain: Chain, commit: Oid) -> State | None:
    """Return the state after a commit that is taken as it is, or None where it cannot be read."""
    try:
        return chain.load(commit)
    except (NotARegistry, CommitFault, TreeFault, ObjectMissing):
        return None


def walk(
    chain: Chain,
    commits: Sequence[Oid],
    before: State | None,
    *,
    most: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Judge ``commits``, oldest first, on top of ``before``.

    Ends early where nothing after a commit can be judged, or with ``most`` findings. ``progress``
    gets (done, total) commits.
    """
    parts = min(_MOST, len(commits) // _WORTH)
    if parts > 1 and workers.count() > 1:
        joined = _in_parts(chain, commits, before, parts, progress)
        if joined is not None:
            return joined
    return _one(chain, commits, before, most=most, progress=progress)


def _one(
    chain: Chain,
    commits: Sequence[Oid],
    before: State | None,
    *,
    most: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    tally = Tally(state=before)
    for done, oid in enumerate(commits, 1):
        tally.add(chain.check(oid, tally.state))
        if progress:
            progress(done, len(commits))
        if tally.state is None or (most is not None and len(tally.found) >= most):
            break
    return tally


def _in_parts(
    chain: Chain,
    commits: Sequence[Oid],
    before: State | None,
    parts: int,
    progress: Progress | None,
) -> Tally | None:
    """Return the tally of a stretch in which nothing is wrong, else None."""
    ends = [len(commits) * part // parts for part in range(parts + 1)]

    def part(start: int, end: int) -> Tally | None:
        state = readable(chain, commits[start - 1]) if start else before
        if start and state is None:
            return None
        tally = _one(chain, commits[start:end], state, most=1)
        if progress:
            progress(end, len(commits))
        return None if tally.found or tally.state is None else tally

    tasks = [partial(part, start, end) for start, end in itertools.pairwise(ends)]
    try:
        found = workers.each(tasks)
    except workers.WorkerLost:
        return None
    good = [tally for tally in found if tally]
    if len(good) < parts:
        return None
    whole, *later = good
    for tally in later:
        whole.join(tally)
    if progress:
        progress(len(commits), len(commits))
    return whole
