"""The last tip that this user saw at a remote: what it held once it must still hold.

Kept in the user's cache, for all clones; so a clone that has not fetched for a while may lack the
commit that is marked. A server's own mark is ``high_water``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitbaseline.model.names import Oid
from gitbaseline.model.violation import Violation
from gitbaseline.registry import memory as memories
from gitbaseline.registry.fork import fork

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store


def load(cache: Path, url: str) -> Oid | None:
    """Return the mark of a remote, or None where it was never seen."""
    return memories.load(memories.place(cache, url)).remotes.get(url)


def save(store: Store, cache: Path, url: str, tip: Oid) -> None:
    """Set the mark of a remote, unless another clone set a later one meanwhile."""
    file = memories.place(cache, url)
    memory = memories.load(file)
    mark = memory.remotes.get(url)
    if mark is None or (mark != tip and is_held(store, mark, tip)):
        memories.save(file, memory.with_remote(url, tip))


def is_held(store: Store, mark: Oid, tip: Oid) -> bool | None:
    """Whether the history of ``tip`` holds ``mark``; None where it is cut off before it can tell.

    A mark that is not here at all is not held, if that history is whole.
    """
    parted = fork(store, mark if store.commit_of(mark) else None, tip)
    if parted.base is None and parted.cut:
        return None
    return parted.base == mark


def alarm(held: Oid, ref: str | None, *, tip: Oid | None = None, gone: bool = False) -> Violation:
    """Return the finding that a remote no longer holds what it held.

    ``ref`` is the remote-tracking ref, ``tip`` what it has now; ``gone`` says that the branch is.
    """
    now = "has no such branch now" if gone else "its branch no longer goes on from that"
    return Violation(
        rule="history/high-water",
        message=f"the remote held {held} before, and {now}",
        commit=tip,
        path=ref,
    )
