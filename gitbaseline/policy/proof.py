"""Following a proof: the commits that it names, judged by the code that judges the branch.

1. The genesis, every trust statement up to the entry, and the entry's own record are judged whole
   (``chain``). Each stands on a commit whose trust state is the one that was judged last.
2. Every commit from there to the tip names the one before it, by id and by SHA-256, and is signed
   by a key that is live there and has the role. Trust statements, and what was stated of this
   entry, are judged whole again; of the others the files are not in the proof.
3. The tip's tree holds the entry as it was recorded, the trust state that was judged last, and an
   acceptance or a retraction of the entry just where one was stated.
4. Every object has the id under which it is carried, and the check asks for every one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.event import EVENTS, EventKind, event_path
from gitbaseline.model.manifest import sha256
from gitbaseline.model.message import Kind, Trailers, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, object_id
from gitbaseline.model.proof import Carried, Claim
from gitbaseline.model.root import Role
from gitbaseline.model.tree import TreeFault
from gitbaseline.model.violation import Violation
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.common import ROLES
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.state import NotARegistry, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A commit of the proof. ``time`` is Unix time by its signer's clock."""

    commit: Oid
    kind: Kind
    time: int
    principal: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A proof that holds.

    ``anchors`` are the digests that may be pinned, the genesis first; ``trust`` the version of the
    trust state that the record was judged by; ``events`` what was stated of the entry, oldest
    first; ``later`` how many commits follow the record; ``state`` what holds at ``tip``, which is
    ``record`` where none does.
    """

    anchors: tuple[str, ...]
    trust: int
    record: Said
    events: tuple[Said, ...]
    later: int
    tip: Said
    state: State


def follow(chain: Chain, claim: Claim) -> Followed | tuple[Violation, ...]:
    """Return what a claim comes to, or what is broken where it first is."""
    try:
        return _follow(chain, claim)
    except _Refused as refused:
        return refused.found
    except (CommitFault, TreeFault) as fault:
        return (Violation(rule=fault.rule, message=str(fault)),)
    except NotARegistry as fault:
        return (Violation(rule="trust/unreadable", message=str(fault)),)
    except ObjectMissing as missing:
        return (Violation(rule="history/missing", message=f"the repository lacks {missing.oid}"),)


def damaged(carried: Carried) -> Iterator[Violation]:
    """Yield the objects of a proof whose content is not that of their id."""
    for oid, (kind, data) in carried.items():
        if object_id(kind, data) != oid:
            yield Violation(rule="proof/object", message=f"not the content of the {kind} {oid}")


def missing(carried: Carried) -> Iterator[Violation]:
    """Yield what a check asked a proof for in vain."""
    for oid in carried.lacking():
        yield Violation(rule="proof/missing", message=f"the proof lacks {oid}")


def needless(carried: Carried) -> Iterator[Violation]:
    """Yield the objects of a proof that its check did not ask for."""
    for oid in carried.unasked():
        yield Violation(rule="proof/needless", message=f"nothing asks for {oid}")


class _Refused(Exception):  # noqa: N818 - ends the walk, and leaves this module as a value
    def __init__(self, *found: Violation) -> None:
        super().__init__()
        self.found = found


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit that was followed, and where the line stands after it."""

    said: Said
    state: State


def _follow(chain: Chain, claim: Claim) -> Followed:
    path = str(claim.entry)
    step = _judged(chain, claim.genesis, None, Kind.GENESIS)
    anchors = [step.state.raw_sha256]
    if claim.pin != anchors[0]:
        raise _broken("proof/pin", f"expected {anchors[0]}, got {claim.pin}", claim.genesis)
    for oid in claim.trust:
        step = _judged(chain, oid, step.state, Kind.TRUST)
        anchors.append(step.state.raw_sha256)
    record = step = _judged(chain, claim.record, step.state, _added(chain, claim.record), path)
    events: list[Said] = []
    spine = _spine(chain, claim)
    for oid, commit in spine:
        kind, subject = _stated(oid, commit)
        if kind is Kind.TRUST:
            step = _judged(chain, oid, step.state, kind)
            anchors.append(step.state.raw_sha256)
        elif kind in EVENTS and subject == path:
            _check_held(chain, claim, record.state, step.state)
            step = _judged(chain, oid, step.state, kind, path)
            events.append(step.said)
        else:
            step = _linked(chain, oid, commit, step.state)
    state = _same_trust(chain, claim.tip, step.state)
    _check_tip(chain, claim, record.state, state, {EVENTS[said.kind] for said in events})
    return Followed(
        anchors=tuple(anchors),
        trust=record.state.root.version,
        record=record.said,
        events=tuple(events),
        later=len(spine),
        tip=step.said,
        state=state,
    )


def _added(chain: Chain, oid: Oid) -> Kind:
    """Return by which kind of statement an entry was added."""
    kind, _ = _stated(oid, parse(raw_commit(chain.objects, oid)))
    return kind if kind is Kind.COLLECT else Kind.RECORD


