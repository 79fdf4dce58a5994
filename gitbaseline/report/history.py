"""The history of a metric: its sparkline, its change points as a table and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gitbaseline.compare.step import SHORT, History, Point, Step
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table

_WIDEST = 60  # values that a line of the terminal has room for
_SHOWN = 20
_HEAD = ("Changed at", "From", "To", "Unit", "Move", "", "Between", "p")
_RIGHT = frozenset((1, 2, 4, 7))
_SPARE = (7, 3, 6)
_WORDS = {True: "worse", False: "better", None: ""}


def line(history: History, steps: Sequence[Step], *, ascii_only: bool) -> str:
    """Return the newest values as a sparkline with a bar at each change point, or nothing."""
    values = [point.value for point in history.points[-_WIDEST:]]
    if len(values) < 2:
        return ""
    from gitbaseline.report.sparkline import sparkline  # noqa: PLC0415 - only log draws one

    before = len(history.points) - len(values)
    marks = {step.index - before for step in steps}
    return sparkline(values, ascii_only=ascii_only, marks=marks)


def change_points(steps: Sequence[Step], columns: int | None = None) -> str:
    """Return the change points as a table, the newest first."""
    rows = [
        (
            str(step.after.path.slug),
            amount(step.old),
            amount(step.new),
            step.unit,
            move(step),
            _WORDS[step.adverse] + (", a drift" if step.gradual else ""),
            _range(step),
            f"{step.p:.2g}",
        )
        for step in reversed(steps[-_SHOWN:])
    ]
    more = len(steps) - _SHOWN
    rest = f"\nand {more} older; --json shows all" if more > 0 else ""
    return table(_HEAD, rows, right=_RIGHT, columns=columns, spare=_SPARE) + rest


def move(step: Step) -> str:
    """Return how far the level moved: in percent where there is one, else in its unit."""
    if step.delta_pct is None:
        return f"{step.new - step.old:+.4g} {step.unit}"
    return f"{step.delta_pct:+.2f} %"


def plain(step: Step) -> dict[str, object]:
    """Return a change point for JSON."""
    return {
        "metric": step.key,
        "unit": step.unit,
        "direction": str(step.direction),
        "before": _point(step.before),
        "after": _point(step.after),
        "level_before": _finite(step.old),
        "level_after": _finite(step.new),
        "delta_pct": _finite(step.delta_pct),
        "adverse": step.adverse,
        "gradual": step.gradual,
        "p": step.p,
    }


def _range(step: Step) -> str:
    """Return the commits as git spells a range, so that it can be given to ``git log``."""
    if step.commits is None:
        return "no commits known"
    old, new = (sha[:SHORT] for sha in step.commits)
    return f"{old}..{new}" if old != new else f"all at {new}"


def _point(point: Point) -> dict[str, object]:
    return {
        "entry": str(point.path),
        "recorded_at_utc": point.at,
        "git_sha": point.code.sha,
        "value": point.value,
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
