"""A/A: the tolerance at which the diff's own rule is wrong in fewer than 1 of 100 cases.

All samples are of the same code on the same machine, so every alarm among them is a false one.

- A run of samples in order is cut into trials as large as a later diff's side; what was recorded in
  sessions is taken session by session. What ``stats.noise`` asks of these trials is the start.
- Then two sides are drawn at random, 1,000 times, without putting back: from a run both out of all
  its samples, from sessions each out of one. The tolerance is widened until the rule alarms in
  fewer than 1 % of them. The seed is fixed: same samples, same answer, on every machine.
- The result is rounded up to 0.1 % (to two digits where it is in the metric's own unit).

What one session cannot show, such as another machine, another day, another build's layout, is not
in its tolerance. That is why there is a least one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_UP, Context
from random import Random
from typing import TypeAlias, TypeVar

from gitbaseline.compare.evidence import weigh
from gitbaseline.compare.row import LARGE, adverse_move
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Tolerance
from gitbaseline.stats.changepoint import change_points
from gitbaseline.stats.modes import two_levels
from gitbaseline.stats.noise import FALSE_ALARMS, LEAST_TRIALS, absolute_from, tolerance_from
from gitbaseline.stats.sample import MAD_TO_SIGMA, mad, median

SEED = 20260520
SPLITS = 1000
_GOOD_TRIALS = 10  # from here on more of them narrow the tolerance but little
_MOST_TRIALS = 60  # every pair of them is weighed
_NO_TOLERANCE = 100.0  # %; a number that halves and doubles by itself can be held to nothing
_MATTERS = 0.01  # of the median: what is smaller changes no answer

_ROUNDING = 1e-6  # tenths of a percent; 5 is 5.0, although binary fractions say a little more
_FINEST = 1e-9  # what .baseline.yaml can spell

Samples: TypeAlias = Sequence[float]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What the samples of one metric say of its noise.

    ``spread`` is 1.4826 times the median absolute deviation, in the metric's unit; ``trials`` how
    many were weighed, of ``side`` samples each. ``tolerance`` is None where nothing can be said;
    ``needed`` is then the least number of samples, or sessions, that would do, and None where no
    number would. ``alarms`` of ``splits`` went off at that tolerance.
    """

    n: int
    trials: int
    side: int
    median: float
    spread: float
    tolerance: Tolerance | None = None
    alarms: int = 0
    splits: int = 0
    needed: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def spread_percent(self) -> float | None:
        """The spread in percent of the median, None where that is 0."""
        return 100 * self.spread / abs(self.median) if self.median else None


def describe(sessions: Sequence[Samples], *, side: int) -> Study:
    """Return what the samples show of themselves, without a tolerance.

    There is a session, and each has at least one sample.
    """
    run, pool = _run(sessions), _pool(sessions)
    trials = _trials(run, sessions, side)
    return Study(
        n=len(pool),
        trials=len(trials),
        side=min(map(len, trials), default=side),
        median=median(pool),
        spread=MAD_TO_SIGMA * mad(pool),
        warnings=_doubts(run or [median(session) for session in sessions], pool),
    )


def study(
    sessions: Sequence[Samples], direction: Direction, *, side: int, at_least: float
) -> Study:
    """Return the study of one metric.

    ``side`` is how many samples a side of a later diff will have, ``at_least`` the least tolerance
    in percent.
    """
    found = describe(sessions, side=side)
    run, pool = _run(sessions), _pool(sessions)
    trials = _trials(run, sessions, side)
    if len(trials) < LEAST_TRIALS:
        needed = LEAST_TRIALS * side if run else LEAST_TRIALS
        return replace(found, needed=needed)
    relative = min(pool) > 0
    start = tolerance_from(trials) if relative else absolute_from(trials)
    pairs = _pairs(run, sessions, side)
    asked = [asks(old, new, direction, relative=relative) for old, new in pairs]
    limit = max(start, _least(asked), at_least if relative else 0.0)
    limit = math.ceil(10 * limit - _ROUNDING) / 10 if relative else _two_digits(limit)
    good = _GOOD_TRIALS * (side if run else 1)
    few = len(trials) < _GOOD_TRIALS
    if relative and limit >= _NO_TOLERANCE:
        said = "so noisy that no tolerance would mean anything; steady it first"
        return replace(found, needed=good) if few else _with(found, said)
    tolerance = Tolerance(percent=limit) if relative else Tolerance(absolute=limit)
    alarms = sum(one > limit for one in asked)
    found = replace(found, tolerance=tolerance, alarms=alarms, splits=SPLITS)
    if not few or limit <= (at_least if relative else 0.0):
        return found
    what = "samples" if run else "sessions"
    said = f"few trials ({len(trials)}) widen the tolerance; {good} {what} would narrow it"
    return _with(found, said)


