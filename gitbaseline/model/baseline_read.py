"""Reading ``baseline.json``: its JSON values to the typed model, or the path of what is wrong.

Refused are unknown, missing and misspelt keys, and parts that contradict each other. How the bytes
are spelled is for ``codec``; whether the entry fits the branch is for the rules in ``policy``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

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

SOL = ("pct", "ceiling_key", "ceiling_value", "ceiling_unit", "ceiling_source", "rigor")

_How: TypeAlias = Callable[[Fields, str], object]  # reads the member of this key

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def read(document: JSON, metrics: Mapping[str, Metric] | None = None) -> Baseline:
    """Read the document's JSON values; raise ShapeError with the path of what is wrong.

    ``metrics`` are those of the document where they are read already.
    """
    f = Fields(document, "")
    values = {
        key: how(f, key) for key, how in _MEMBERS.items() if key != _METRICS or metrics is None
    }
    if metrics is not None:
        f.take(_METRICS)
        values[_METRICS] = metrics
    f.close()
    return whole(values)


def member(key: str, value: JSON) -> Any:  # noqa: ANN401 - of each key another type
    """Return what ``whole`` wants of one member; raise ShapeError as ``read`` does."""
    if key not in _MEMBERS:
        raise ShapeError(f"{key}: unknown key")
    return _MEMBERS[key](Fields({key: value}, ""), key)


def whole(values: dict[str, Any]) -> Baseline:
    """Return the entry whose members were all read; raise ShapeError where they do not agree."""
    del values["schema"]
    sol = {name: values.pop(f"sol_{name}") for name in SOL}
    baseline = Baseline(**values, sol=_speed_of_light(sol))
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


def _speed_of_light(parts: dict[str, Any]) -> SpeedOfLight | None:
    absent = [*parts.values()].count(None)
    if absent not in (0, len(parts)):
        raise ShapeError("sol_*: expected all six or none")
    return None if absent else SpeedOfLight(**parts)


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


def _maybe(how: _How) -> _How:
    return lambda f, key: f.maybe(key, lambda key: how(f, key))


def _part(how: Callable[[Fields], object]) -> _How:
    return lambda f, key: how(f.part(key))


def _one_of(kind: type[StrEnum]) -> _How:
    return lambda f, key: f.choice(key, kind)


def _matching(expected: str, test: Callable[[str], bool]) -> _How:
    return lambda f, key: f.matching(key, expected, test)


def _table(how: Callable[[JSON, str], object]) -> _How:
    return lambda f, key: f.table(key, how)


_METRICS = "metrics"
_MEMBERS: Mapping[str, _How] = {
    "schema": _matching(SCHEMA, lambda text: text == SCHEMA),
    "family": _matching("a family name", lambda name: name_fault(name) is None),
    "measurement": _matching(
        "a measurement name", lambda name: split_measurement(name) is not None
    ),
    _METRICS: _table(metric_json.from_plain),
    "source_sha256": _sha256,
    "source_bytes": Fields.count,
    "source_kind": _one_of(SourceKind),
    "source_format": Fields.line,
    "snapshot_sha256": _sha256,
    "registered_at_utc": _utc,
    "registered_by": _part(_registrant),
    "recorder": _part(_recorder),
    "workstation": _part(_workstation),
    "git": _part(_code),
    "value": _maybe(Fields.number),
    "unit": _maybe(Fields.line),
    "direction": _maybe(_one_of(Direction)),
    "source_path": _maybe(Fields.line),
    "redacted": Fields.lines,
    "allowed_secrets": Fields.lines,
    "schema_path": _maybe(Fields.line),
    "schema_sha256": _maybe(_sha256),
    "captured_at_utc": _maybe(_utc),
    "cluster": _maybe(Fields.line),
    "cohort": _maybe(Fields.line),
    "testbed": _maybe(Fields.line),
    "environment": _table(scalar),
    "capture_command": _maybe(Fields.text),
    "prompt": _maybe(Fields.text),
    "context": _table(_context_group),
    "tier": _one_of(Tier),
    "tier_evidence": _part(_tier_evidence),
    "standing": _one_of(Standing),
    "judged": _maybe(_part(_judged)),
    "sol_pct": _maybe(Fields.number),
    "sol_ceiling_key": _maybe(Fields.line),
    "sol_ceiling_value": _maybe(Fields.number),
    "sol_ceiling_unit": _maybe(Fields.line),
    "sol_ceiling_source": _maybe(Fields.line),
    "sol_rigor": _maybe(Fields.line),
    "next_lever": _maybe(_part(_lever)),
    "supersedes": _maybe(Fields.line),
    "accepts": _maybe(Fields.text),
    "continues": _maybe(_matching("<family>/<measurement>", is_series)),
    "harness_sha256": _maybe(_sha256),
    "artifact_sha256": _maybe(_sha256),
    "idempotency_key": _maybe(Fields.line),
    "imported": _maybe(_part(_imported)),
    "extra": _table(_free),
    "notes": _maybe(Fields.text),
}
KEYS = tuple(sorted(_MEMBERS))
