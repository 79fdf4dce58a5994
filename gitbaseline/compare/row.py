"""One metric on both sides: how far it moved, in which direction, and whether that is real.

- Only adverse moves count: down where higher is better, up where lower is, both where two-sided.
- Where both sides have at least three samples they decide: REGRESSED if all of the 95 % interval
  of the move lies beyond the tolerance, or if the move is certain (``evidence``) and large, 1.25
  tolerances; OK if none of the interval is beyond, else UNDECIDED. With fewer the point decides,
  and the row says so.
- While nobody has said what the noise is, neither a person nor history, a session may drift by what
  the samples of two sessions cannot show: then every regression has to be large, 1.5 tolerances,
  and 2 with three samples a side (decision 10).
- From a baseline of 0 a percentage means nothing: any adverse move is beyond, unless an absolute
  tolerance says how much may be.
- A metric whose better direction is unknown is shown and never judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from gitbaseline.compare.evidence import Evidence
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Tolerance

# Of the larger value: 0.1 to 0.095 is 5 %, although binary fractions say a little more.
_ROUNDING = 1e-12

_PERCENT = ("%", "percent", "pct")

# Tolerances that make a move large; the false alarms that each leaves are in docs/verdicts.md.
LARGE = 1.25
_LARGE_UNKNOWN = 1.5
_LARGE_OF_FEW = 2.0  # three against three of two modes lie apart in one pair of 64
_Z_995 = 2.5758293035489004


class Standing(StrEnum):
    """What is to be said of one metric."""

    OK = "ok"
    IMPROVED = "improved"
    REGRESSED = "regressed"
    UNDECIDED = "undecided"
    CONTEXT = "context"
    NULL_LEGACY = "NULL_LEGACY_BASELINE"


# Of an enumeration by name is a search each time, and there are ten thousand rows.
_HIGHER, _LOWER, _TWO_SIDED = Direction.HIGHER, Direction.LOWER, Direction.TWO_SIDED
_OK, _REGRESSED, _IMPROVED = Standing.OK, Standing.REGRESSED, Standing.IMPROVED
_NOT_JUDGED = (Standing.CONTEXT, Standing.NULL_LEGACY)


@dataclass(frozen=True, slots=False, kw_only=True)
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
        return self.standing not in _NOT_JUDGED

    @property
    def move(self) -> str:
        """The move in words: in percent where there is one, else in the row's unit, or nothing.

        A percentage that is held to points moves by points: its percents would be read as those.
        """
        if self.delta is None:
            return ""
        in_points = self.tolerance and self.tolerance.absolute is not None and self.points
        if self.delta_pct is None or in_points:
            return f"{self.delta:+.4g} {self.points or self.unit}"
        return f"{self.delta_pct:+.2f} %"

    @property
    def points(self) -> str:
        """What a difference of percentages is in; empty where the unit is none."""
        return "points" if self.unit in _PERCENT else ""


def judged(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that count for the verdict."""
    return [row for row in rows if row.judged]


