"""Where two tips of one branch part. The parents are read from the raw commits.

Both sides are walked in turns, so that the cost is the longer of the two ways to the common commit
and never the whole history; where a shallow clone ends, a side ends.
"""

from __future__ import annotations

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import CommitFault, parent_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.policy.raw import raw_commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """The last commit that both sides have, and what each has beyond it, oldest first.

    ``base`` is None where they have none in common, as far as history is here; ``cut`` says that
    some of it is missing.
    """

    base: Oid | None
    ours: tuple[Oid, ...]
    theirs: tuple[Oid, ...]
    cut: bool = False


def fork(objects: Objects, ours: Oid | None, theirs: Oid | None) -> Fork:
    """Return where two tips part; None is a side without a branch."""
    at = [ours, theirs]
    sides: tuple[dict[Oid, int], dict[Oid, int]] = ({}, {})  # each commit with its distance
    cut = False
    while any(at):
        for mine, other in ((0, 1), (1, 0)):
            oid = at[mine]
            if oid is None:
                continue
            if oid in sides[other]:
                return _parted(oid, *sides, cut=cut)
            try:
                at[mine] = parent_of(raw_commit(objects, oid))
            except (ObjectMissing, CommitFault):
                at[mine], cut = None, True
            else:
                sides[mine][oid] = len(sides[mine])
    return _parted(None, *sides, cut=cut)


def _parted(base: Oid | None, ours: dict[Oid, int], theirs: dict[Oid, int], *, cut: bool) -> Fork:
    def beyond(side: dict[Oid, int]) -> tuple[Oid, ...]:
        return tuple(list(side)[: side.get(base, len(side)) if base else None][::-1])

    return Fork(base=base, ours=beyond(ours), theirs=beyond(theirs), cut=cut)
