"""Proofs: made from a repository, and examined with nothing but the proof.

Making one is examining it with the repository in the place of the proof: what the examination asks
for is what the proof carries. So both agree on what is needed, and what is handed out has passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.errors import Incomplete, InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model import proof
from gitbaseline.model.codec import CodecError
from gitbaseline.model.commit import CommitFault, parse
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.manifest import sha256
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing, Objects
from gitbaseline.model.proof import Carried, Claim
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.signature import Verify
from gitbaseline.model.violation import Violation
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.proof import Followed, damaged, follow, missing, needless
from gitbaseline.policy.raw import raw_commit
from gitbaseline.registry.reader import Entry, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What a proof shows: the line of its commits, the entry as it stands at the tip, its files."""

    line: Followed
    entry: Entry
    files: Mapping[str, bytes]

    @property
    def stands(self) -> bool:
        """Whether the entry is neither retracted nor distrusted, as far as the proof goes."""
        return not (self.entry.retracted or self.entry.distrusted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The answer: what is proved, or the rules that the proof breaks.

    ``pinned`` is None without a pin, else whether the line of commits holds one of the pins.
    """

    claim: Claim
    proved: Proved | None
    violations: tuple[Violation, ...] = ()
    pinned: bool | None = None

    @property
    def good(self) -> bool:
        """Whether the entry is proved, is of no foreign registry, and stands."""
        return self.proved is not None and self.proved.stands and self.pinned is not False


def examine(data: bytes, verify: Verify, pins: Sequence[str], *, where: str) -> Examined:
    """Return what a proof shows; raise InputError where ``data`` is no proof at all."""
    try:
        claim, carried = proof.from_bytes(data)
    except (CodecError, ShapeError) as error:
        raise InputError(
            f"not a proof: {error}",
            code="proof/form",
            where=where,
            hint="git baseline prove ENTRY -o FILE makes one",
        ) from None
    shown = tuple(damaged(carried)) or _show(carried, verify, claim)
    if isinstance(shown, Proved):
        found = (*missing(carried), *needless(carried))
        if not found:
            pinned = not set(pins).isdisjoint(shown.line.anchors) if pins else None
            return Examined(claim=claim, proved=shown, pinned=pinned)
    else:
        found = tuple(missing(carried)) or shown  # the rest follows from what is missing
    return Examined(claim=claim, proved=None, violations=found)


def make(
    objects: Objects, verify: Verify, reader: Reader, path: EntryPath, *, later: bool
) -> tuple[bytes, Proved]:
    """Return the proof of an entry, and what it shows; raise Unable where it cannot be proved.

    ``later`` asks for the history from the entry to the reader's tip, with what was stated there.
    """
    record = reader.commit_of(path)
    if record is None:
        raise Incomplete("history ends before the entry's own commit", where=str(path), cut=True)
    try:
        claim = _claim(objects, path, record, reader.state.commit if later else record)
    except ObjectMissing as gap:
        text = f"history is missing at {gap.oid}"
        raise Incomplete(text, where=str(path), cut=True) from None
    except CommitFault as fault:
        raise _broken(Violation(rule=fault.rule, message=str(fault)), path) from None
    large = _large(path, later=later)
    seen = _Seen(objects, large)
    shown = _show(seen, verify, claim)
    if not isinstance(shown, Proved):
        raise _broken(shown[0], path)
    data = proof.to_bytes(claim, seen.carried())
    if len(data) > proof.LIMIT:
        raise large
    return data, shown


def _show(objects: Objects, verify: Verify, claim: Claim) -> Proved | tuple[Violation, ...]:
    chain = Chain(objects, verify)
    line = follow(chain, claim)
    if not isinstance(line, Followed):
        return line
    reader = Reader(chain.objects, chain.trees, line.state)
    files = {name: reader.file(claim.entry, name) for name in reader.files(claim.entry)}
    return Proved(line=line, entry=reader.entry(claim.entry), files=files)


def _claim(objects: Objects, path: EntryPath, record: Oid, tip: Oid) -> Claim:
    trust: list[Oid] = []
    at, parent = record, parse(raw_commit(objects, record)).parent
    while parent is not None:
        at = parent
        commit = parse(raw_commit(objects, at))
        if kind_of(commit.message) is Kind.TRUST:
            trust.append(at)
        parent = commit.parent
    return Claim(
        entry=path,
        pin=sha256(raw_commit(objects, at)),
        genesis=at,
        trust=tuple(reversed(trust)),
        record=record,
        tip=tip,
    )


class _Seen:
    """Objects of a repository, and what of them was asked for; bounded as a proof is."""

    def __init__(self, objects: Objects, large: Unable) -> None:
        self._objects = objects
        self._large = large
        self._seen: dict[Oid, ObjectKind] = {}
        self._bytes = 0

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size in bytes; raise ObjectMissing, or Unable beyond the bound."""
        kind, size = self._objects.header(oid)
        if oid not in self._seen:
            self._seen[oid] = kind
            self._bytes += size
            if self._bytes > proof.CONTENT_LIMIT:
                raise self._large
        return kind, size

    def read(self, oid: Oid) -> bytes:
        """Return the raw content, of what was asked for its size before."""
        self.header(oid)
        return self._objects.read(oid)

    def carried(self) -> Carried:
        """Return what was asked for."""
        return Carried({oid: (kind, self._objects.read(oid)) for oid, kind in self._seen.items()})


def _broken(found: Violation, path: EntryPath) -> Unable:
    at = f" (commit {found.commit})" if found.commit else ""
    return Unable(
        f"cannot be proved: {found.message}{at}",
        code=found.rule,
        where=str(path),
        hint="git baseline verify --full",
    )


def _large(path: EntryPath, *, later: bool) -> Unable:
    return Unable(
        f"its proof would be larger than {proof.LIMIT >> 20} MiB",
        code="proof/large",
        where=str(path),
        hint="--without-later leaves out the history after the entry" if later else None,
    )