def _judged(
    chain: Chain, oid: Oid, trusted: State | None, kind: Kind, path: str | None = None
) -> _Step:
    """Judge a commit whole. Its parent need not be the commit that ``trusted`` stands at."""
    before = None
    if trusted:
        parent = parse(raw_commit(chain.objects, oid)).parent
        if parent is None:
            raise _broken("history/genesis", "a genesis, where one was judged already", oid)
        before = _same_trust(chain, parent, trusted)
    checked = chain.check(oid, before)
    state, signer, principal = checked.state, checked.signer, checked.principal
    if checked.violations or state is None or signer is None or principal is None:
        raise _Refused(*checked.violations)
    if checked.kind is not kind:
        raise _broken("proof/kind", f"expected a {kind}, got: {checked.subject}", oid)
    if path and checked.subject != f"{kind} {path}":
        raise _broken("proof/entry", f"expected {path}, got: {checked.subject}", oid)
    said = Said(commit=oid, kind=kind, time=state.time, principal=principal, fingerprint=signer)
    return _Step(said, state)


def _linked(chain: Chain, oid: Oid, commit: Commit, before: State) -> _Step:
    """Judge a commit whose files are not here: its place, its signature, its trailers."""
    kind, subject = _stated(oid, commit)
    signer, key, faults = chain.signature(oid, commit, before.root)
    found = [*chain.position(oid, commit, before), *faults]
    role = ROLES[kind]
    if role is Role.ROOT:
        found.append(_violation("proof/kind", f"expected no {kind} here", oid))
    elif key and not key.may(role, subject.partition("/")[0]):
        text = f"{key.principal} has not the role {role} for {subject}"
        found.append(_violation("signature/role", text, oid))
    trailers = Trailers(
        kind=kind, registry_id=before.root.registry_id, previous=before.raw_sha256, content=""
    )
    if _trailers(commit) != trailers.lines()[:-1]:
        text = f"expected trailers that go on from {before.commit}"
        found.append(_violation("trailer/previous", text, oid))
    if found or signer is None or key is None:
        raise _Refused(*found)
    time = commit.person.time
    said = Said(commit=oid, kind=kind, time=time, principal=key.principal, fingerprint=signer)
    after = replace(before, commit=oid, tree=commit.tree, raw_sha256=sha256(commit.raw), time=time)
    return _Step(said, after)


def _spine(chain: Chain, claim: Claim) -> list[tuple[Oid, Commit]]:
    """Return the commits after the record, oldest first, by their parents from the tip down."""
    found: list[tuple[Oid, Commit]] = []
    at = claim.tip
    while at != claim.record:
        commit = parse(raw_commit(chain.objects, at))
        if commit.parent is None:
            raise _broken("proof/tip", f"does not go on from {claim.record}", claim.tip)
        found.append((at, commit))
        at = commit.parent
    return found[::-1]


def _check_held(chain: Chain, claim: Claim, recorded: State, later: State) -> None:
    """Refuse where the entry is not what was recorded; between, nobody looked at the files."""
    path = str(claim.entry)
    if chain.trees.find(later.tree, path) != chain.trees.find(recorded.tree, path):
        raise _broken("proof/tip", f"does not hold {path} as it was recorded", later.commit)


def _check_tip(
    chain: Chain, claim: Claim, recorded: State, tip: State, stated: set[EventKind]
) -> None:
    _check_held(chain, claim, recorded, tip)
    for event in EventKind:
        file = event_path(claim.entry, event)
        if (chain.trees.find(tip.tree, file) is not None) != (event in stated):
            raise _broken("proof/tip", f"{file} is not what was stated up to it", claim.tip)


def _same_trust(chain: Chain, oid: Oid, trusted: State) -> State:
    """Return the state after a commit as its own tree has it, if that is the trust state judged."""
    state = chain.load(oid)
    if (state.root_sha256, state.distrusted) != (trusted.root_sha256, trusted.distrusted):
        raise _broken("proof/trust", "holds another trust state than the one judged last", oid)
    return state


def _stated(oid: Oid, commit: Commit) -> tuple[Kind, str]:
    """Return the kind of a statement, and what follows that word in the first line."""
    subject = commit.message.partition("\n")[0]
    kind = kind_of(commit.message)
    if kind is None:
        raise _broken("commit/kind", f"the first line names no kind: {subject!r}", oid)
    return kind, subject.partition(" ")[2]


def _trailers(commit: Commit) -> list[str]:
    """Return the trailers of a message but the last, that of the content."""
    return commit.message.rstrip("\n").rpartition("\n\n")[2].split("\n")[:-1]


def _violation(rule: str, message: str, commit: Oid) -> Violation:
    return Violation(rule=rule, message=message, commit=commit)


def _broken(rule: str, message: str, commit: Oid) -> _Refused:
    return _Refused(_violation(rule, message, commit))
