"""A diff with all that its reports need around it, and the words that they share."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gitbaseline.compare.diff import Diff
from gitbaseline.compare.match import Difference
from gitbaseline.compare.row import Row
from gitbaseline.compare.speed_of_light import is_under
from gitbaseline.compare.step import Step
from gitbaseline.compare.tolerance import NOISE, TEAM
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Lever, SpeedOfLight
from gitbaseline.profiles import Tolerance
from gitbaseline.report.context import described
from gitbaseline.report.numbers import amount

SHOWN = 20
_LISTED = 10
_WHERE = {TEAM: TEAM, NOISE: "the noise of the entries before"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a second measurement said: with which command, how many trials, and both answers."""

    command: str
    trials: int
    first: Diff
    again: Diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``baseline_name`` and ``current_name`` are what a person calls the two.

    ``resolved`` says how the reference led to the baseline, ``passed_over`` which newer entries
    were not comparable and why, ``age`` how much older the baseline is and how many commits lie
    between, ``notes`` what was noticed when the current side was read, ``steps`` where the history
    of what regressed stepped for the worse. With a ``confirmation``, ``diff`` has the numbers of
    the first measurement and the answer of both.
    """

    diff: Diff
    baseline: Baseline
    current: Baseline
    baseline_name: str
    current_name: str
    resolved: str
    advice: Sequence[str]
    passed_over: Sequence[str] = ()
    notes: Sequence[str] = ()
    age: str = ""
    lever: Lever | None = None
    steps: Sequence[Step] = ()
    confirmation: Confirmation | None = None

    @property
    def shares(self) -> tuple[SpeedOfLight, SpeedOfLight] | None:
        """Both sides' share of one ceiling, of one metric; None where a side has none."""
        old, new = self.baseline.sol, self.current.sol
        there, here = self.baseline.headline, self.current.headline
        if old is None or new is None or (there and here and there[0] != here[0]):
            return None
        one = is_under(old, new.ceiling_key, new.ceiling_value, new.ceiling_unit)
        return (old, new) if one else None


def moved(row: Row) -> str:
    """Return the move of one row, marked ``~`` where the samples do not differ significantly."""
    tilde = "~" if row.evidence is not None and not row.evidence.significant else ""
    return f"{tilde}{row.move}"


def allowed(tolerance: Tolerance | None) -> str:
    """Return a tolerance in words."""
    if tolerance is None:
        return ""
    parts = []
    if tolerance.percent is not None:
        parts.append(f"{amount(tolerance.percent)} %")
    if tolerance.absolute is not None:
        parts.append(f"{amount(tolerance.absolute)} abs")
    return " or ".join(parts)


def interval(row: Row) -> str:
    """Return the 95 % interval of the move, in percent or in the row's unit, or nothing."""
    if row.evidence is None:
        return ""
    low, high = row.evidence.interval.low, row.evidence.interval.high
    if not row.evidence.relative:
        return f"[{low:+.4g}, {high:+.4g}] {row.points or row.unit}"
    return f"[{100 * (low - 1):+.2f}, {100 * (high - 1):+.2f}] %"


def significance(row: Row) -> str:
    """Return p and n as benchstat prints them, or why there are none."""
    if row.evidence is None:
        return "point" if row.judged else ""
    e = row.evidence
    p = f"p={e.p:.3f}" if e.p is not None else "Welch"
    n = str(e.n_baseline) if e.n_baseline == e.n_current else f"{e.n_baseline}+{e.n_current}"
    return f"{p} n={n}"


def light(comparison: Comparison) -> str:
    """Return both shares of the ceiling and the move in points; nothing where a side has none."""
    if comparison.shares is None:
        return ""
    old, new = comparison.shares
    points = new.pct - old.pct
    return f"{old.pct:.1f} % -> {new.pct:.1f} % of {new.ceiling_key} ({points:+.1f} points)"


def again(found: Confirmation) -> str:
    """Return the answer of a second measurement on one line."""
    verdict, reasons = found.again.verdict, "; ".join(found.again.reasons)
    return f"measured again, {found.trials} trials of {found.command}: {verdict}  {reasons}"


def context(comparison: Comparison) -> str:
    """Return the full-context descriptor of both sides; once where they say the same."""
    old, new = described(comparison.baseline.context), described(comparison.current.context)
    return new if old == new else f"{old or 'none'} -> {new or 'none'}"


def differs(one: Difference) -> str:
    """Return a difference on one line: the field, old and new."""
    return f"{one.field}: {_plain(one.baseline)} -> {_plain(one.current)}"


def notes(comparison: Comparison) -> list[str]:
    """Return every doubt about the comparison, for the reader to see beside it."""
    diff = comparison.diff
    return [
        *_only("baseline", diff.missing),
        *_only("current", diff.extra),
        *_tolerances(diff),
        *diff.doubts,
        *comparison.notes,
        *comparison.passed_over,
    ]


def _tolerances(diff: Diff) -> list[str]:
    """Return which metrics are held to what the team said, or to their own noise."""
    said = []
    for source in (TEAM, NOISE):
        keys = [row.key for row in diff.rows if row.tolerance_from == source and row.judged]
        if keys:
            said.append(f"tolerance of {_some(keys)} from {_WHERE[source]}")
    return said


def _only(side: str, keys: Sequence[str]) -> list[str]:
    return [f"only in the {side}: {_some(keys)}"] if keys else []


def _some(keys: Sequence[str]) -> str:
    more = len(keys) - _LISTED
    return ", ".join(keys[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
