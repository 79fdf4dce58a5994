"""``baseline.json``: the only way between the typed model and the branch.

Every top-level key is always present, null where unknown, so that no reader has to guess.
``baseline_read`` refuses what does not have this shape.
"""

from __future__ import annotations

from gitbaseline.model import metric_json, metric_table
from gitbaseline.model.baseline import SCHEMA, Baseline, Lever
from gitbaseline.model.baseline_alike import alike
from gitbaseline.model.baseline_read import SOL, read
from gitbaseline.model.codec import JSON, decode, encode, is_sound, parse, skim


def to_plain(baseline: Baseline) -> dict[str, JSON]:
    """Return the document as JSON values; see FORMAT for the meaning of each key."""
    b = baseline
    by, code, sol, lever = b.registered_by, b.git, b.sol, b.next_lever
    return {
        "accepts": b.accepts,
        "allowed_secrets": list(b.allowed_secrets),
        "artifact_sha256": b.artifact_sha256,
        "capture_command": b.capture_command,
        "captured_at_utc": b.captured_at_utc,
        "cluster": b.cluster,
        "cohort": b.cohort,
        "context": {group: dict(fields) for group, fields in b.context.items()},
        "continues": b.continues,
        "direction": b.direction,
        "environment": dict(b.environment),
        "extra": dict(b.extra),
        "family": b.family,
        "git": {
            "branch": code.branch,
            "dirty": code.dirty,
            "remote": code.remote,
            "sha": code.sha,
        },
        "harness_sha256": b.harness_sha256,
        "idempotency_key": b.idempotency_key,
        "imported": {
            "from": b.imported.origin,
            "registered_at_utc": b.imported.registered_at_utc,
        }
        if b.imported
        else None,
        "judged": {"against": b.judged.against, "verdict": b.judged.verdict} if b.judged else None,
        "measurement": b.measurement,
        "metrics": {key: metric_json.to_plain(metric) for key, metric in b.metrics.items()},
        "next_lever": lever_plain(lever),
        "notes": b.notes,
        "prompt": b.prompt,
        "recorder": {
            "name": b.recorder.name,
            "sha": b.recorder.sha,
            "version": b.recorder.version,
        },
        "redacted": list(b.redacted),
        "registered_at_utc": b.registered_at_utc,
        "registered_by": {
            "agent": by.agent,
            "operator_user": by.operator_user,
            "team": by.team,
        },
        "schema": SCHEMA,
        "schema_path": b.schema_path,
        "schema_sha256": b.schema_sha256,
        "snapshot_sha256": b.snapshot_sha256,
        **{f"sol_{name}": getattr(sol, name) if sol else None for name in SOL},
        "source_bytes": b.source_bytes,
        "source_format": b.source_format,
        "source_kind": b.source_kind,
        "source_path": b.source_path,
        "source_sha256": b.source_sha256,
        "standing": b.standing,
        "supersedes": b.supersedes,
        "testbed": b.testbed,
        "tier": b.tier,
        "tier_evidence": {
            "missing": list(b.tier_evidence.missing),
            "shown": list(b.tier_evidence.shown),
        },
        "unit": b.unit,
        "value": b.value,
        "workstation": {"hostname": b.workstation.hostname, "uname": b.workstation.uname},
    }


def lever_plain(lever: Lever | None) -> JSON:
    """Return a lever as JSON values, null where none is named; the same wherever one is told."""
    if lever is None:
        return None
    return {
        "lever": lever.lever,
        "expected_unlock": lever.expected_unlock,
        "gate": lever.gate,
        "cost": lever.cost,
    }


def to_bytes(baseline: Baseline) -> bytes:
    """Return ``baseline.json``; raise CodecError or ShapeError where the value has no such form."""
    data = encode(to_plain(baseline))
    from_bytes(data)  # what cannot be read back is not written
    return data


def from_bytes(data: bytes) -> Baseline:
    """Read ``baseline.json``; raise CodecError or ShapeError with the place."""
    return alike(data) or read(decode(data))


def from_admitted(data: bytes) -> Baseline:
    """Read what the rules admitted to a branch: all is checked but that it has the one spelling.

    ``verify`` and the hooks check that; spelling it again would take as long as reading it.
    """
    document = skim(data)
    if isinstance(document, dict):
        around: JSON = {key: value for key, value in document.items() if key != "metrics"}
        metrics = metric_table.at_once(document.get("metrics"))
        if metrics and is_sound(around):
            return read(document, metrics)
    return read(parse(data))  # which says what is wrong, and where
