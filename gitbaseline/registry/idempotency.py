"""Recording once for one key, as a repeated CI job asks for.

An earlier entry is the answer only for the same signer and the same source, while it is not
retracted and at most 30 days old; the same key for anything else is an error.
"""

from __future__ import annotations

from itertools import takewhile
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from gitbaseline.errors import Unable
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.commit import parse
from gitbaseline.model.names import epoch_from_utc, slug_time, utc_from_epoch
from gitbaseline.model.signature import Fingerprint, SignedBy, Verify
from gitbaseline.policy.changes import Trees
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.signers import author_of

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

DAYS = 30
_SECONDS = DAYS * 24 * 60 * 60


class HistoryCut(Unable):
    """The entry is there, and not the commit that says who signed it: a shallow clone."""


def earlier(
    reader: Reader, store: Store, verify: Verify, entry: Baseline, signer: Fingerprint
) -> Entry | None:
    """Return the entry that this one would repeat, or None; Unable where the key was used up."""
    if entry.idempotency_key is None:
        return None
    oldest = slug_time(utc_from_epoch(epoch_from_utc(entry.registered_at_utc) - _SECONDS))
    every = reader.listed(entry.family, entry.measurement)
    spelled = encode_basestring(entry.idempotency_key).encode()
    for listed in takewhile(lambda listed: listed.path.slug.time >= oldest, every):
        if spelled not in reader.baseline_json(listed):  # all but one are told by their bytes
            continue
        found = reader.read(listed)
        if found.retracted or found.baseline.idempotency_key != entry.idempotency_key:
            continue
        commit = reader.commit_of(found.path)
        if commit is None:
            raise HistoryCut(
                f"{found.path} has the same key, and history here ends before it was signed",
                code="history/missing",
                where=f"--idempotency-key {entry.idempotency_key}",
                hint=f"git fetch --shallow-since={DAYS}.days",
            )
        parsed = author_of(store, Trees(store), parse(store.read(commit)))
        verdict = verify(parsed.payload, parsed.armor)
        same_signer = isinstance(verdict, SignedBy) and verdict.fingerprint == signer
        if same_signer and found.baseline.source_sha256 == entry.source_sha256:
            return found
        what = "from another source" if same_signer else "by another key"
        raise Unable(
            f"was recorded {what} as {found.path}",
            code="idempotency/used",
            where=f"--idempotency-key {entry.idempotency_key}",
            hint="use another key for another measurement",
        )
    return None
