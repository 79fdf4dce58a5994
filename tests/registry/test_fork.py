"""Where two tips part, whatever their length, and where history is cut off."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.registry.fork import Fork, fork

LENGTHS = st.integers(0, 6)


class Commits:
    """Commits by id, each with at most one parent; an absent one is missing."""

    def __init__(self):
        self.raw = {}

    def add(self, oid, parent):
        line = f"parent {parent}\n" if parent else ""
        self.raw[oid] = f"tree {'0' * 40}\n{line}author a\n".encode()
        return oid

    def line(self, prefix, count, parent):
        """Return a line of commits on top of a parent, oldest first."""
        made = []
        for number in range(count):
            parent = self.add(f"{prefix}{number:039x}", parent)
            made.append(parent)
        return tuple(made)

    def header(self, oid):
        if oid not in self.raw:
            raise ObjectMissing(oid)
        return ObjectKind.COMMIT, len(self.raw[oid])

    def read(self, oid):
        return self.raw[oid]


@given(LENGTHS, LENGTHS, LENGTHS)
def test_both_sides_from_the_last_common_commit(common, mine, other):
    commits = Commits()
    shared = commits.line("a", common, None)
    base = shared[-1] if shared else None
    ours = commits.line("b", mine, base)
    theirs = commits.line("c", other, base)
    tips = [side[-1] if side else base for side in (ours, theirs)]
    assert fork(commits, *tips) == Fork(base=base, ours=ours, theirs=theirs)
    assert fork(commits, *tips[::-1]) == Fork(base=base, ours=theirs, theirs=ours)


@given(LENGTHS, LENGTHS, st.integers(0, 5))
def test_history_that_is_cut_off(mine, other, lost):
    """Nothing in common is found where the common commits are missing, and it says so."""
    commits = Commits()
    shared = commits.line("a", 6, None)
    ours = commits.line("b", mine, shared[-1])
    theirs = commits.line("c", other, shared[-1])
    for oid in shared[lost:]:
        del commits.raw[oid]
    tips = [(ours or shared)[-1], (theirs or shared)[-1]]
    assert fork(commits, *tips) == Fork(base=None, ours=ours, theirs=theirs, cut=True)


def test_the_cost_is_the_way_to_the_common_commit():
    commits = Commits()
    shared = commits.line("a", 1000, None)
    ours = commits.line("b", 3, shared[-1])
    seen = []
    read = commits.read
    commits.read = lambda oid: seen.append(oid) or read(oid)
    assert fork(commits, ours[-1], shared[-1]).ours == ours
    assert len(seen) < 10


def test_a_side_without_a_branch():
    commits = Commits()
    ours = commits.line("a", 2, None)
    assert fork(commits, ours[-1], None) == Fork(base=None, ours=ours, theirs=())
    assert fork(commits, None, None) == Fork(base=None, ours=(), theirs=())
