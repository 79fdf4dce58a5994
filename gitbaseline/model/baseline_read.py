"""Reading ``baseline.json``: its JSON values to the typed model, or the path of what is wrong.

Refused are unknown, missing and misspelt keys, and parts that contradict each other. How the bytes
are spelled is for ``codec``; whether the entry fits the branch is for the rules in ``policy``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gitbaseline.model import metric_json
from gitbaseline.model.baseline import (
    SCHEMA,
    Baseline,
    Code,
    Imported,
    Judged,
    Lever,
    Recorder,
    Registrant,
    SourceKind,
    SpeedOfLight,
    Standing,
    Tier,
    TierEvidence,
    Workstation,
)
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.names import is_series, name_fault, split_measurement, utc_fault
from gitbaseline.model.shape import Fields, ShapeError, scalar
from gitbaseline.model.text import fault_in_text

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def read(document: JSON, metrics: Mapping[str, Metric] | None = None) -> Baseline:
    """Read the document's JSON values; raise ShapeError with the path of what is wrong.

    ``metrics`` are those of the document where they are read already.
    """
    f = Fields(document, "")
    f.matching("schema", SCHEMA, lambda text: text == SCHEMA)
    baseline = Baseline(
        family=f.matching("family", "a family name", lambda n: name_fault(n) is None),
        measurement=f.matching(
            "measurement", "a measurement name", lambda n: split_measurement(n) is not None
        ),
        metrics=f.table("metrics", metric_json.from_plain) if metrics is None else metrics,
        source_sha256=_sha256(f, "source_sha256"),
        source_bytes=f.count("source_bytes"),
        source_kind=f.choice("source_kind", SourceKind),
        source_format=f.line("source_format"),
        snapshot_sha256=_sha256(f, "snapshot_sha256"),
        registered_at_utc=_utc(f, "registered_at_utc"),
        registered_by=_registrant(f.part("registered_by")),
        recorder=_recorder(f.part("recorder")),
        workstation=_workstation(f.part("workstation")),
        git=_code(f.part("git")),
        value=f.maybe("value", f.number),
        unit=f.maybe("unit", f.line),
        direction=f.maybe("direction", lambda key: f.choice(key, Direction)),
        source_path=f.maybe("source_path", f.line),
        redacted=f.lines("redacted"),
        allowed_secrets=f.lines("allowed_secrets"),
        schema_path=f.maybe("schema_path", f.line),
        schema_sha256=f.maybe("schema_sha256", lambda key: _sha256(f, key)),
        captured_at_utc=f.maybe("captured_at_utc", lambda key: _utc(f, key)),
        cluster=f.maybe("cluster", f.line),
        cohort=f.maybe("cohort", f.line),
        testbed=f.maybe("testbed", f.line),
        environment=f.table("environment", scalar),
        capture_command=f.maybe("capture_command", f.text),
        prompt=f.maybe("prompt", f.text),
        context=f.table("context", _context_group),
        tier=f.choice("tier", Tier),
        tier_evidence=_tier_evidence(f.part("tier_evidence")),
        standing=f.choice("standing", Standing),
        judged=f.maybe("judged", lambda key: _judged(f.part(key))),
        sol=_speed_of_light(f),
        next_lever=f.maybe("next_lever", lambda key: _lever(f.part(key))),
        supersedes=f.maybe("supersedes", f.line),
        accepts=f.maybe("accepts", f.text),
        continues=f.maybe(
            "continues", lambda key: f.matching(key, "<family>/<measurement>", is_series)
        ),
        harness_sha256=f.maybe("harness_sha256", lambda key: _sha256(f, key)),
        artifact_sha256=f.maybe("artifact_sha256", lambda key: _sha256(f, key)),
        idempotency_key=f.maybe("idempotency_key", f.line),
        imported=f.maybe("imported", lambda key: _imported(f.part(key))),
        extra=f.table("extra", _free),
        notes=f.maybe("notes", f.text),
    )
    if metrics is not None:
        f.take("metrics")
    f.close()
    _check_whole(baseline)
    return baseline


def _check_whole(b: Baseline) -> None:
    if not b.metrics:
        raise ShapeError("metrics: expected at least one, got none")
    scalars = (b.value, b.unit, b.direction)
    if scalars != (None, None, None):
        only = b.headline[1] if len(b.metrics) == 1 and b.headline else None
        if only is None or scalars != (only.value, only.unit, only.direction):
            raise ShapeError("value, unit, direction: expected those of the only metric, or null")
    if [metric.headline for metric in b.metrics.values()].count(True) > 1:
        raise ShapeError("metrics: expected at most one headline, got several")
    if (b.source_path is None) != (b.source_kind is SourceKind.INLINE):
        raise ShapeError("source_path: expected null for an inline source and only there")
    if (b.schema_path is None) != (b.schema_sha256 is None):
        raise ShapeError("schema_path, schema_sha256: expected both or neither")


def _sha256(f: Fields, key: str) -> str:
    return f.matching(
        key, "64 lower-case hex digits", lambda text: _SHA256.fullmatch(text) is not None
    )


def _utc(f: Fields, key: str) -> str:
    return f.matching(key, "YYYY-MM-DDTHH:MM:SSZ", lambda text: utc_fault(text) is None)


def _registrant(f: Fields) -> Registrant:
    value = Registrant(
        operator_user=f.line("operator_user"),
        team=f.maybe("team", f.line),
        agent=f.maybe("agent", f.line),
    )
    f.close()
    return value


def _recorder(f: Fields) -> Recorder:
    value = Recorder(name=f.line("name"), version=f.line("version"), sha=f.maybe("sha", f.line))
    f.close()
    return value


def _workstation(f: Fields) -> Workstation:
    value = Workstation(hostname=f.line("hostname"), uname=f.line("uname"))
    f.close()
    return value


def _code(f: Fields) -> Code:
    value = Code(
        sha=f.matching(
            "sha", "a full commit id", lambda text: _GIT_SHA.fullmatch(text) is not None
        ),
        dirty=f.maybe("dirty", f.flag),
        branch=f.maybe("branch", f.line),
        remote=f.maybe("remote", f.line),
    )
    f.close()
    return value


def _tier_evidence(f: Fields) -> TierEvidence:
    value = TierEvidence(shown=f.lines("shown"), missing=f.lines("missing"))
    f.close()
    return value


def _judged(f: Fields) -> Judged:
    value = Judged(against=f.line("against"), verdict=f.line("verdict"))
    f.close()
    return value


def _lever(f: Fields) -> Lever:
    value = Lever(
        lever=f.line("lever"),
        expected_unlock=f.maybe("expected_unlock", f.line),
        gate=f.maybe("gate", f.line),
        cost=f.maybe("cost", f.line),
    )
    f.close()
    return value


def _imported(f: Fields) -> Imported:
    value = Imported(origin=f.line("from"), registered_at_utc=_utc(f, "registered_at_utc"))
    f.close()
    return value


def _speed_of_light(f: Fields) -> SpeedOfLight | None:
    pct = f.maybe("sol_pct", f.number)
    key = f.maybe("sol_ceiling_key", f.line)
    value = f.maybe("sol_ceiling_value", f.number)
    unit = f.maybe("sol_ceiling_unit", f.line)
    source = f.maybe("sol_ceiling_source", f.line)
    rigor = f.maybe("sol_rigor", f.line)
    if all(part is None for part in (pct, key, value, unit, source, rigor)):
        return None
    if (
        pct is None
        or key is None
        or value is None
        or unit is None
        or source is None
        or rigor is None
    ):
        raise ShapeError("sol_*: expected all six or none")
    return SpeedOfLight(
        pct=pct,
        ceiling_key=key,
        ceiling_value=value,
        ceiling_unit=unit,
        ceiling_source=source,
        rigor=rigor,
    )


def _context_group(value: JSON, where: str) -> dict[str, JSON]:
    return Fields({where: value}, "").table(where, _context_value)


def _context_value(value: JSON, where: str) -> JSON:
    if isinstance(value, list):
        return [scalar(item, where) for item in value]
    return scalar(value, where)


def _free(value: JSON, where: str) -> JSON:
    """Let any JSON through whose text may enter the registry; the codec has counted its depth."""
    if isinstance(value, str) and fault_in_text(value):
        raise ShapeError(f"{where}: {fault_in_text(value)}")
    if isinstance(value, list):
        return [_free(item, where) for item in value]
    if isinstance(value, dict):
        for key, item in value.items():
            if fault_in_text(key):
                raise ShapeError(f"{where}: key {key!r}: {fault_in_text(key)}")
            _free(item, f"{where}[{key!r}]")
    return value
