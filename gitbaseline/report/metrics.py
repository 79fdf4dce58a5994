"""The metrics of an entry as a table."""

from __future__ import annotations

from gitbaseline.model.baseline import Baseline
from gitbaseline.report.numbers import BETTER, amount
from gitbaseline.report.table import table


def metrics_table(entry: Baseline, most: int, columns: int | None = None) -> str:
    """Return the metrics, the headline first."""
    ordered = sorted(entry.metrics, key=lambda key: not entry.metrics[key].headline)
    rows = [
        (
            key,
            amount(m.value),
            m.unit,
            BETTER[m.direction],
            str(m.n),
            amount(m.std) if m.std is not None else "",
            str(m.validity),
        )
        for key in ordered[:most]
        for m in (entry.metrics[key],)
    ]
    head = ("Metric", "Value", "Unit", "Better", "n", "Std", "Validity")
    text = table(head, rows, right=frozenset((1, 4, 5)), columns=columns, spare=(6, 5, 4, 3))
    left = len(ordered) - most
    return text + (f"\nand {left} more; --json shows all" if left > 0 else "")
