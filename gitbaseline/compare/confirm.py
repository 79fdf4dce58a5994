"""Two measurements of one change: what is confirmed, and what the second one does not bear out.

- RED stands only where both are RED, and what regressed both times is RED by the same rules: a
  headline, or enough metrics. Two runs that blame different metrics confirm nothing.
- Else the answer is YELLOW: not confirmed, with both answers told.
- A second measurement that cannot be held to the baseline gives its own answer, INCOMPARABLE or
  NO-VERDICT: what was to confirm must not excuse by being absent.
"""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.compare.diff import Diff
from gitbaseline.compare.row import Row, Standing
from gitbaseline.compare.verdict import ANSWERED, Verdict, answer
from gitbaseline.model.baseline import Tier

DOUBTED = frozenset({Verdict.RED, Verdict.YELLOW})


def together(first: Diff, second: Diff, *, one_level: str | None) -> Diff:
    """Return the first diff with the answer of both; ``one_level`` is the profile's.

    Its numbers stay. A row that regressed at first only is undecided; where there is no answer, no
    row looks judged, and what bars it is the second one's.
    """
    if second.verdict not in ANSWERED:
        rows = tuple(replace(row, standing=Standing.CONTEXT) for row in first.rows)
        return replace(second, reasons=_again(second), rows=rows)
    rows = _agreed(first, second)
    said = answer(
        rows,
        first.matching,
        obstacles=(),
        one_level=one_level,
        same_artifact=first.same_artifact,
    )
    if first.verdict is second.verdict is said.verdict is Verdict.RED:
        reasons = (*said.reasons, "confirmed by a second measurement")
    else:
        before = f"at first {first.verdict}: {'; '.join(first.reasons)}"
        said = replace(said, verdict=Verdict.YELLOW)
        reasons = ("not confirmed", before, *_again(second))
    tier = Tier.VERDICT if first.tier is second.tier is Tier.VERDICT else Tier.DRAFT
    return replace(first, verdict=said.verdict, reasons=reasons, tier=tier, rows=rows)


def _agreed(first: Diff, second: Diff) -> tuple[Row, ...]:
    """Return the first's rows; only what regressed both times, the same way, is regressed."""
    again = {(row.key, _up(row)) for row in second.regressed}
    return tuple(
        replace(row, standing=Standing.UNDECIDED)
        if row.standing is Standing.REGRESSED and (row.key, _up(row)) not in again
        else row
        for row in first.rows
    )


def _up(row: Row) -> bool:
    """Whether the value grew: a two-sided metric can regress both ways."""
    return (row.delta or 0.0) > 0


def _again(second: Diff) -> tuple[str, ...]:
    return (f"measured again {second.verdict}: {'; '.join(second.reasons)}",)
