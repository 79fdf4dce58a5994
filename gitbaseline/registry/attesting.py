"""What can be said of an entry outside of the registry: by which signed commit, on which payload.

Nothing is said of an entry whose record the registry's own rules refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.errors import Incomplete, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import CommitFault, parse
from gitbaseline.model.layout import SNAPSHOT, EntryPath, is_pointer
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid, utc_from_epoch
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.pointer import from_bytes
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.state import NotARegistry
from gitbaseline.registry.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """One entry's record, judged. ``at`` is UTC by the signer's clock.

    ``payload`` are the SHA-256 of the benchmark's output by its paths in the entry; of the content
    itself where Git LFS keeps it.
    """

    commit: Oid
    raw_sha256: str
    at: str
    principal: str
    fingerprint: str
    payload: Mapping[str, str]


def attest(chain: Chain, reader: Reader, path: EntryPath, commit: Oid) -> Attested:
    """Return what ``commit`` says of the entry; raise Unable where the rules refuse it."""
    try:
        parent = parse(raw_commit(chain.objects, commit)).parent
        checked = chain.check(commit, chain.load(parent) if parent else None)
    except (CommitFault, TreeFault, NotARegistry) as fault:
        raise _refused(path, str(fault)) from None
    except ObjectMissing as gap:
        text = f"the repository lacks {gap.oid}"
        raise Incomplete(text, where=str(path), cut=True) from None
    state, signer, principal = checked.state, checked.signer, checked.principal
    if checked.violations or state is None or signer is None or principal is None:
        raise _refused(path, checked.violations[0].message)
    return Attested(
        commit=commit,
        raw_sha256=state.raw_sha256,
        at=utc_from_epoch(state.time),
        principal=principal,
        fingerprint=signer,
        payload={
            name: _content(name, reader.file(path, name))
            for name in reader.files(path)
            if name.startswith(SNAPSHOT)
        },
    )


def _content(name: str, data: bytes) -> str:
    pointer = from_bytes(data) if is_pointer(name) else None
    return pointer.oid if pointer else sha256(data)


def _refused(path: EntryPath, why: str) -> Unable:
    return Unable(
        f"the registry's own rules refuse it: {why}",
        code="attest/refused",
        where=str(path),
        hint="git baseline verify --full",
    )
