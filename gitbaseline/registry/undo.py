"""Taking back the last record: only a record, only the tip, only while it is unpushed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import parse
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.registry.branch import Branch

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back, and where the branch stands now."""

    subject: str
    commit: Oid
    tip: Oid


def undo(store: Store, branch: Branch, sure: Callable[[str], None]) -> Undone:
    """Take back the branch's last record. ``sure`` is asked with its path and may raise."""
    tip = store.tip(branch.ref)
    if tip is None:
        raise Unable("there is no record of yours to take back", code="undo/none", where=branch.ref)
    branch.state(tip)
    commit = parse(store.read(tip))
    subject = commit.message.partition("\n")[0]
    if kind_of(commit.message) is not Kind.RECORD or commit.parent is None:
        raise Unable(
            f"the last statement is no record: {subject}", code="undo/kind", where=branch.ref
        )
    for name, held in store.refs("refs/remotes/"):
        if store.is_ancestor(tip, held):
            raise Unable(
                f"{name} holds it already; what is pushed is never taken back",
                code="undo/pushed",
                where=subject,
            )
    path = subject.removeprefix(f"{Kind.RECORD} ")
    sure(path)
    store.advance(branch.ref, expected=tip, new=commit.parent, note=f"baseline: undo {path}")
    return Undone(subject=path, commit=tip, tip=commit.parent)
