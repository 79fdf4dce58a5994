"""The diff for a terminal: the answer first, the next lever last."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.row import Row, Standing
from gitbaseline.model.text import visible_line
from gitbaseline.report.comparison import (
    SHOWN,
    Comparison,
    allowed,
    context,
    differs,
    interval,
    light,
    moved,
    notes,
    significance,
)
from gitbaseline.report.lever import lever_line
from gitbaseline.report.text import amount, facts, table

_HEAD = ("Metric", "Baseline", "Current", "Unit", "Move", "95 % interval", "Allowed", "", "Says")
_RIGHT = frozenset((1, 2, 4, 5, 6))


def render(comparison: Comparison) -> str:
    """Return the whole text."""
    diff = comparison.diff
    lines = [
        visible_line(f"{diff.verdict}  {'; '.join(diff.reasons)}"),
        facts(
            [
                ("baseline", f"{comparison.baseline_name} ({comparison.resolved})"),
                ("current", comparison.current_name),
                ("age", comparison.age),
                ("context", context(comparison)),
                ("tier", str(diff.tier)),
                ("light", light(comparison)),
            ]
        ),
    ]
    if diff.rows:
        lines += ["", table(_HEAD, [_cells(row) for row in diff.rows[:SHOWN]], right=_RIGHT)]
        if len(diff.rows) > SHOWN:
            lines.append(f"and {len(diff.rows) - SHOWN} more; --json shows all")
    lines += _block("differs, and must not", [differs(one) for one in diff.matching.bars])
    lines += _block("differs, and may be the cause", [differs(c) for c in diff.matching.causes])
    lines += _block("note", notes(comparison))
    lines += _block("next", comparison.advice)
    lines.append(visible_line(lever_line(comparison.lever)))
    return "\n".join(lines)


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


def _block(title: str, lines: Sequence[str]) -> list[str]:
    shown = [f"  {visible_line(line)}" for line in lines[:SHOWN]]
    more = len(lines) - SHOWN
    shown += [f"  and {more} more"] if more > 0 else []
    return ["", f"{title}:", *shown] if shown else []
