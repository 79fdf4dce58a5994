"""Who signed each entry: one walk over the history, each signature checked once.

Of a collected entry that is its contributor: who carried it is not whose number it is.

Without history (a clone of depth 1) nobody is named for what lies before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.root import Root
from gitbaseline.model.signature import SignedBy, Verify
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.contributed import contributed

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

_ADDS = {str(Kind.RECORD), str(Kind.COLLECT)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The commit that added an entry, and whose key signed it; None where that is not proved."""

    commit: Oid
    fingerprint: str | None
    principal: str | None


def signers(store: Store, verify: Verify, tip: Oid, root: Root) -> dict[str, Signer]:
    """Return the signer of every entry by its path."""
    found: dict[str, Signer] = {}
    trees = Trees(store)
    at: Oid | None = tip
    while at is not None:
        try:
            commit = parse(store.read(at))
        except (ObjectMissing, CommitFault):
            break
        kind, _, subject = commit.message.partition("\n")[0].partition(" ")
        if kind in _ADDS:
            said = author_of(store, trees, commit)
            verdict = verify(said.payload, said.armor)
            fingerprint = verdict.fingerprint if isinstance(verdict, SignedBy) else None
            listed = root.keys.get(fingerprint) if fingerprint else None
            found[subject] = Signer(
                commit=at,
                fingerprint=fingerprint,
                principal=listed.principal if listed else None,
            )
        at = commit.parent
    return found


def author_of(objects: Objects, trees: Trees, commit: Commit) -> Commit:
    """Return the record behind a commit that added an entry: of a collect the contributor's."""
    if kind_of(commit.message) is not Kind.COLLECT:
        return commit
    path = commit.message.partition("\n")[0].partition(" ")[2]
    return contributed(trees, objects, commit, path) or commit
