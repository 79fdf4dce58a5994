"""The diff for a terminal: the answer first, the next lever last."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.row import Row, Standing
from gitbaseline.model.text import visible_line
from gitbaseline.report.comparison import (
    SHOWN,
    Comparison,
    again,
    allowed,
    context,
    differs,
    interval,
    light,
    moved,
    notes,
    significance,
)
from gitbaseline.report.facts import block, facts
from gitbaseline.report.folding import folded
from gitbaseline.report.lever import lever_line
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table

_HEAD = ("Metric", "Baseline", "Current", "Unit", "Move", "95 % interval", "Allowed", "", "Says")
_RIGHT = frozenset((1, 2, 4, 5, 6))
_SPARE = (6, 5)  # what the answer has considered already


def render(comparison: Comparison, columns: int | None = None) -> str:
    """Return the whole text, for a terminal of so many ``columns``."""
    diff = comparison.diff
    lines = [
        folded(visible_line(f"{diff.verdict}  {'; '.join(diff.reasons)}"), columns),
        facts(
            [
                ("baseline", f"{comparison.baseline_name} ({comparison.resolved})"),
                ("current", comparison.current_name),
                ("age", comparison.age),
                ("context", context(comparison)),
                ("tier", str(diff.tier)),
                ("light", light(comparison)),
            ],
            columns,
        ),
    ]
    lines += _table(diff.rows, columns)
    if comparison.confirmation:
        lines += ["", folded(visible_line(again(comparison.confirmation)), columns)]
        lines += _table(comparison.confirmation.again.rows, columns)
    lines += block(
        "differs, and must not", [differs(one) for one in diff.matching.bars], columns=columns
    )
    lines += block(
        "differs, and may be the cause", [differs(c) for c in diff.matching.causes], columns=columns
    )
    lines += block("note", notes(comparison), columns=columns)
    lines += block("next", comparison.advice, columns=columns)
    lines.append(folded(visible_line(lever_line(comparison.lever)), columns))
    return "\n".join(lines)


def _table(rows: Sequence[Row], columns: int | None) -> list[str]:
    more = len(rows) - SHOWN
    lines = [f"and {more} more; --json shows all"] if more > 0 else []
    shown = [_cells(row) for row in rows[:SHOWN]]
    whole = table(_HEAD, shown, right=_RIGHT, columns=columns, spare=_SPARE, words=(8,))
    return ["", whole, *lines] if rows else []


def _cells(row: Row) -> tuple[str, ...]:
    says = "" if row.standing is Standing.CONTEXT else str(row.standing)
    if row.headline:
        says = f"{says} (headline)".strip()
    if row.samples_needed:
        says += f", about {row.samples_needed} samples would decide"
    return (
        row.key,
        "null" if row.baseline is None else amount(row.baseline),
        "null" if row.current is None else amount(row.current),
        row.unit,
        moved(row),
        interval(row),
        allowed(row.tolerance) if row.judged else "",
        significance(row),
        says,
    )
