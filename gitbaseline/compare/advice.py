"""What to do after the answer: where regressions gather, since when, and what to bisect.

- The axis is a dimension whose one value holds the regressions while the metrics compared have
  several: a node, a size, a collective, a concurrency level.
- What a table of kernels, the history and the commits say comes after it.
- Served inference has five more checks. Where nothing points anywhere, that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gitbaseline.compare import kernels
from gitbaseline.compare.diff import Diff
from gitbaseline.compare.match import HARNESS
from gitbaseline.compare.row import Row, Standing, judged, may_drift, regressed
from gitbaseline.compare.step import SHORT, Step, between
from gitbaseline.compare.tolerance import DEFAULT
from gitbaseline.compare.verdict import Verdict
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import NO_COMMIT, Baseline, Code

_GATHERED = 0.8  # share of the regressions that one value must hold to be named
_LEAST = 2
_SHOWN = 5
_UNDECIDED = Standing.UNDECIDED
_SERVED = "inference_perfbench_v1"  # the format whose measurements are of served inference


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One value of one dimension, and how many of its judged metrics regressed."""

    dimension: str
    value: str
    regressed: int
    judged: int


def axis(rows: Sequence[Row]) -> Axis | None:
    """Return where regressions gather, or None. Of several, the one that holds most."""
    worse = regressed(rows)
    if len(worse) < _LEAST or not any(row.dimensions for row in worse):
        return None
    counted = judged(rows)
    found: list[Axis] = []
    for name in sorted({name for row in worse for name in row.dimensions}):
        everywhere = Counter(str(row.dimensions[name]) for row in counted if name in row.dimensions)
        here = Counter(str(row.dimensions[name]) for row in worse if name in row.dimensions)
        value, count = max(sorted(here.items()), key=lambda item: item[1])
        if len(everywhere) > 1 and count >= max(_LEAST, _GATHERED * len(worse)):
            found.append(
                Axis(dimension=name, value=value, regressed=count, judged=everywhere[value])
            )
    return max(found, key=lambda one: (one.regressed, one.regressed / one.judged), default=None)


def bisect_range(baseline: Baseline, current: Baseline) -> tuple[str, str] | None:
    """Return (bad, good) commits to bisect between, or None where there is nothing between."""
    if _no_range(baseline.git, current.git):
        return None
    return current.git.sha, baseline.git.sha


def advice(
    diff: Diff,
    baseline: Baseline,
    current: Baseline,
    *,
    again: str | None,
    steps: Sequence[Step] = (),
) -> list[str]:
    """Return the next steps, one a line.

    ``again`` is the command that measures once more, ``steps`` are the change points that the
    history of what regressed has since the baseline.
    """
    if diff.verdict is Verdict.GREEN:
        return ["nothing to do"]
    if diff.verdict is Verdict.INCOMPARABLE:
        return _incomparable(diff)
    if diff.verdict is Verdict.NO_VERDICT:
        return [*_no_verdict(diff), *_kernels(baseline, current)]
    where = f"cohort {current.cohort}" if current.cohort else "machines"
    measure = f"measure again on the same {where}: {again or 'the same command'}"
    lines = _doubts(diff)
    if diff.verdict is Verdict.YELLOW:
        return [*lines, measure]
    found = [*_from_rows(diff, baseline, current), *map(_stepped, steps)]
    lines += found
    nowhere = _no_range(baseline.git, current.git)
    if diff.same_artifact:
        pass  # said above: the code cannot be the cause
    elif nowhere is None:
        lines += _bisect(baseline, current)
    else:
        lines.append(f"nothing to bisect: {nowhere}")
        lines += [] if found else ["no shared axis and no change point either", measure]
    if current.source_format == _SERVED:
        from gitbaseline.compare.serving import checks  # noqa: PLC0415 - one format has them

        lines += checks(diff.rows)
    return lines


def _doubts(diff: Diff) -> list[str]:
    """Return what speaks against the code, and how many samples would say more."""
    lines = []
    if diff.same_artifact and diff.regressed:
        lines.append("the program is the same on both sides: look at the machine and at noise")
    undecided = [row for row in diff.rows if row.standing is _UNDECIDED]
    needed = [row.samples_needed for row in undecided if row.samples_needed]
    if needed:
        lines.append(f"about {max(needed)} samples a side would decide")
    if any(row.tolerance_from == DEFAULT and may_drift(row) for row in undecided):
        lines.append("git baseline study tells whether the machine drifts that far by itself")
    return lines


def _from_rows(diff: Diff, baseline: Baseline, current: Baseline) -> list[str]:
    """Return what the rows themselves point at: an axis, kernels, the move of the only one."""
    lines = []
    gathered = axis(diff.rows)
    if gathered:
        lines.append(
            f"regressions gather at {gathered.dimension}={gathered.value}: "
            f"{gathered.regressed} of its {gathered.judged} metrics moved"
        )
    lines += _kernels(baseline, current)
    worst = diff.regressed[0]
    if len(diff.rows) == 1 and worst.delta is not None and worst.delta_pct is not None:
        lines.append(f"moved by {worst.delta:+.6g} {worst.unit} ({worst.move})")
    return lines


def _kernels(baseline: Baseline, current: Baseline) -> list[str]:
    return kernels.told(kernels.kernels(baseline.metrics, current.metrics))


def _stepped(step: Step) -> str:
    how = "drifts since" if step.gradual else "stepped at"
    move = f" ({step.delta_pct:+.2f} %)" if step.delta_pct is not None else ""
    level = f"{step.old:.6g} to {step.new:.6g} {step.unit}{move}"
    return f"{step.key} {how} {step.after.path.slug}: {level}, {between(step)}"


def _bisect(baseline: Baseline, current: Baseline) -> list[str]:
    lines = [f"git bisect start {current.git.sha[:SHORT]} {baseline.git.sha[:SHORT]}"]
    if current.git.dirty:
        lines.append("unless it is in the uncommitted changes, which no bisection finds")
    return lines


def _no_range(good: Code, bad: Code) -> str | None:
    """Return why there are no commits between the two, or None where there are."""
    if NO_COMMIT in (good.sha, bad.sha):
        return "a side was measured without a commit"
    if good.remote != bad.remote:
        return "the two were measured in different repositories"
    if good.sha != bad.sha:
        return None
    changed = ", with uncommitted changes" if bad.dirty else ""
    return f"both sides were measured at {good.sha[:SHORT]}{changed}"


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
