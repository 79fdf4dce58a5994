"""What was found against a history, as lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.model.text import visible_line
from gitbaseline.model.violation import Violation
from gitbaseline.report.numbers import counted

SHOWN = 20


def findings(violations: Sequence[Violation]) -> list[str]:
    """Return each finding on one line and where on a second, the first twenty of them.

    No line can be continued or begun by what a commit or a path says.
    """
    lines: list[str] = []
    for violation in violations[:SHOWN]:
        lines.append(visible_line(f"{violation.rule}: {violation.message}"))
        lines += [visible_line(f"  at {violation.place}")] if violation.place else []
    left = len(violations) - SHOWN
    return [*lines, *([f"and {counted(left, 'more finding')}"] if left > 0 else [])]