def asks(old: Samples, new: Samples, direction: Direction, *, relative: bool) -> float:
    """Return the least tolerance at which the diff's rule does not alarm: in percent, or absolute.

    >>> asks([10.0], [11.0], Direction.LOWER, relative=True)
    10.0
    """
    evidence = weigh(old, new, relative=relative)
    if evidence is None:
        old_value, new_value = median(old), median(new)
        beyond = adverse_move(old_value, new_value, direction)
        if relative:
            beyond /= abs(old_value)
    else:
        low, high = (
            end - evidence.still if evidence.significant else 0.0
            for end in (evidence.interval.low, evidence.interval.high)
        )
        large = (evidence.interval.centre - evidence.still) / LARGE if evidence.certain else 0.0
        up = max(low, large) if direction is not Direction.HIGHER else 0.0
        down = max(-high, -large) if direction is not Direction.LOWER else 0.0
        beyond = max(up, down)
    return max(0.0, 100 * beyond if relative else beyond)


def _run(sessions: Sequence[Samples]) -> Samples | None:
    """Return the samples as one run in order, None where sessions stand apart."""
    if len(sessions) == 1:
        return sessions[0]
    singles = all(len(session) == 1 for session in sessions)
    return [session[0] for session in sessions] if singles else None


def _pool(sessions: Sequence[Samples]) -> list[float]:
    return [sample for session in sessions for sample in session]


def _trials(run: Samples | None, sessions: Sequence[Samples], side: int) -> list[Samples]:
    if run is None:
        found = [session[:side] for session in sessions]
    else:
        found = [run[at : at + side] for at in range(0, len(run) - side + 1, side)]
    return found[:: 1 + len(found) // _MOST_TRIALS]


def _pairs(
    run: Samples | None, sessions: Sequence[Samples], side: int
) -> Iterator[tuple[Samples, Samples]]:
    """Yield the splits, both sides of each."""
    draw = Random(SEED)  # noqa: S311 - to be the same each time, not to be secret
    for _ in range(SPLITS):
        if run:
            both = _drawn(run, 2 * side, draw)
            yield both[:side], both[side:]
        else:
            old, new = _drawn(sessions, 2, draw)
            yield _drawn(old, min(side, len(old)), draw), _drawn(new, min(side, len(new)), draw)


def _drawn(items: Sequence[Item], count: int, draw: Random) -> list[Item]:
    """Return so many of the items at random. Python keeps ``random()`` as it is, not ``sample``."""
    left = list(items)
    for at in range(count):
        other = at + int(draw.random() * (len(left) - at))
        left[at], left[other] = left[other], left[at]
    return left[:count]


def _least(asked: Sequence[float]) -> float:
    """Return the tolerance beyond which fewer than 1 % of what was asked for lie."""
    return sorted(asked, reverse=True)[math.ceil(FALSE_ALARMS * len(asked)) - 1]


def _two_digits(limit: float) -> float:
    """Return the number rounded up to two digits, the least that a file can spell, or 0."""
    up = Context(prec=2, rounding=ROUND_UP).create_decimal_from_float(limit)
    return max(float(up), _FINEST) if limit else 0.0


def _doubts(in_order: Samples, pool: Samples) -> tuple[str, ...]:
    """Return warnings about a level that moves and about two levels."""
    said, matters = [], _MATTERS * abs(median(pool))
    moved = [p for p in change_points(in_order) if abs(p.after - p.before) > matters]
    if moved:
        first = moved[0]
        how = "drifts" if first.gradual else f"steps at {first.index + 1} of {len(in_order)}"
        said.append(f"{how}: {first.before:.6g}, then {first.after:.6g}")
    levels = two_levels(pool)
    if levels and not moved and levels.high - levels.low > matters:
        low, high = f"{levels.low:.6g} ({levels.low_n})", f"{levels.high:.6g} ({levels.high_n})"
        said.append(f"two levels: {low} and {high}; a median jumps between them")
    return tuple(said)


def _with(found: Study, warning: str) -> Study:
    return replace(found, warnings=(*found.warnings, warning))
