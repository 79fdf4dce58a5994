"""One metric on both sides: how far it moved, in which direction, and whether that is real.

- Only adverse moves count: down where higher is better, up where lower is, both where two-sided.
- Where both sides have at least three samples the 95 % interval of the move decides: REGRESSED only
  if all of it lies beyond the tolerance, OK if none of it does, else UNDECIDED. With fewer the
  point decides, and the row says so.
- From a baseline of 0 a percentage means nothing: any adverse move is beyond, unless an absolute
  tolerance says how much may be.
- A metric whose better direction is unknown is shown and never judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from gitbaseline.compare.evidence import Evidence
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Tolerance

# Of the larger value: 0.1 to 0.095 is 5 %, although binary fractions say a little more.
_ROUNDING = 1e-12


class Standing(StrEnum):
    """What is to be said of one metric."""

    OK = "ok"
    IMPROVED = "improved"
    REGRESSED = "regressed"
    UNDECIDED = "undecided"
    CONTEXT = "context"
    NULL_LEGACY = "NULL_LEGACY_BASELINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a diff. Values are in the baseline's unit; a side without a value is None.

    ``delta_pct`` is None where the baseline is 0.
    """

    key: str
    unit: str
    direction: Direction
    baseline: float | None
    current: float | None
    delta: float | None = None
    delta_pct: float | None = None
    adverse: bool = False
    tolerance: Tolerance | None = None
    tolerance_from: str = ""
    standing: Standing = Standing.CONTEXT
    headline: bool = False
    evidence: Evidence | None = None
    samples_needed: int | None = None
    converted_from: str | None = None
    dimensions: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        """Whether the row counts for the verdict."""
        return self.standing not in (Standing.CONTEXT, Standing.NULL_LEGACY)

    @property
    def move(self) -> str:
        """The move in words: in percent where there is one, else in the row's unit, or nothing."""
        if self.delta is None:
            return ""
        if self.delta_pct is None:
            return f"{self.delta:+.4g} {self.unit}"
        return f"{self.delta_pct:+.2f} %"


def adverse_move(baseline: float, current: float, direction: Direction) -> float:
    """Return how far the value moved for the worse, in its unit; negative where for the better.

    >>> adverse_move(100, 90, Direction.HIGHER), adverse_move(100, 90, Direction.LOWER)
    (10, -10)
    """
    if direction is Direction.HIGHER:
        return baseline - current
    if direction is Direction.LOWER:
        return current - baseline
    return abs(current - baseline) if direction is Direction.TWO_SIDED else 0.0


def allowance(baseline: float, current: float, tolerance: Tolerance) -> float:
    """Return how far the value may move for the worse, in its unit: the larger of both forms."""
    share = abs(baseline) * (tolerance.percent or 0.0) / 100
    rounding = _ROUNDING * max(abs(baseline), abs(current))
    return max(share, tolerance.absolute or 0.0) + rounding


def standing_of(
    baseline: float,
    current: float,
    direction: Direction,
    tolerance: Tolerance,
    evidence: Evidence | None,
) -> Standing:
    """Return what is to be said of a judged metric."""
    if evidence is None:
        allowed = allowance(baseline, current, tolerance)
        moved = adverse_move(baseline, current, direction)
        if moved > allowed:
            return Standing.REGRESSED
        return Standing.IMPROVED if moved < -allowed else Standing.OK
    reach = _reach(baseline, current, tolerance, evidence)
    low, high = (end - evidence.still for end in (evidence.interval.low, evidence.interval.high))
    down_is_bad = direction is not Direction.LOWER
    up_is_bad = direction is not Direction.HIGHER
    below, above = high < -reach, low > reach
    if (below and down_is_bad) or (above and up_is_bad):
        return Standing.REGRESSED
    if below or above:
        return Standing.IMPROVED
    inside = (low >= -reach or not down_is_bad) and (high <= reach or not up_is_bad)
    return Standing.OK if inside else Standing.UNDECIDED


def boundary(
    baseline: float, current: float, direction: Direction, tolerance: Tolerance, evidence: Evidence
) -> float:
    """Return where the tolerance ends, on the scale of the interval and on the move's side."""
    reach = _reach(baseline, current, tolerance, evidence)
    fell = evidence.interval.centre < evidence.still
    down = direction is Direction.HIGHER or (direction is Direction.TWO_SIDED and fell)
    return evidence.still - reach if down else evidence.still + reach


def _reach(baseline: float, current: float, tolerance: Tolerance, evidence: Evidence) -> float:
    allowed = allowance(baseline, current, tolerance)
    return allowed / baseline if evidence.relative else allowed
