"""What two sets of samples say of one move: an interval, and the test that belongs to it.

- The interval is of the ratio current/baseline. Where a ratio means nothing (a baseline that is
  not above 0), or the tolerance is in the metric's own unit, it is of the difference.
- Fewer than three samples on a side are no evidence: the point decides.
- A move is certain where chance alone makes one like it in fewer than 1 of 100 cases: by the test,
  or by Welch's interval at 99 %. Of two modes the medians may move one way and the ranks the other;
  then the interval, which holds both, holds "no move" too, and nothing is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from gitbaseline.frozen import dataclass
from gitbaseline.stats import interval as intervals
from gitbaseline.stats.interval import Interval, Method, difference_interval, ratio_interval
from gitbaseline.stats.rank_sum import Z_975

_SIGNIFICANT = 0.05
_CERTAIN = 0.01
_WELCH = Method.WELCH


@dataclass(frozen=True, slots=False, kw_only=True)
class Evidence:
    """Both sides' samples, in one unit, and the 95 % interval; what few ask is found when asked."""

    interval: Interval
    relative: bool
    baseline: Sequence[float]
    current: Sequence[float]

    @property
    def n_baseline(self) -> int:
        """How many samples the baseline has."""
        return len(self.baseline)

    @property
    def n_current(self) -> int:
        """How many samples the current side has."""
        return len(self.current)

    @cached_property
    def p(self) -> float | None:
        """The two-sided p, None of samples too few for the test."""
        if self.normal:
            return None
        from gitbaseline.stats.utest import mann_whitney  # noqa: PLC0415 - of few is it asked

        return mann_whitney(self.baseline, self.current).p

    @cached_property
    def wider(self) -> tuple[float, float] | None:
        """Welch's interval at 99 % of samples too few for the test; None where it has no end."""
        if not self.normal:
            return None
        from gitbaseline.stats import welch  # noqa: PLC0415 - most have samples enough

        test = welch.ratio if self.relative else welch.difference
        return test(self.baseline, self.current, level=1 - _CERTAIN)

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
    def certain(self) -> bool:
        """Whether the two sets differ at 1 %."""
        if self.p is not None:
            return self.p < _CERTAIN and not self.interval.low < self.still < self.interval.high
        return self.wider is not None and not self.wider[0] <= self.still <= self.wider[1]

    def beyond(self, reach: float) -> bool:
        """Whether all of the interval is further than ``reach`` from ``still``, and significant.

        The interval is exact where p is not yet: one may refuse what the other just lets pass.
        """
        low, high = self.interval.low - self.still, self.interval.high - self.still
        return (low > reach or high < -reach) and self.significant

    @property
    def normal(self) -> bool:
        """Whether it assumes normal samples."""
        return self.interval.method is _WELCH

    def samples_needed(self, boundary: float, *, z: float = Z_975) -> int | None:
        """Return about how many samples a side would put the interval on one side of a value."""
        n = min(self.n_baseline, self.n_current)
        return intervals.samples_needed(self.interval, boundary, n=n, z=z)


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
    return Evidence(interval=found, relative=relative, baseline=baseline, current=current)
