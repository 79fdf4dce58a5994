"""Verifying as a person asks for it: from where it was left, with the remote's mark in mind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.model.names import Oid
from gitbaseline.registry import mark as marks
from gitbaseline.registry import memory as memories
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.verify import Known, Verification, verify


def inspect(
    branch: Branch,
    tip: Oid,
    *,
    pins: Sequence[str],
    cache: Path,
    remote: str | None,
    full: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Verify up to ``tip`` and remember the outcome in ``cache`` (a folder).

    ``remote`` is the URL whose tip the tracking ref holds; a tip there that does not extend the
    one seen last is a finding, ``history/high-water``.
    """
    store = branch.store
    file = memories.place(cache, remote) if remote else cache / f"{_registry_id(branch, tip)}.json"
    memory = memories.load(file)
    known = None if full else memory.known(pins)
    result = verify(branch.chain, tip, pins=pins, known=known, progress=progress)
    seen = store.tip(branch.tracking_ref) if branch.tracking_ref else None
    mark = memory.remotes.get(remote) if remote else None
    # A mark that is not here was set by another clone: this one is behind, or will hear of it when
    # it fetches.
    if seen and mark and store.commit_of(mark) and marks.is_held(store, mark, seen) is False:
        alarm = marks.alarm(mark, branch.tracking_ref, tip=seen)
        result = replace(result, violations=(*result.violations, alarm))
    if result.good:
        known = Known(commit=tip, raw_sha256=branch.state(tip).raw_sha256)
        memories.save(file, memories.load(file).with_verified(known, pins))
        if remote and seen and store.is_ancestor(seen, tip):
            marks.save(store, cache, remote, seen)
    return result


def _registry_id(branch: Branch, tip: Oid) -> str | None:
    """Return which registry it is, or None: what is wrong with its tip is for ``verify`` to say."""
    try:
        return branch.state(tip).root.registry_id
    except Unable:
        return None
