"""The next lever that the data themselves name, where no person named one.

The first that applies: the axis on which regressions gather; the metric that lost most; of the
metrics under the ceiling the one furthest from it. None where the data name nothing; that is never
"nothing left".
"""

from __future__ import annotations

from gitbaseline.compare.advice import axis
from gitbaseline.compare.diff import Diff
from gitbaseline.compare.row import Row
from gitbaseline.compare.verdict import ANSWERED
from gitbaseline.model.baseline import Baseline, Lever, SpeedOfLight
from gitbaseline.model.metric import Direction
from gitbaseline.model.units import convert, find

_GATE = "git baseline diff says GREEN"


def lever(diff: Diff, current: Baseline) -> Lever | None:
    """Return what to try next; what could not be answered names nothing."""
    if diff.verdict not in ANSWERED:
        return None
    if diff.regressed:
        return _regained(diff)
    return _nearer(diff, current.sol) if current.sol else None


def _regained(diff: Diff) -> Lever:
    gathered, worst = axis(diff.rows), diff.regressed[0]
    where = f"{gathered.dimension}={gathered.value}" if gathered else worst.key
    return Lever(
        lever=f"win back what {where} lost",
        expected_unlock=f"{worst.key} {worst.move} to undo",
        gate=_GATE,
    )


def _nearer(diff: Diff, sol: SpeedOfLight) -> Lever | None:
    """Return the metric furthest from the ceiling, of those that the ceiling is over."""
    shares = [(share, row.key) for row in diff.judged if (share := _share(row, sol)) is not None]
    share, key = min(shares, default=(100.0, ""))
    if share >= 100:
        return None
    return Lever(
        lever=f"{key} is at {share:.1f} % of {sol.ceiling_key}",
        expected_unlock=f"up to {100 - share:.1f} points",
        gate=f"more than {share:.1f} % at the next record",
    )


def _share(row: Row, sol: SpeedOfLight) -> float | None:
    """Return the percentage of the ceiling, None for a metric that is not under it."""
    here, there = find(row.unit), find(sol.ceiling_unit)
    same = row.unit == sol.ceiling_unit or (here and there and here.dimension == there.dimension)
    if not same or row.current is None or row.current <= 0:
        return None
    limit = convert(sol.ceiling_value, sol.ceiling_unit, row.unit)
    if row.direction is Direction.HIGHER:
        return 100 * (row.current / limit)
    return 100 * (limit / row.current) if row.direction is Direction.LOWER else None
