"""The diff as the one JSON document: every row, whatever the answer.

A number that JSON cannot hold, such as the difference of two numbers near its end, is null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from gitbaseline.compare.match import Difference
from gitbaseline.compare.row import Row
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.baseline_json import lever_plain
from gitbaseline.report.comparison import Comparison, Confirmation
from gitbaseline.report.history import plain
from gitbaseline.report.nothing import Nothing


def of(found: Comparison | Nothing) -> dict[str, object]:
    """Return the content of either."""
    return content(found) if isinstance(found, Comparison) else nothing(found)


def content(comparison: Comparison) -> dict[str, object]:
    """Return the content of ``git-baseline/diff/1``."""
    diff = comparison.diff
    headline = comparison.current.headline
    lit = headline[0] if headline and comparison.shares else None
    return {
        "verdict": str(diff.verdict),
        "reasons": list(diff.reasons),
        "tier": str(diff.tier),
        "baseline": comparison.baseline_name,
        "baseline_resolved": comparison.resolved,
        "current": comparison.current_name,
        "age": comparison.age,
        "context": {
            "baseline": _context(comparison.baseline),
            "current": _context(comparison.current),
        },
        "deltas": [_row(row, comparison if row.key == lit else None) for row in diff.rows],
        "deltas_count": len(diff.rows),
        "missing": list(diff.missing),
        "extra": list(diff.extra),
        "mismatches": [_difference(one) for one in diff.matching.bars],
        "allowed_mismatches": [_difference(one) for one in diff.matching.allowed],
        "allowed_missing": list(diff.allowed_missing),
        "possible_causes": [_difference(one) for one in diff.matching.causes],
        "unknown": list(diff.matching.unknown),
        "doubts": [*diff.doubts, *comparison.notes],
        "passed_over": list(comparison.passed_over),
        "same_artifact": diff.same_artifact,
        "change_points": [plain(step) for step in comparison.steps],
        "advice": list(comparison.advice),
        "next_lever": lever_plain(comparison.lever),
        "confirmation": _confirmation(comparison.confirmation),
    }


def nothing(found: Nothing) -> dict[str, object]:
    """Return the content where there is no baseline: no rows, and why."""
    lists = ("deltas", "missing", "extra", "mismatches", "allowed_mismatches", "allowed_missing")
    return {
        **{name: [] for name in (*lists, "possible_causes", "unknown", "change_points")},
        "verdict": "NO-VERDICT",
        "reasons": list(found.reasons),
        "tier": "DRAFT",
        "baseline": None,
        "baseline_resolved": None,
        "current": found.current_name,
        "age": "",
        "context": {"baseline": {}, "current": _context(found.current)},
        "deltas_count": 0,
        "doubts": list(found.notes),
        "passed_over": list(found.passed_over),
        "same_artifact": False,
        "advice": list(found.advice),
        "next_lever": lever_plain(found.current.next_lever),
        "confirmation": None,
    }


def _row(row: Row, lit: Comparison | None) -> dict[str, object]:
    evidence, tolerance = row.evidence, row.tolerance
    old, new = lit.shares if lit and lit.shares else (None, None)
    return {
        "key": row.key,
        "unit": row.unit,
        "direction": str(row.direction),
        "baseline": row.baseline,
        "current": row.current,
        "delta": _finite(row.delta),
        "delta_pct": _finite(row.delta_pct),
        "tolerance": {
            "percent": tolerance.percent,
            "absolute": tolerance.absolute,
            "from": row.tolerance_from,
        }
        if tolerance and row.judged
        else None,
        "adverse": row.adverse,
        "standing": str(row.standing),
        "headline": row.headline,
        "interval": [_finite(evidence.interval.low), _finite(evidence.interval.high)]
        if evidence
        else None,
        "interval_of": ("ratio" if evidence.relative else "difference") if evidence else None,
        "method": str(evidence.interval.method) if evidence else "point",
        "p": evidence.p if evidence else None,
        "n": [evidence.n_baseline, evidence.n_current] if evidence else None,
        "samples_needed": row.samples_needed,
        "converted_from": row.converted_from,
        "dimensions": dict(row.dimensions),
        "sol_pct_baseline": old.pct if old else None,
        "sol_pct_current": new.pct if new else None,
        "sol_delta_pp": new.pct - old.pct if old and new else None,
    }


def _confirmation(found: Confirmation | None) -> dict[str, object] | None:
    if found is None:
        return None
    first, again = found.first, found.again
    return {
        "command": found.command,
        "trials": found.trials,
        "first": {"verdict": str(first.verdict), "reasons": list(first.reasons)},
        "again": {
            "verdict": str(again.verdict),
            "reasons": list(again.reasons),
            "deltas": [_row(row, None) for row in again.rows],
            "mismatches": [_difference(one) for one in again.matching.bars],
            "doubts": list(again.doubts),
        },
    }


def _context(entry: Baseline) -> dict[str, Mapping[str, object]]:
    return {group: dict(fields) for group, fields in entry.context.items()}


def _difference(one: Difference) -> dict[str, object]:
    return {"field": one.field, "baseline": one.baseline, "current": one.current}


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
