"""From what a format read and what is known around it to one ``Baseline`` and its stored files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TypeAlias

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, Source
from gitbaseline.frozen import dataclass
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
from gitbaseline.model.manifest import listing, sha256
from gitbaseline.model.pointer import Pointer, pointer_of
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
    extra: Mapping[str, JSON] = field(default_factory=dict)
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """A file too large for memory: where it lies until it is stored, its digest and size."""

    at: Path
    pointer: Pointer


Content: TypeAlias = bytes | OnDisk


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The source as it will be stored: its name, what stands for it, and each file after redaction.

    ``kind`` is that of the source, ``source_bytes`` its size before redaction.
    """

    name: str
    kind: SourceKind
    source_sha256: str
    source_bytes: int
    files: Mapping[str, Content]
    redacted: tuple[str, ...] = ()
    allowed_secrets: tuple[str, ...] = ()
    schema_path: str | None = None
    schema: bytes | None = None


def with_schema(stored: Stored, path: str | None, schema: bytes | None) -> Stored:
    """Return the stored source with a copy of the schema that it met."""
    return replace(stored, schema_path=path, schema=schema)


def digest_of(source: Source) -> str:
    """Return the SHA-256 that stands for a source: of its bytes, of a directory its manifest."""
    files = {file.path: file.data for file in source.files}
    return standing_for(SourceKind(source.kind), files)


def payload(stored: Stored) -> dict[str, bytes]:
    """Return the snapshot's and the schema's files by path in the entry."""
    files = snapshot(stored, snapshot_of(stored))
    here = {path: content for path, content in files.items() if isinstance(content, bytes)}
    if len(here) < len(files):
        raise AssertionError(stored.name)  # of what stays on disk only pointers are stored
    return with_copy(stored, here)


def snapshot_of(stored: Stored) -> str:
    """Return the name of the stored file, or of the folder for a directory."""
    kind = stored.kind
    return snapshot_name(kind, None if kind is SourceKind.INLINE else stored.name)


def snapshot(stored: Stored, name: str) -> dict[str, Content]:
    """Return the snapshot's files by path in the entry; ``name`` is that of the file or folder."""
    if stored.kind is SourceKind.DIRECTORY:
        return {f"{name}/{path}": content for path, content in stored.files.items()}
    return {name: next(iter(stored.files.values()))}


def with_copy(stored: Stored, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with the copy of the schema, where there is one."""
    return files if stored.schema is None else {**files, SCHEMA: stored.schema}


def fact(content: Content) -> Pointer:
    """Return digest and size of some content."""
    return content.pointer if isinstance(content, OnDisk) else pointer_of(content)


def size_of(content: Content) -> int:
    """Return the size of some content in bytes."""
    return content.pointer.size if isinstance(content, OnDisk) else len(content)


def compose(reading: Reading, stored: Stored, provenance: Provenance, wishes: Wishes) -> Baseline:
    """Return the entry; InputError lists what is missing where VERDICT was asked for."""
    kind = stored.kind
    only = next(iter(reading.metrics.values())) if _is_scalar(reading) else None
    entry = Baseline(
        family=wishes.family,
        measurement=wishes.measurement,
        metrics=reading.metrics,
        value=only.value if only else None,
        unit=only.unit if only else None,
        direction=only.direction if only else None,
        source_path=None if kind is SourceKind.INLINE else stored.name,
        source_sha256=stored.source_sha256,
        source_bytes=stored.source_bytes,
        source_kind=kind,
        source_format=reading.format,
        snapshot_sha256=standing_for(kind, stored.files),
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
        extra=wishes.extra,
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


def standing_for(kind: SourceKind, files: Mapping[str, Content]) -> str:
    """Return the digest of a file, or of a directory's manifest."""
    facts = {path: fact(content) for path, content in files.items()}
    if kind is SourceKind.DIRECTORY:
        return sha256(listing(facts))
    return next(iter(facts.values())).oid
