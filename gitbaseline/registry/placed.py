"""Where an entry lies after a push, which may have made it anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gitbaseline.model.baseline import Baseline
from gitbaseline.registry.fork import fork
from gitbaseline.registry.reader import Reader
from gitbaseline.registry.record import unplaced
from gitbaseline.registry.remake import Fate
from gitbaseline.registry.ruling import Placed, Ruling, SaidBefore


def placed_now(was: Placed, ruling: Ruling, fates: Sequence[Fate] = ()) -> Placed:
    """Return where an entry lies at the branch's tip by now; ``fates`` are those of the push.

    Its commit may have been made anew, by this process or another, or left out for one that the
    remote had under the same key. Undone meanwhile, it is returned as it was.
    """
    branch = ruling.branch
    state = branch.state()
    if was.commit is None or fork(branch.store, was.commit, state.commit).base == was.commit:
        return was
    reader = Reader(branch.chain.objects, branch.chain.trees, state)
    wanted = _said(was.entry)
    left_out = any(fate.left_out for fate in fates if fate.was == was.commit)
    for path in reader.paths(wanted.family, wanted.measurement):
        if path.slug.time == was.path.slug.time and not left_out:
            entry = reader.entry(path).baseline
            if _said(entry) == wanted:
                return replace(was, path=path, entry=entry, commit=reader.commit_of(path))
    try:
        ruling(state, wanted)
    except SaidBefore as before:
        return Placed.before(before)
    return was


def _said(entry: Baseline) -> Baseline:
    """Return what an entry says, apart from what depends on the entries before it."""
    return replace(unplaced(entry), continues=None, supersedes=None, extra={})
