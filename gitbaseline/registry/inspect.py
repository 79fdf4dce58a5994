"""Verifying as a person asks for it: from where it was left, with the remote's mark in mind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid
from gitbaseline.model.violation import Violation
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
    # By the remote, not by the registry: another registry in its place must raise the alarm too.
    name = sha256(remote.encode()) if remote else _registry_id(branch, tip)
    file = cache / f"{name}.json"
    memory = memories.load(file) if name else memories.Memory()
    known = None if full else memory.known(pins)
    result = verify(store, branch.chain, tip, pins=pins, known=known, progress=progress)
    seen = store.tip(branch.tracking_ref) if branch.tracking_ref else None
    mark = memory.remotes.get(remote) if remote else None
    if seen and mark and not store.is_ancestor(mark, seen):
        alarm = Violation(
            rule="history/high-water",
            message=f"the remote held {mark} before, and its branch no longer goes on from that",
            commit=seen,
            path=branch.tracking_ref,
        )
        result = replace(result, violations=(*result.violations, alarm))
    if result.good:
        state = branch.state(tip)
        memory = memory.with_verified(Known(commit=tip, raw_sha256=state.raw_sha256), pins)
        if remote and seen and store.is_ancestor(seen, tip):
            memory = memory.with_remote(remote, seen)
        memories.save(file, memory)
    return result


def _registry_id(branch: Branch, tip: Oid) -> str | None:
    """Return which registry it is, or None: what is wrong with its tip is for ``verify`` to say."""
    try:
        return branch.state(tip).root.registry_id
    except Unable:
        return None
