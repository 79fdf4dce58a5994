"""An entry as an in-toto Statement, version 1, for tools that keep attestations of artifacts.

- The subjects are the payload: each stored file by its SHA-256; and the program that was measured,
  where the entry names its digest.
- The predicate holds ``baseline.json`` as it is, and the signed commit that recorded it.
- It is not signed. The recorder's signature is over the commit, which ``git baseline prove``
  carries; whoever exports may not have been there. docs/proof.md says how to sign it all the same.

Source: in-toto Attestation Framework, spec/v1 (statement, resource_descriptor, digest_set).
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import EntryPath

STATEMENT = "https://in-toto.io/Statement/v1"
# The project has no domain of its own; a TypeURI may resolve nowhere.
PREDICATE = "urn:git-baseline:baseline:1"


def statement(
    path: EntryPath,
    entry: Baseline,
    payload: Mapping[str, str],
    *,
    registry: Mapping[str, JSON],
    record: Mapping[str, JSON],
) -> dict[str, JSON]:
    """Return the statement. ``payload`` are the SHA-256 of the stored files by their paths."""
    subjects: list[JSON] = [
        {"digest": {"sha256": sha256}, "name": name} for name, sha256 in sorted(payload.items())
    ]
    if entry.artifact_sha256:
        subjects.append({"digest": {"sha256": entry.artifact_sha256}, "name": "artifact"})
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {
            "entry": str(path),
            "registry": dict(registry),
            "record": dict(record),
            "baseline": baseline_json.to_plain(entry),
        },
    }
