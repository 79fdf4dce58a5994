"""What a proof shows and what it cannot show, in words."""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.model.layout import is_pointer
from gitbaseline.model.message import Kind
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.signature import Fingerprint, SignatureKind, kind_of_key
from gitbaseline.policy.proof import Followed, Said
from gitbaseline.report.numbers import counted, size

_DONE = {Kind.ACCEPT: "accepted", Kind.RETRACT: "retracted"}


def signed(said: Said) -> str:
    """Return when a commit was made by its signer's clock, and by whom."""
    return f"{utc_from_epoch(said.time)} by {said.principal}"


def tip(line: Followed) -> str:
    """Return where the history that a proof carries ends."""
    if not line.later:
        return "the entry's own commit"
    return f"{line.tip.commit}, {counted(line.later, 'statement')} later"


def pin(*, pinned: bool | None) -> str:
    """Return what a pin says of the registry."""
    if pinned is None:
        return "unpinned: --root SHA256 holds it to the registry that you mean"
    if pinned:
        return "holds: the proof contains a pin of yours"
    return "DOES NOT HOLD: this is another registry than the pinned one"


def shown(line: Followed, files: Mapping[str, bytes], *, distrusted: bool) -> list[str]:
    """Return what holds, a sentence each; whose keys these are is for the pin to say."""
    amount = f"{counted(len(files), 'file')}, {size(sum(map(len, files.values())))}"
    said = [
        f"the entry's files ({amount}) are what {line.record.principal} signed",
        f"trust state {line.trust}, which follows from the genesis, let that key record",
    ]
    if line.later:
        until = utc_from_epoch(line.tip.time)
        said.append(f"{counted(line.later, 'signed statement')} after it, up to {until}")
    said += [
        f"it was {_DONE[one.kind]} at {signed(one)}, commit {one.commit[:12]}"
        for one in line.events
    ]
    if distrusted:
        said.append("the registry distrusts it: its key was declared compromised")
    elif line.later and not any(one.kind is Kind.RETRACT for one in line.events):
        said.append("the tip holds it, no retraction of it and no distrust of its key")
    return said


def unshown(line: Followed, files: Mapping[str, bytes], *, pinned: bool | None) -> list[str]:
    """Return what a reader might take for shown and is not, a sentence each."""
    left = []
    if pinned is None:
        left.append("whose registry this is, and who holds the keys: no pin was given")
    until = utc_from_epoch(line.tip.time)
    left.append(f"that nothing after {until} retracts it or distrusts its key")
    if line.later:
        left.append("that the statements after it keep every rule: their files are not here")
    if any(map(is_pointer, files)):
        left.append("the payload itself, which lies in Git LFS: its digest and size are")
    if any(
        kind_of_key(Fingerprint(one.fingerprint)) is not SignatureKind.SSH
        for one in (line.record, line.tip)
    ):
        left.append("one spelling of a signature that is not SSH: gpg or gpgsm judged it here")
    left.append("that the signer's clock and word are right")
    return left
