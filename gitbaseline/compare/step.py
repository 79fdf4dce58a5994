"""Steps in the history of a metric: when its level changed, by how much, between which commits.

A step lies between two entries: the last of the old level and the first of the new one. Where it
is, ``stats.changepoint`` says; here is what it means for the metric.
"""

from __future__ import annotations

from gitbaseline.compare.row import adverse_move
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.metric import Direction

SHORT = 12  # characters of a commit id that people are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The metric's value in one entry, in the unit of the whole history, and the code measured."""

    path: EntryPath
    at: str
    code: Code
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One metric over the comparable entries of a series, oldest first."""

    key: str
    unit: str
    direction: Direction
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of level. ``index`` is the place of ``after`` in the history.

    ``old`` and ``new`` are the levels (medians), ``p`` the chance of such a step in a history
    without any, ``gradual`` a drift rather than a step.
    """

    key: str
    unit: str
    direction: Direction
    index: int
    before: Point
    after: Point
    old: float
    new: float
    p: float
    gradual: bool

    @property
    def adverse(self) -> bool | None:
        """Whether it was for the worse; None where nobody knows which way is better."""
        if self.direction is Direction.UNKNOWN:
            return None
        return adverse_move(self.old, self.new, self.direction) > 0

    @property
    def delta_pct(self) -> float | None:
        """The move in percent of the old level; None from a level of 0."""
        return 100 * ((self.new - self.old) / abs(self.old)) if self.old else None

    @property
    def commits(self) -> tuple[str, str] | None:
        """The commits (last good, first changed) between which it lies; None where unknown."""
        old, new = self.before.code, self.after.code
        if NO_COMMIT in (old.sha, new.sha) or old.remote != new.remote:
            return None
        return old.sha, new.sha


def steps(history: History) -> tuple[Step, ...]:
    """Return the steps of a history in the order of time."""
    from gitbaseline.stats.changepoint import change_points  # noqa: PLC0415 - only a regression asks

    points = history.points
    return tuple(
        Step(
            key=history.key,
            unit=history.unit,
            direction=history.direction,
            index=found.index,
            before=points[found.index - 1],
            after=points[found.index],
            old=found.before,
            new=found.after,
            p=found.p,
            gradual=found.gradual,
        )
        for found in change_points([point.value for point in points])
    )


def between(step: Step) -> str:
    """Return in words between which commits a step lies."""
    if step.commits is None:
        return "no commits known"
    old, new = (sha[:SHORT] for sha in step.commits)
    return f"while the commit stayed {new}" if old == new else f"between {old} and {new}"
