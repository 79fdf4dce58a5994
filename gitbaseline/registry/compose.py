"""From what a format read and what is known around it to one ``Baseline`` and its stored files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, Source
from gitbaseline.model import tier as tiers
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Lever,
    Recorder,
    Registrant,
    SourceKind,
    Tier,
    Workstation,
)
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.layout import SCHEMA
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.policy.snapshot import snapshot_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who, where, when and of which code; the same for every kind of source."""

    registered_at_utc: str
    registrant: Registrant
    recorder: Recorder
    workstation: Workstation
    code: Code
    capture_command: str | None = None
    prompt: str | None = None
    captured_at_utc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person says of the entry beyond the source."""

    family: str
    measurement: str
    context: Mapping[str, Mapping[str, JSON]]
    environment: Mapping[str, Scalar]
    cluster: str | None = None
    cohort: str | None = None
    testbed: str | None = None
    tier: Tier = Tier.DRAFT
    words: tuple[str, ...] = ()
    next_lever: Lever | None = None
    supersedes: str | None = None
    accepts: str | None = None
    continues: str | None = None
    harness_sha256: str | None = None
    artifact_sha256: str | None = None
    idempotency_key: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The source as it will be stored: the bytes of each file after redaction."""

    source: Source
    files: Mapping[str, bytes]
    redacted: tuple[str, ...] = ()
    allowed_secrets: tuple[str, ...] = ()
    schema_path: str | None = None
    schema: bytes | None = None


def with_schema(stored: Stored, path: str | None, schema: bytes | None) -> Stored:
    """Return the stored source with a copy of the schema that it met."""
    return replace(stored, schema_path=path, schema=schema)


def digest_of(source: Source) -> str:
    """Return the SHA-256 that stands for a source: of its bytes, of a directory its manifest."""
    return _digest(SourceKind(source.kind), {file.path: file.data for file in source.files})


def payload(stored: Stored) -> dict[str, bytes]:
    """Return the snapshot's and the schema's files by path in the entry."""
    kind = SourceKind(stored.source.kind)
    name = snapshot_name(kind, None if kind is SourceKind.INLINE else stored.source.name)
    if kind is SourceKind.DIRECTORY:
        files = {f"{name}/{path}": data for path, data in stored.files.items()}
    else:
        files = {name: next(iter(stored.files.values()))}
    if stored.schema is not None:
        files[SCHEMA] = stored.schema
    return files


def compose(reading: Reading, stored: Stored, provenance: Provenance, wishes: Wishes) -> Baseline:
    """Return the entry; InputError lists what is missing where VERDICT was asked for."""
    source = stored.source
    kind = SourceKind(source.kind)
    only = next(iter(reading.metrics.values())) if _is_scalar(reading) else None
    entry = Baseline(
        family=wishes.family,
        measurement=wishes.measurement,
        metrics=reading.metrics,
        value=only.value if only else None,
        unit=only.unit if only else None,
        direction=only.direction if only else None,
        source_path=None if kind is SourceKind.INLINE else source.name,
        source_sha256=digest_of(source),
        source_bytes=sum(len(file.data) for file in source.files),
        source_kind=kind,
        source_format=reading.format,
        snapshot_sha256=_digest(kind, stored.files),
        redacted=tuple(sorted(set(stored.redacted))),
        allowed_secrets=tuple(sorted(set(stored.allowed_secrets))),
        schema_path=stored.schema_path,
        schema_sha256=sha256(stored.schema) if stored.schema is not None else None,
        registered_at_utc=provenance.registered_at_utc,
        captured_at_utc=reading.captured_at_utc or provenance.captured_at_utc,
        registered_by=provenance.registrant,
        recorder=provenance.recorder,
        workstation=provenance.workstation,
        cluster=wishes.cluster,
        cohort=wishes.cohort,
        testbed=wishes.testbed,
        environment={**reading.environment, **wishes.environment},
        git=provenance.code,
        capture_command=provenance.capture_command,
        prompt=provenance.prompt,
        context=_context(reading, wishes),
        tier=wishes.tier,
        next_lever=wishes.next_lever,
        supersedes=wishes.supersedes,
        accepts=wishes.accepts,
        continues=wishes.continues,
        harness_sha256=wishes.harness_sha256,
        artifact_sha256=wishes.artifact_sha256,
        idempotency_key=wishes.idempotency_key,
        notes=wishes.notes,
    )
    evidence = tiers.evidence(entry, wishes.words)
    if wishes.tier is Tier.VERDICT and evidence.missing:
        raise InputError(
            f"not a VERDICT yet, it lacks {', '.join(evidence.missing)}",
            code="tier/missing",
            where="--tier",
            hint="record it as DRAFT (leave --tier out), or give what is missing",
        )
    return replace(entry, tier_evidence=evidence)


def _context(reading: Reading, wishes: Wishes) -> dict[str, dict[str, JSON]]:
    """Return the context that the file told, overlaid with what the person said."""
    groups: dict[str, dict[str, JSON]] = {
        group: dict(fields) for group, fields in reading.context.items() if fields
    }
    if reading.tool_version:
        groups["stack"] = {"tool_version": reading.tool_version, **groups.get("stack", {})}
    for group, fields in wishes.context.items():
        groups[group] = {**groups.get(group, {}), **fields}
    return groups


def _is_scalar(reading: Reading) -> bool:
    return list(reading.metrics) == ["value"]


def _digest(kind: SourceKind, files: Mapping[str, bytes]) -> str:
    return digest(files) if kind is SourceKind.DIRECTORY else sha256(next(iter(files.values())))
