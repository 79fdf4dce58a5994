"""The noise of a measurement: the tolerance that A/A trials call for.

A trial is the samples of one session with the same code. It does not measure; ``study`` does.

The judging rule alarms where the whole 95 % interval is beyond the tolerance, or a move that is
certain goes beyond it by a quarter. So it already pays for the spread within a trial; the tolerance
has to cover what two trials cannot show, the moves from one to the next. In percent, it is the
larger of

- prediction: t(99.5 %, trials - 1) times the root mean square of the log middles of the intervals
  of all ordered pairs, which a new pair's middle exceeds in 0.5 % of cases if they are normal (half
  of the 1 %, the rest is for those that are not), less the typical reach of the interval (the
  lower quartile over the pairs: a narrow interval is the one that alarms);
- what the interval would have needed over these very trials, both ways: the 99 % quantile over all
  ordered pairs, with few trials their maximum.

Where the interval is Welch's, the ratio of the medians stands for its middle: three samples cannot
show that they are normal, and medians move more where there are two modes. Trials of fewer than 3
samples have no interval; then the medians alone count. bench/verdicts.py
shows the false alarms that remain.

A history is not A/A: among its trials may be steps that were let pass, and each of them would
excuse the next. ``in_order`` predicts from the moves of each trial to the next about their mean
too, and takes the smaller: to a trend all of these moves belong, and of ten one step is one.

Where a sample is not above 0 a percentage means nothing: ``absolute_from`` asks the same of the
differences, in the metric's own unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, permutations

from gitbaseline.stats.interval import Method, difference_interval, ratio_interval
from gitbaseline.stats.rank_sum import same_everywhere
from gitbaseline.stats.sample import checked, deviation, mean, median, quantile
from gitbaseline.stats.student import quantile as student

FALSE_ALARMS = 0.01
LEAST_TRIALS = 3
_FLOOR = 1e-9  # a ratio of means may reach below 0, where there is no logarithm
_CEILING = 700.0  # e to more than that is no number; no such tolerance means anything


def tolerance_from(trials: Sequence[Sequence[float]]) -> float:
    """Return the tolerance in percent from at least 3 trials of positive samples.

    ValueError with fewer trials, an empty trial, or a sample that is not above 0.
    """
    _enough(trials)
    if any(checked(trial)[0] <= 0 for trial in trials):
        raise ValueError("trials: expected samples above 0")
    asked = _asked([_ratio(old, new) for old, new in permutations(trials, 2)], len(trials))
    return _percent(asked)


def in_order(trials: Sequence[Sequence[float]]) -> float:
    """Return the tolerance in percent from at least 3 trials of positive samples, oldest first.

    ValueError as from ``tolerance_from``, above which it never is.
    """
    widest = tolerance_from(trials)
    moves = [_ratio(old, new) for old, new in pairwise(trials)]
    spread = deviation([middle for _, middle in moves])
    asked = spread * student(1 - FALSE_ALARMS / 2, len(moves) - 1) - _reach(moves)
    return min(widest, _percent(max(0.0, asked)))


def absolute_from(trials: Sequence[Sequence[float]]) -> float:
    """Return the tolerance in the samples' own unit from at least 3 trials.

    ValueError with fewer trials or an empty trial.
    """
    _enough(trials)
    return _asked([_difference(old, new) for old, new in permutations(trials, 2)], len(trials))


def _percent(log_ratio: float) -> float:
    return same_everywhere(100 * math.expm1(min(log_ratio, _CEILING)))


def _enough(trials: Sequence[Sequence[float]]) -> None:
    if len(trials) < LEAST_TRIALS:
        raise ValueError(f"trials: expected at least {LEAST_TRIALS}, got {len(trials)}")


def _asked(pairs: Sequence[tuple[float, float]], trials: int) -> float:
    """Return what the (lower end, middle) of all ordered pairs call for, on their own scale."""
    spread = math.sqrt(mean([middle * middle for _, middle in pairs]))
    spread *= student(1 - FALSE_ALARMS / 2, trials - 1)
    predicted = spread - _reach(pairs)
    needed = quantile([low for low, _ in pairs], 1 - FALSE_ALARMS)
    return max(0.0, predicted, needed)


def _reach(pairs: Sequence[tuple[float, float]]) -> float:
    """Return how far a narrow interval reaches below its middle."""
    return quantile([middle - low for low, middle in pairs], 0.25)


def _ratio(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    """Return the logs of the lower end and of the middle of new/old."""
    interval = ratio_interval(old, new)
    centre = math.log(median(new)) - math.log(median(old))
    if interval is None:
        return centre, centre
    low = math.log(max(interval.low, _FLOOR))
    if interval.method is Method.WELCH:
        return low, centre
    return low, (low + math.log(interval.high)) / 2


def _difference(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    """Return the lower end and the middle of new - old."""
    interval = difference_interval(old, new)
    centre = median(new) - median(old)
    if interval is None:
        return centre, centre
    if interval.method is Method.WELCH:
        return interval.low, centre
    return interval.low, (interval.low + interval.high) / 2
