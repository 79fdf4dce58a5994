"""Rules that every kind of statement shares: the message, the index, the signer's role."""

from __future__ import annotations

from collections.abc import Iterator

from gitbaseline.model.documents import index_after
from gitbaseline.model.message import Kind, Trailers
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.root import Role
from gitbaseline.model.violation import Violation
from gitbaseline.policy.changes import Action
from gitbaseline.policy.view import View

ROLES = {
    Kind.GENESIS: Role.ROOT,
    Kind.RECORD: Role.RECORD,
    Kind.COLLECT: Role.COLLECT,
    Kind.ACCEPT: Role.ACCEPT,
    Kind.RETRACT: Role.RETRACT,
    Kind.TRUST: Role.ROOT,
}
_TRAILER_RULES = {
    "Baseline-Kind": "trailer/kind",
    "Baseline-Registry": "trailer/registry",
    "Baseline-Previous": "trailer/previous",
    "Baseline-Content": "trailer/content",
}


def check_message(view: View, expected: str, trailers: Trailers) -> Iterator[Violation]:
    """Yield what differs between the message and the one that the statement makes."""
    actual = view.commit.message
    if actual == expected:
        return
    found = dict(
        line.split(": ", 1)
        for line in actual.split("\n")
        if line.partition(": ")[0] in _TRAILER_RULES
    )
    before = 0
    for line in trailers.lines():
        name, _, value = line.partition(": ")
        if found.get(name) != value:
            before += 1
            got = found.get(name, "none")
            yield view.broken(_TRAILER_RULES[name], f"{name}: expected {value}, got {got[:100]}")
    if not before:
        yield view.broken("commit/message", "the message is not the one that the statement makes")


def check_role(view: View, role: Role, family: str | None) -> Iterator[Violation]:
    """Yield a finding where the signer is known but may not sign this kind of statement."""
    key = view.signer
    if key is None or key.may(role, family):
        return
    if role not in key.roles:
        held = ", ".join(key.roles)
        yield view.broken("signature/role", f"{key.principal} has not the role {role}, only {held}")
    else:
        families = ", ".join(key.families or ())
        yield view.broken(
            "signature/family", f"{key.principal} may sign for {families}, not for {family}"
        )


def check_index(view: View, series: str, row: str) -> Iterator[Violation]:
    """Yield a finding unless the measurement's index grew by exactly this row."""
    path, old = view.index(series)
    change = view.changes.get(path)
    if change is None:
        yield view.broken("index/missing", "expected one more row, got no change", path)
        return
    expected_action = Action.MODIFIED if old else Action.ADDED
    size = view.size(change)
    expected = index_after(old, series, row)
    if change.action is not expected_action or size != len(expected):
        yield view.broken("index/row", f"expected {len(expected)} bytes, got {size}", path)
    elif not view.objects.is_of(change.oid, ObjectKind.BLOB, expected):
        yield view.broken("index/row", "not the parent's bytes and the row of this entry", path)
    else:  # so the next statement need not read it, which a long history would pay for
        view.objects.keep(change.oid, ObjectKind.BLOB, expected)


def check_only(view: View, allowed: set[str], folder: str | None) -> Iterator[Violation]:
    """Yield every change that this statement has no business making.

    ``allowed`` are single paths, ``folder`` one folder in which anything may be added.
    """
    for path, change in view.changes.items():
        inside = folder is not None and path.startswith(folder + "/")
        if change.action is Action.DELETED:
            yield view.broken("append-only/deleted", "a file was deleted", path)
        elif change.action is Action.MODIFIED and not (path in allowed and _grows(view, path)):
            yield view.broken("append-only/modified", "a file that exists was modified", path)
        elif path not in allowed and not inside:
            yield view.broken("path/unexpected", f"a {view.kind} has no business adding this", path)


def _grows(view: View, path: str) -> bool:
    """Whether this is a measurement's newest index: the one kind of file that is ever modified."""
    return path == view.index(path.rpartition("/")[0])[0]
