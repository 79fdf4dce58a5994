"""The answer: five words, and when each is given.

- GREEN: no judged metric is adversely beyond its tolerance.
- YELLOW: one or two are, none of them a headline; or several, all at one level of the profile's
  dimension; or an interval straddles a tolerance.
- RED: three or more are, or a headline is.
- INCOMPARABLE: what must match does not.
- NO-VERDICT: nothing can be said, because nothing is shared, something expected is missing, a run
  failed, or the baseline does not count. Nothing is ever GREEN because something was absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from gitbaseline.compare.match import Matching
from gitbaseline.compare.row import Row, Standing, judged, regressed
from gitbaseline.frozen import dataclass


class Verdict(StrEnum):
    """One of five answers."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    INCOMPARABLE = "INCOMPARABLE"
    NO_VERDICT = "NO-VERDICT"


ANSWERED = frozenset({Verdict.GREEN, Verdict.YELLOW, Verdict.RED})

MANY = 3  # regressions that make RED without a headline among them
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The verdict, and in words what led to it."""

    verdict: Verdict
    reasons: tuple[str, ...]


def answer(
    rows: Sequence[Row],
    matching: Matching,
    *,
    obstacles: Sequence[str],
    one_level: str | None,
    same_artifact: bool,
) -> Answer:
    """Return the verdict over judged rows.

    ``obstacles`` are reasons why nothing can be said, ``one_level`` the dimension whose single
    value excuses several regressions (a profile's).
    """
    if not matching.comparable:
        return Answer(verdict=Verdict.INCOMPARABLE, reasons=_bars(matching))
    counted = judged(rows)
    if obstacles or not counted:
        nothing = () if counted else ("no judged metric is on both sides",)
        return Answer(verdict=Verdict.NO_VERDICT, reasons=(*obstacles, *nothing))
    worse = regressed(counted)
    if worse:
        said = _regressed(worse, len(counted), one_level)
        same = ("the program is the same on both sides, so its code cannot be the cause",)
        reasons = said.reasons + (same if same_artifact else ())
        return Answer(verdict=said.verdict, reasons=reasons)
    undecided = [row.standing for row in counted].count(Standing.UNDECIDED)
    if undecided:
        text = f"{undecided} of {_judged(len(counted))} undecided"
        return Answer(verdict=Verdict.YELLOW, reasons=(text,))
    return Answer(verdict=Verdict.GREEN, reasons=(f"{_judged(len(counted))} within tolerance",))


def _regressed(worse: Sequence[Row], counted: int, one_level: str | None) -> Answer:
    count = f"{len(worse)} of {_judged(counted)} regressed"
    headline = next((row.key for row in worse if row.headline), None)
    if headline is not None:
        more = (count,) if len(worse) > 1 else ()
        return Answer(verdict=Verdict.RED, reasons=(f"headline {headline} regressed", *more))
    if len(worse) < MANY:
        return Answer(verdict=Verdict.YELLOW, reasons=(count,))
    levels = {row.dimensions.get(one_level) for row in worse} if one_level else set()
    if len(levels) == 1 and None not in levels:
        where = f"all of them at {one_level}={levels.pop()}"
        return Answer(verdict=Verdict.YELLOW, reasons=(count, where))
    return Answer(verdict=Verdict.RED, reasons=(count,))


def _bars(matching: Matching) -> tuple[str, ...]:
    said = tuple(f"{bar.field} differs" for bar in matching.bars[:_SHOWN])
    more = len(matching.bars) - _SHOWN
    return (*said, f"and {more} more differ") if more > 0 else said


def _judged(count: int) -> str:
    return f"{count} judged metric{'' if count == 1 else 's'}"
