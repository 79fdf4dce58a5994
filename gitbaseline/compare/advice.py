"""What to do after the answer: the axis on which regressions gather, the commits to bisect.

The axis is a dimension whose one value holds the regressions while the metrics compared have
several: a node, a size, a collective, a concurrency level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gitbaseline.compare.diff import Diff
from gitbaseline.compare.match import HARNESS
from gitbaseline.compare.row import Row, Standing
from gitbaseline.compare.verdict import Verdict
from gitbaseline.model.baseline import NO_COMMIT, Baseline

_GATHERED = 0.8  # share of the regressions that one value must hold to be named
_LEAST = 2
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One value of one dimension, and how many of its judged metrics regressed."""

    dimension: str
    value: str
    regressed: int
    judged: int


def axis(rows: Sequence[Row]) -> Axis | None:
    """Return where regressions gather, or None. Of several, the one that holds most."""
    judged = [row for row in rows if row.judged]
    regressed = [row for row in judged if row.standing is Standing.REGRESSED]
    if len(regressed) < _LEAST:
        return None
    found: list[Axis] = []
    for name in sorted({name for row in regressed for name in row.dimensions}):
        everywhere = Counter(str(row.dimensions[name]) for row in judged if name in row.dimensions)
        here = Counter(str(row.dimensions[name]) for row in regressed if name in row.dimensions)
        value, count = max(sorted(here.items()), key=lambda item: item[1])
        if len(everywhere) > 1 and count >= max(_LEAST, _GATHERED * len(regressed)):
            found.append(
                Axis(dimension=name, value=value, regressed=count, judged=everywhere[value])
            )
    return max(found, key=lambda one: (one.regressed, one.regressed / one.judged), default=None)


def bisect_range(baseline: Baseline, current: Baseline) -> tuple[str, str] | None:
    """Return (bad, good) commits to bisect between, or None where there is nothing between."""
    good, bad = baseline.git.sha, current.git.sha
    if NO_COMMIT in (good, bad) or good == bad or baseline.git.remote != current.git.remote:
        return None
    return bad, good


def advice(diff: Diff, baseline: Baseline, current: Baseline, *, again: str | None) -> list[str]:
    """Return the next steps, one a line. ``again`` is the command that measures once more."""
    if diff.verdict is Verdict.GREEN:
        return ["nothing to do"]
    if diff.verdict is Verdict.INCOMPARABLE:
        return _incomparable(diff)
    if diff.verdict is Verdict.NO_VERDICT:
        return _no_verdict(diff)
    lines = []
    if diff.same_artifact and diff.regressed:
        lines.append("the program is the same on both sides: look at the machine and at noise")
    needed = [row.samples_needed for row in diff.rows if row.samples_needed]
    if needed:
        lines.append(f"about {max(needed)} samples a side would decide")
    measure = f"measure again on the same machines: {again or 'the same command'}"
    if diff.verdict is Verdict.YELLOW:
        return [*lines, measure]
    gathered = axis(diff.rows)
    if gathered:
        lines.append(
            f"regressions gather at {gathered.dimension}={gathered.value}: "
            f"{gathered.regressed} of its {gathered.judged} metrics moved"
        )
    worst = diff.regressed[0]
    if len(diff.rows) == 1 and worst.delta is not None and worst.delta_pct is not None:
        lines.append(f"moved by {worst.delta:+.6g} {worst.unit} ({worst.delta_pct:+.2f} %)")
    between = None if diff.same_artifact else bisect_range(baseline, current)
    if between:
        lines.append(f"git bisect start {between[0][:12]} {between[1][:12]}")
    return lines or [measure]


def _incomparable(diff: Diff) -> list[str]:
    """Return how to make the two comparable; what is another kind of thing cannot be allowed."""
    fields = [bar.field for bar in diff.matching.bars]
    some = ", ".join(fields[:_SHOWN]) + (", ..." if len(fields) > _SHOWN else "")
    lines = [f"measure again where {some} match{'es' if len(fields) == 1 else ''}"]
    if HARNESS in fields:
        lines.append("or compare across the changed benchmark with --accept-harness-change")
    if any(field.endswith((".unit", ".direction")) or field == "shape" for field in fields):
        return lines
    if fields != [HARNESS]:
        lines.append("or name a field with --allow-mismatch; it is written into the result")
    return lines


def _no_verdict(diff: Diff) -> list[str]:
    lines = ["mend the run and measure again; nothing is judged on what is absent"]
    if diff.missing:
        lines.append("or do without a metric with --allow-missing; it is written into the result")
    return lines
