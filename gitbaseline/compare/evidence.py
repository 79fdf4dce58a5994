"""What two sets of samples say of one move: an interval, and the test that belongs to it.

- The interval is of the ratio current/baseline. Where a ratio means nothing (a baseline that is
  not above 0), or the tolerance is in the metric's own unit, it is of the difference.
- Fewer than three samples on a side are no evidence: the point decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.stats import interval as intervals
from gitbaseline.stats.interval import Interval, Method, difference_interval, ratio_interval
from gitbaseline.stats.utest import mann_whitney

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The 95 % interval, the two-sided p where the test applies, and n of each side."""

    interval: Interval
    relative: bool
    p: float | None
    n_baseline: int
    n_current: int

    @property
    def still(self) -> float:
        """Where the interval lies if nothing moved: a ratio of 1, a difference of 0."""
        return 1.0 if self.relative else 0.0

    @property
    def significant(self) -> bool:
        """Whether the two sets differ at 5 %; a Welch interval speaks by not holding ``still``."""
        if self.p is not None:
            return self.p < _SIGNIFICANT
        return not self.interval.low <= self.still <= self.interval.high

    @property
    def normal(self) -> bool:
        """Whether it assumes normal samples."""
        return self.interval.method is Method.WELCH

    def samples_needed(self, boundary: float) -> int | None:
        """Return about how many samples a side would put the interval on one side of a value."""
        n = min(self.n_baseline, self.n_current)
        return intervals.samples_needed(self.interval, boundary, n=n)


def weigh(
    baseline: Sequence[float], current: Sequence[float], *, relative: bool
) -> Evidence | None:
    """Return the evidence of two sets of samples, or None where the point must decide."""
    if not (baseline and current):
        return None
    found = ratio_interval(baseline, current) if relative else None
    relative = found is not None
    found = found or difference_interval(baseline, current)
    if found is None:
        return None
    return Evidence(
        interval=found,
        relative=relative,
        p=mann_whitney(baseline, current).p if found.method is Method.RANKS else None,
        n_baseline=len(baseline),
        n_current=len(current),
    )
