"""Leaving records in a remote's inbox: no race with other writers, so nothing is made anew.

What was recorded here stays on the local branch. Once it is collected, the next ``push`` finds that
the remote says it already and leaves it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import parse
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.registry import fetch as fetching
from gitbaseline.registry import inbox
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.fetch import Remote, Said
from gitbaseline.registry.fork import fork
from gitbaseline.transport import remote as transport

AT_ONCE = 200  # refs named on one command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """What a deposit brought into the inbox, and what it found on the remote's branch already."""

    tip: Oid
    sent: tuple[Said, ...]
    there: tuple[Said, ...]


def deposit(branch: Branch, remote: Remote, upload: Callable[[Sequence[Oid]], None]) -> Deposited:
    """Push what the remote lacks into its inbox; raise where that cannot be done or is no record.

    ``upload`` sends up what Git LFS keeps of some commits, before they go.
    """
    store = branch.store
    got = fetching.incoming(store, remote)
    if got.alarm or got.tip is None:
        raise Unable(
            got.alarm.message if got.alarm else "there is no registry to collect records into",
            code=got.alarm.rule if got.alarm else "push/inbox",
            where=remote.name,
            hint="git baseline fetch" if got.alarm else "git baseline push",
        )
    parted = fork(store, store.tip(branch.ref), got.tip)
    if parted.base is None and parted.ours:
        raise Unable(
            f"{remote.name} holds another registry than this repository",
            code="remote/unrelated",
            where=remote.ref,
            hint="git baseline verify",
        )
    state = branch.state(got.tip)
    there = [oid for oid in parted.ours if inbox.folded(branch.chain, state, oid)]
    going = [oid for oid in parted.ours if oid not in there]
    for oid in going:
        _require_record(oid, store.read(oid))
    upload(going)
    for start in range(0, len(going), AT_ONCE):
        refs = {inbox.prefix(remote.ref) + oid: oid for oid in going[start : start + AT_ONCE]}
        transport.push_new(remote.git, remote.name, refs)
    return Deposited(
        tip=got.tip, sent=fetching.said(store, going), there=fetching.said(store, there)
    )


def _require_record(oid: Oid, raw: bytes) -> None:
    message = parse(raw).message
    if kind_of(message) is not Kind.RECORD:
        raise InputError(
            f"only records can wait in an inbox, and {message.partition(chr(10))[0]!r} is none",
            code="push/inbox-kind",
            where=oid,
            hint="git baseline push",
        )
