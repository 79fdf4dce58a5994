"""What stands below the first line of an answer: facts in two columns, titled lists."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.model.text import visible_line
from gitbaseline.report.folding import at_commas, folded

COMMAND = "command"


def facts(pairs: Sequence[tuple[str, str]], columns: int | None = None) -> str:
    """Return names and texts in two aligned columns; a pair without text is left out.

    A text longer than ``columns`` of the terminal goes on below its begin: behind a comma, else
    behind a word. A command, which may be copied, stays whole.
    """
    kept = [(name, visible_line(text)) for name, text in pairs if text]
    longest = max((len(name) for name, _ in kept), default=0)
    begin = f"\n{' ' * (longest + 4)}"
    room = columns - longest - 4 if columns else None
    return "\n".join(
        f"  {name.ljust(longest)}  {begin.join(at_commas(text, None if name == COMMAND else room))}"
        for name, text in kept
    )


def block(
    title: str, lines: Sequence[str], most: int = 20, columns: int | None = None
) -> list[str]:
    """Return a titled list, indented, with a blank line before it; nothing without lines."""
    shown = [folded(f"  {visible_line(line)}", columns) for line in lines[:most]]
    more = len(lines) - most
    shown += [f"  and {more} more"] if more > 0 else []
    return ["", f"{title}:", *shown] if shown else []
