"""The diff of two baselines: everything that a report needs, as one value.

``compare`` takes values and returns a value; reading files, finding the baseline and printing are
others' work. Doubts travel with the result: what was converted, allowed, assumed or left open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from gitbaseline.compare.comparable import narrowed, shape
from gitbaseline.compare.evidence import Evidence
from gitbaseline.compare.judge import Judgement, judge
from gitbaseline.compare.keys import fits
from gitbaseline.compare.match import Difference, Matching, match
from gitbaseline.compare.row import Row, Standing, judged, regressed
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.verdict import ANSWERED, MANY, Verdict, answer
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Tier
from gitbaseline.model.metric import Metric, Validity

__all__ = ["Diff", "Rules", "compare"]

_SHOWN = 3
_FALSE_ALARMS = 0.01  # of a row at most: docs/verdicts.md
_Z_99 = 2.326  # of the normal approximation of how many chance makes
_OK, _CONTEXT = Standing.OK, Standing.CONTEXT  # by name each is a search, and rows are many
_RANK = {Standing.REGRESSED: 0, Standing.UNDECIDED: 1, Standing.NULL_LEGACY: 2, _CONTEXT: 4}


@dataclass(frozen=True, slots=False, kw_only=True)
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

    @cached_property
    def judged(self) -> tuple[Row, ...]:
        """The rows that count for the verdict."""
        return tuple(judged(self.rows))

    @cached_property
    def regressed(self) -> tuple[Row, ...]:
        """The judged rows that regressed."""
        return tuple(regressed(self.rows))


def compare(baseline: Baseline, current: Baseline, rules: Rules) -> Diff:
    """Return the diff of ``current`` against ``baseline``."""
    old, new = narrowed(baseline, rules), narrowed(current, rules)
    found = judge(old, new, rules)
    matching = _joined(match(baseline, current, rules.matching), found, shape(baseline, current))
    rows = sorted(found.rows, key=_order)
    allowed_missing = tuple(key for key in found.missing if fits(key, rules.allow_missing))
    needed = [key for key in found.missing if key not in set(allowed_missing)]
    same = baseline.artifact_sha256 is not None and (
        baseline.artifact_sha256 == current.artifact_sha256
    )
    said = answer(
        rows,
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
    told = rows if said.verdict in ANSWERED else _unjudged(rows)
    evidence = [row.evidence for row in judged(told)]
    answered = said.verdict in ANSWERED and sure and not any(one is None for one in evidence)
    both = baseline.tier is current.tier is Tier.VERDICT
    return Diff(
        verdict=said.verdict,
        reasons=said.reasons,
        tier=Tier.VERDICT if both and answered else Tier.DRAFT,
        rows=tuple(told),
        matching=matching,
        missing=tuple(sorted(old.keys() - new.keys())),
        extra=tuple(sorted(new.keys() - old.keys())),
        allowed_missing=allowed_missing,
        doubts=(*found.notes, *_doubts(matching, allowed_missing, rows, evidence, rules)),
        same_artifact=same,
    )


def _unjudged(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in order as numbers only: where there is no answer none may look judged."""
    plain = [replace(row, standing=_CONTEXT, samples_needed=None) for row in rows]
    return sorted(plain, key=_order)


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
    return [f"the {side} run failed: {min(bad)} is invalid"] if bad else []


def _some(keys: Sequence[str], what: str) -> Sequence[str]:
    more = len(keys) - _SHOWN
    said = [f"{key} is {what}" for key in keys[:_SHOWN]]
    return [*said, f"and {more} more are {what}"] if more > 0 else said


def _doubts(
    matching: Matching,
    allowed_missing: Sequence[str],
    rows: Sequence[Row],
    evidence: Sequence[Evidence | None],
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
        if row.headline and row.standing is _CONTEXT
    ]
    points = sum([one is None for one in evidence])
    if points:
        said.append(
            f"{points} of {len(evidence)} judged by a point against a point, without samples"
        )
    if points < len(evidence) and any(one is not None and one.normal for one in evidence):
        said.append("three samples a side: Welch intervals of the means, which assume normality")
    return [*said, *(_by_chance(rows) if evidence else ())]


def _by_chance(rows: Sequence[Row]) -> Sequence[str]:
    """Return that chance alone may make as many regress, where it may: no row knows the others."""
    weighed = [row for row in judged(rows) if row.evidence]
    worse, expected = len(regressed(weighed)), len(weighed) * _FALSE_ALARMS
    if not MANY <= worse <= expected + _Z_99 * math.sqrt(expected):
        return []
    said = f"{worse} of {len(weighed)} judged by samples regressed, which may be chance"
    return [f"{said}: a row is wrong in up to 1 of 100 cases"]


def _order(row: Row) -> tuple[int, float, str]:
    rank = 3 if row.standing is _OK else _RANK.get(row.standing, 3)
    moved = abs(row.delta_pct) if row.delta_pct is not None else math.inf
    return rank, -moved if row.delta else 0.0, row.key
