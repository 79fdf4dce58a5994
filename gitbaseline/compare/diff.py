"""The diff of two baselines: everything that a report needs, as one value.

``compare`` takes values and returns a value; reading files, finding the baseline and printing are
others' work. Doubts travel with the result: what was converted, allowed, assumed or left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gitbaseline.compare.comparable import narrowed, shape
from gitbaseline.compare.judge import Judgement, judge
from gitbaseline.compare.keys import fits
from gitbaseline.compare.match import Difference, Matching, match
from gitbaseline.compare.row import Row, Standing
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.verdict import ANSWERED, Verdict, answer
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Tier
from gitbaseline.model.metric import Metric, Validity

__all__ = ["Diff", "Rules", "compare"]

_SHOWN = 3
_RANK = {Standing.REGRESSED: 0, Standing.UNDECIDED: 1, Standing.NULL_LEGACY: 2, Standing.CONTEXT: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What came of it. ``rows``: regressed, undecided, null, the rest; each the largest move first.

    ``missing`` and ``extra`` are keys on one side only; ``allowed_missing`` those that a person
    did without.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    tier: Tier
    rows: tuple[Row, ...]
    matching: Matching
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    allowed_missing: tuple[str, ...]
    doubts: tuple[str, ...]
    same_artifact: bool

    @property
    def judged(self) -> tuple[Row, ...]:
        """The rows that count for the verdict."""
        return tuple(row for row in self.rows if row.judged)

    @property
    def regressed(self) -> tuple[Row, ...]:
        """The judged rows that regressed."""
        return tuple(row for row in self.rows if row.standing is Standing.REGRESSED)


def compare(baseline: Baseline, current: Baseline, rules: Rules) -> Diff:
    """Return the diff of ``current`` against ``baseline``."""
    old, new = narrowed(baseline, rules), narrowed(current, rules)
    found = judge(old, new, rules)
    matching = _joined(match(baseline, current, rules.matching), found, shape(baseline, current))
    allowed_missing = tuple(key for key in found.missing if fits(key, rules.allow_missing))
    needed = [key for key in found.missing if key not in set(allowed_missing)]
    same = baseline.artifact_sha256 is not None and (
        baseline.artifact_sha256 == current.artifact_sha256
    )
    judged = [row for row in found.rows if row.judged]
    said = answer(
        judged,
        matching,
        obstacles=[
            *rules.obstacles,
            *_invalid(old, "baseline"),
            *_invalid(new, "current"),
            *_some(needed, "missing"),
        ],
        one_level=rules.tolerances.profile.one_level,
        same_artifact=same,
    )
    sure = not (matching.unknown or matching.allowed or allowed_missing or found.nulls)
    by_point = any(row.evidence is None for row in judged)
    answered = said.verdict in ANSWERED and sure and not by_point
    both = baseline.tier is current.tier is Tier.VERDICT
    return Diff(
        verdict=said.verdict,
        reasons=said.reasons,
        tier=Tier.VERDICT if both and answered else Tier.DRAFT,
        rows=_rows(found.rows, said.verdict),
        matching=matching,
        missing=tuple(sorted(key for key in old if key not in new)),
        extra=tuple(sorted(key for key in new if key not in old)),
        allowed_missing=allowed_missing,
        doubts=(*found.notes, *_doubts(matching, allowed_missing, found.rows, judged, rules)),
        same_artifact=same,
    )


def _rows(rows: Sequence[Row], verdict: Verdict) -> tuple[Row, ...]:
    """Return the rows in order; where the two cannot be compared no row may look judged."""
    if verdict is Verdict.INCOMPARABLE:
        rows = [replace(row, standing=Standing.CONTEXT, samples_needed=None) for row in rows]
    return tuple(sorted(rows, key=_order))


def _joined(matching: Matching, found: Judgement, shape: Sequence[Difference]) -> Matching:
    """Return what stands around the numbers together with what stands in them."""
    return replace(
        matching,
        bars=(*shape, *matching.bars, *found.bars),
        allowed=(*matching.allowed, *found.allowed),
        unknown=(*matching.unknown, *found.unknown),
    )


def _invalid(metrics: Mapping[str, Metric], side: str) -> Sequence[str]:
    invalid = Validity.INVALID
    bad = [key for key, metric in metrics.items() if metric.validity is invalid]
    return [f"the {side} run failed: {bad[0]} is invalid"] if bad else []


def _some(keys: Sequence[str], what: str) -> Sequence[str]:
    more = len(keys) - _SHOWN
    said = [f"{key} is {what}" for key in keys[:_SHOWN]]
    return [*said, f"and {more} more are {what}"] if more > 0 else said


def _doubts(
    matching: Matching,
    allowed_missing: Sequence[str],
    rows: Sequence[Row],
    judged: Sequence[Row],
    rules: Rules,
) -> Sequence[str]:
    said = [f"{one.field} differs and was allowed to" for one in matching.allowed]
    said += [f"{key} is missing and was allowed to be" for key in allowed_missing]
    if rules.only:
        said.append(f"compared only {', '.join(rules.only)}")
    if matching.unknown:
        said.append(f"known on one side only: {', '.join(matching.unknown)}")
    said += [
        f"headline {row.key} has no better direction and is not judged"
        for row in rows
        if row.headline and row.standing is Standing.CONTEXT
    ]
    evidence = [row.evidence for row in judged]
    points = sum([one is None for one in evidence])
    if points:
        said.append(f"{points} of {len(judged)} judged by a point against a point, without samples")
    if points < len(judged) and any(one is not None and one.normal for one in evidence):
        said.append("three samples a side: Welch intervals of the means, which assume normality")
    return said


def _order(row: Row) -> tuple[int, float, str]:
    moved = abs(row.delta_pct) if row.delta_pct is not None else float("inf")
    return _RANK.get(row.standing, 3), -moved if row.delta else 0.0, row.key
