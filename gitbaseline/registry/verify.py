"""Checking the branch: every commit from the genesis to the tip, each against its parent's state.

The walk follows the parents in the raw commits, so grafts, replacements and a poisoned commit
graph change nothing; where an object is missing (a shallow or partial clone, a damaged disk) the
answer is ``incomplete``, never fine.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import CommitFault, parent_of, parse
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing, Objects
from gitbaseline.model.violation import Violation
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.recent import Recent
from gitbaseline.registry.walk import Progress, readable, walk

_GAP = "history/missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed how many statements."""

    principal: str
    fingerprint: str
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A commit that was verified earlier, under the same pins and rules, by its raw digest."""

    commit: Oid
    raw_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer. ``genesis`` is the pin that this history offers: SHA-256 of its raw genesis.

    ``since`` is the commit, verified earlier, that this check went on from; None for a full one.
    ``pinned`` says whether the chain holds one of the pins: None without a pin, and where it may
    lie in what is missing. ``incomplete`` says what is missing first.
    """

    tip: Oid
    registry_id: str | None
    genesis: str | None
    statements: int
    since: Oid | None
    kinds: dict[str, int]
    signers: tuple[Signer, ...]
    violations: tuple[Violation, ...]
    pinned: bool | None
    incomplete: str | None

    @property
    def good(self) -> bool:
        """Whether nothing speaks against the history: complete, no finding, no foreign pin."""
        return not self.violations and self.incomplete is None and self.pinned is not False


def verify(
    chain: Chain,
    tip: Oid,
    *,
    pins: Sequence[str] = (),
    known: Known | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Check the history that ends in ``tip``: all of it, or what came after a ``known`` commit.

    It is all of it too where the ``known`` commit is not whole here any more. ``progress`` gets
    (done, total) commits.
    """
    base = readable(chain, known.commit) if known else None
    if known and base and base.raw_sha256 != known.raw_sha256:
        base = None
    walked = _history(chain.objects, tip, base.commit if base else None)
    judgeable = walked.missing is None and not walked.broken
    state = base if walked.from_known else None
    tally = walk(chain, walked.commits if judgeable else (), state, progress=progress)
    incomplete = walked.missing or _gap(tally.found)
    pinned: bool | None = None
    if pins:
        held = walked.from_known or not {*tally.anchors, walked.genesis}.isdisjoint(pins)
        pinned = held or (None if incomplete else False)
    return Verification(
        tip=tip,
        registry_id=tally.state.root.registry_id if tally.state else None,
        genesis=walked.genesis,
        statements=tally.statements,
        since=state.commit if state else None,
        kinds=dict(sorted(tally.kinds.items())),
        signers=tuple(
            Signer(principal=principal, fingerprint=name, statements=count)
            for (principal, name), count in sorted(tally.signers.items())
        ),
        violations=(*walked.broken, *(one for one in tally.found if one.rule != _GAP)),
        pinned=pinned,
        incomplete=incomplete,
    )


def _gap(found: Sequence[Violation]) -> str | None:
    for one in found:
        if one.rule == _GAP:
            return f"{one.message}, which commit {one.commit} needs"
    return None


def genesis_digest(objects: Objects, tip: Oid) -> str | None:
    """Return the SHA-256 of a history's raw genesis, its pin; None where it is cut off."""
    return _history(Recent(objects), tip, None).genesis


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walked:
    """The commits to check, oldest first, and why the walk ended."""

    commits: list[Oid]
    from_known: bool = False
    genesis: str | None = None
    missing: str | None = None
    broken: tuple[Violation, ...] = ()


def _history(objects: Recent, tip: Oid, known: Oid | None) -> _Walked:
    commits: list[Oid] = []
    raw = b""
    at: Oid | None = tip
    while at is not None:
        child = raw
        try:
            raw = raw_commit(objects, at)
        except ObjectMissing:
            return _cut(commits, child, at)
        except CommitFault as fault:
            return _broken(commits, fault, at)
        if at == known:
            return _Walked(commits=commits[::-1], from_known=True)
        objects.keep(at, ObjectKind.COMMIT, raw)  # it is judged next
        commits.append(at)
        at = parent_of(raw)
    return _Walked(commits=commits[::-1], genesis=sha256(raw))


def _cut(commits: list[Oid], child: bytes, missing: Oid) -> _Walked:
    """Return where history ends: a gap, unless it is a malformed commit that names no parent."""
    try:
        if child:
            parse(child)
    except CommitFault as fault:
        return _broken(commits[:-1], fault, commits[-1])
    return _Walked(commits=commits[::-1], missing=f"history is missing at {missing}")


def _broken(commits: list[Oid], fault: CommitFault, at: Oid) -> _Walked:
    found = Violation(rule=fault.rule, message=str(fault), commit=at)
    return _Walked(commits=commits[::-1], broken=(found,))
