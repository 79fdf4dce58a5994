"""The typed model of ``baseline.json``: one registered measurement with its provenance.

``Baseline`` and its parts are plain values; ``baseline_json`` is the only way between them and
the branch. What a baseline must be to enter the registry (digests that match, a name that fits
its path) is for the rules in ``policy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Metric

SCHEMA = "git-baseline/baseline/1"
NO_COMMIT = "0" * 40  # git's own null id: the code measured has no commit yet


class SourceKind(StrEnum):
    """What the measurement was read from."""

    FILE = "file"
    DIRECTORY = "directory"
    INLINE = "inline"


class Tier(StrEnum):
    """How much the number has shown of itself."""

    DRAFT = "DRAFT"
    VERDICT = "VERDICT"


class Standing(StrEnum):
    """Whether references resolve to the entry."""

    BASELINE = "baseline"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """Who registered it: an audit trail, never a claim of ownership."""

    operator_user: str
    team: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """The program that wrote the entry."""

    name: str
    version: str
    sha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstation:
    """The machine that recorded, not the one that measured; never matched."""

    hostname: str
    uname: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The code that was measured. ``sha`` is ``NO_COMMIT`` where nothing was committed yet."""

    sha: str
    dirty: bool | None = None
    branch: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierEvidence:
    """What supports the tier and what is missing for the next one; both sorted."""

    shown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict at record time, and the entry it was against."""

    against: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedOfLight:
    """The share of a published ceiling, frozen when it was recorded."""

    pct: float
    ceiling_key: str
    ceiling_value: float
    ceiling_unit: str
    ceiling_source: str
    rigor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What to try next."""

    lever: str
    expected_unlock: str | None = None
    gate: str | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Where an imported entry comes from and when it was registered there."""

    origin: str
    registered_at_utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One entry. Field for field ``baseline.json``; docs/format.md says what each means."""

    family: str
    measurement: str
    metrics: Mapping[str, Metric]
    source_sha256: str
    source_bytes: int
    source_kind: SourceKind
    source_format: str
    snapshot_sha256: str
    registered_at_utc: str
    registered_by: Registrant
    recorder: Recorder
    workstation: Workstation
    git: Code
    value: float | None = None
    unit: str | None = None
    direction: Direction | None = None
    source_path: str | None = None
    redacted: tuple[str, ...] = ()
    allowed_secrets: tuple[str, ...] = ()
    schema_path: str | None = None
    schema_sha256: str | None = None
    captured_at_utc: str | None = None
    cluster: str | None = None
    cohort: str | None = None
    testbed: str | None = None
    environment: Mapping[str, Scalar] = field(default_factory=dict)
    capture_command: str | None = None
    prompt: str | None = None
    context: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    tier: Tier = Tier.DRAFT
    tier_evidence: TierEvidence = TierEvidence()
    standing: Standing = Standing.BASELINE
    judged: Judged | None = None
    sol: SpeedOfLight | None = None
    next_lever: Lever | None = None
    supersedes: str | None = None
    accepts: str | None = None
    continues: str | None = None
    harness_sha256: str | None = None
    artifact_sha256: str | None = None
    idempotency_key: str | None = None
    imported: Imported | None = None
    extra: Mapping[str, JSON] = field(default_factory=dict)
    notes: str | None = None

    @property
    def series(self) -> str:
        """``family/measurement`` as in the path."""
        return f"{self.family}/{self.measurement}"

    @property
    def original_utc(self) -> str:
        """When it was first registered, here or where it was imported from."""
        return self.imported.registered_at_utc if self.imported else self.registered_at_utc

    @property
    def headline(self) -> tuple[str, Metric] | None:
        """The metric that stands for the entry: the marked one, or the only one."""
        if len(self.metrics) == 1:
            return next(iter(self.metrics.items()))
        return next(((key, m) for key, m in self.metrics.items() if m.headline), None)

    def metric(self, key: str | None) -> tuple[str, Metric] | None:
        """Return key and metric of a key, of no key the headline; None where there is none."""
        if key is None:
            return self.headline
        return (key, self.metrics[key]) if key in self.metrics else None
