"""Who signed each entry: the branch walked once, a record's signature checked when it is asked for.

The key must be listed as live in the trust state that the record's parent left. That is the
signature alone: whether the commit keeps every other rule is what ``git baseline verify`` tells,
and the site says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import Commit, CommitFault, parent_of, parse
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.root import Root
from gitbaseline.model.signature import BadSignature, Verify
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.state import NotARegistry

_ENTRIES = (Kind.RECORD, Kind.COLLECT)
_TRUST = (Kind.GENESIS, Kind.TRUST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The commit that added an entry, and its signature: ``fault`` is None where it is good."""

    commit: str
    fingerprint: str | None
    principal: str | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unchecked:
    """A record on the branch, and who might sign it."""

    oid: Oid
    commit: Commit
    root: Root | None


class Signatures:
    """The signatures of the entries at one tip.

    ``known`` are those up to the commit ``upto``, taken over where the tip's history holds that.
    Where the history is cut off, older entries have none.
    """

    def __init__(
        self,
        chain: Chain,
        verify: Verify,
        tip: Oid,
        *,
        known: Mapping[str, Signed],
        upto: str | None,
    ) -> None:
        self._verify = verify
        commits, held = _since(chain.objects, tip, upto)
        self.known = dict(known) if held else {}
        self._unchecked = dict(_records(chain, commits, upto if held else None))

    def commit(self, path: EntryPath) -> str:
        """Return the commit that added an entry, "" where it is not here; nothing is checked."""
        name = str(path)
        found = self._unchecked.get(name)
        if found:
            return found.oid
        return self.known[name].commit if name in self.known else ""

    def of(self, path: EntryPath) -> Signed | None:
        """Return who signed an entry, None where its commit is not here."""
        name = str(path)
        found = self._unchecked.get(name)
        if found is None:
            return self.known.get(name)
        if name not in self.known or self.known[name].commit != found.oid:
            self.known[name] = _signed(found, self._verify)
        return self.known[name]


def _since(objects: Objects, tip: Oid, upto: str | None) -> tuple[list[tuple[Oid, bytes]], bool]:
    """Return the commits after ``upto`` up to the tip, and whether the tip's history holds it."""
    commits: list[tuple[Oid, bytes]] = []
    at: Oid | None = tip
    while at is not None and at != upto:
        try:
            raw = objects.read(at)
        except ObjectMissing:
            break
        commits.append((at, raw))
        at = parent_of(raw)
    return commits[::-1], at is not None and at == upto


def _records(
    chain: Chain, commits: list[tuple[Oid, bytes]], before: str | None
) -> list[tuple[str, _Unchecked]]:
    """Return the entries that the commits added, oldest first, with the trust state before each."""
    found = []
    root = _root(chain, Oid(before)) if before else None
    for oid, raw in commits:
        try:
            commit = parse(raw)
        except CommitFault:
            continue
        kind = kind_of(commit.message)
        if kind in _ENTRIES:
            root = root or (_root(chain, commit.parent) if commit.parent else None)
            path = commit.message.partition("\n")[0].partition(" ")[2]
            found.append((path, _Unchecked(oid=oid, commit=commit, root=root)))
        elif kind in _TRUST:
            root = _root(chain, oid)
    return found


def _root(chain: Chain, commit: Oid) -> Root | None:
    try:
        return chain.load(commit).root
    except (NotARegistry, ObjectMissing, TreeFault, CommitFault):
        return None


def _signed(found: _Unchecked, verify: Verify) -> Signed:
    said = verify(found.commit.payload, found.commit.armor)
    if isinstance(said, BadSignature):
        return Signed(commit=found.oid, fingerprint=None, principal=None, fault=said.detail)
    key = found.root.keys.get(said.fingerprint) if found.root else None
    fault: str | None = None
    if key is None:
        fault = "not listed by the registry" if found.root else "the trust state is not here"
    elif not key.live:
        fault = "the key was no longer live"
    return Signed(
        commit=found.oid,
        fingerprint=said.fingerprint,
        principal=key.principal if key else None,
        fault=fault,
    )