def regressed(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that regressed."""
    return [row for row in rows if row.standing is _REGRESSED]


def adverse_move(baseline: float, current: float, direction: Direction) -> float:
    """Return how far the value moved for the worse, in its unit; negative where for the better.

    >>> adverse_move(100, 90, Direction.HIGHER), adverse_move(100, 90, Direction.LOWER)
    (10, -10)
    """
    if direction is _HIGHER:
        return baseline - current
    if direction is _LOWER:
        return current - baseline
    return abs(current - baseline) if direction is _TWO_SIDED else 0.0


def allowance(baseline: float, current: float, tolerance: Tolerance) -> float:
    """Return how far the value may move for the worse, in its unit: the larger of both forms."""
    size = abs(baseline)
    share = size * (tolerance.percent or 0.0) / 100
    rounding = _ROUNDING * max(size, abs(current))
    return max(share, tolerance.absolute or 0.0) + rounding


def standing_of_point(moved: float, allowed: float) -> Standing:
    """Return what is to be said of an adverse move without evidence, both in the metric's unit."""
    if moved > allowed:
        return _REGRESSED
    return _IMPROVED if moved < -allowed else _OK


def standing_of(
    baseline: float,
    current: float,
    direction: Direction,
    tolerance: Tolerance,
    evidence: Evidence | None,
    *,
    noise_known: bool = True,
) -> Standing:
    """Return what is to be said of a judged metric."""
    if evidence is None:
        moved = adverse_move(baseline, current, direction)
        return standing_of_point(moved, allowance(baseline, current, tolerance))
    reach = _reach(baseline, current, tolerance, evidence)
    interval, still = evidence.interval, evidence.still
    low, high = interval.low - still, interval.high - still
    down_is_bad = direction is not _LOWER
    up_is_bad = direction is not _HIGHER
    if _is_beyond(reach, evidence, noise_known=noise_known):
        fell = interval.centre < still
        return _REGRESSED if (down_is_bad if fell else up_is_bad) else _IMPROVED
    inside = (low >= -reach or not down_is_bad) and (high <= reach or not up_is_bad)
    return _OK if inside else Standing.UNDECIDED


def _is_beyond(reach: float, evidence: Evidence, *, noise_known: bool) -> bool:
    """Whether a move is beyond its tolerance."""
    large = (
        abs(evidence.interval.centre - evidence.still)
        > _large(evidence, noise_known=noise_known) * reach
    )
    if noise_known:
        return evidence.beyond(reach) or (large and evidence.certain)
    return large and (evidence.beyond(reach) or evidence.certain)


def _large(evidence: Evidence, *, noise_known: bool) -> float:
    """Return how many tolerances a large move is."""
    if noise_known:
        return LARGE
    return _LARGE_OF_FEW if evidence.normal else _LARGE_UNKNOWN


def samples_needed(
    baseline: float,
    current: float,
    direction: Direction,
    tolerance: Tolerance,
    evidence: Evidence,
    *,
    noise_known: bool = True,
) -> int | None:
    """Return about how many samples a side would decide what is undecided; None where none would.

    That is so on the tolerance itself, and for a move that is beyond and not large while the noise
    is unknown: more samples of the same two sessions do not tell it.
    """
    reach = _reach(baseline, current, tolerance, evidence)
    move = evidence.interval.centre - evidence.still
    counts: list[int | None] = []
    if noise_known or _for_worse(move, direction) <= reach:
        clear = [evidence.samples_needed(end) for end in _ends(move, reach, direction, evidence)]
        counts.append(None if None in clear else max(filter(None, clear)))
    if abs(move) > _large(evidence, noise_known=noise_known) * reach:
        counts.append(evidence.samples_needed(evidence.still, z=_Z_995))
    fewest = min((count for count in counts if count is not None), default=None)
    least = min(evidence.n_baseline, evidence.n_current) + 1  # those that there are did not
    return None if fewest is None else max(fewest, least)


def may_drift(row: Row) -> bool:
    """Whether a move that no samples decide is beyond its tolerance, yet not large: a drift."""
    if row.standing is not Standing.UNDECIDED or row.samples_needed is not None:
        return False
    if row.evidence is None or row.tolerance is None:
        return False
    reach = _reach(row.baseline or 0.0, row.current or 0.0, row.tolerance, row.evidence)
    worse = _for_worse(row.evidence.interval.centre - row.evidence.still, row.direction)
    return reach < worse <= _large(row.evidence, noise_known=False) * reach


def _for_worse(move: float, direction: Direction) -> float:
    if direction is _TWO_SIDED:
        return abs(move)
    return move if direction is _LOWER else -move


def _ends(move: float, reach: float, direction: Direction, evidence: Evidence) -> tuple[float, ...]:
    """Return the ends of the tolerance that the interval has to be clear of, on its own scale.

    To be ok a two-sided move has to be clear of both.
    """
    low, high = evidence.still - reach, evidence.still + reach
    if direction is _TWO_SIDED and abs(move) <= reach:
        return low, high
    down = direction is _HIGHER or (direction is _TWO_SIDED and move < 0)
    return (low,) if down else (high,)


def _reach(baseline: float, current: float, tolerance: Tolerance, evidence: Evidence) -> float:
    allowed = allowance(baseline, current, tolerance)
    return allowed / baseline if evidence.relative else allowed
