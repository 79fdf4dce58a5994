"""Aligned tables, which a narrow terminal has with folded words and without what can be spared."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gitbaseline.model.text import visible_line
from gitbaseline.report.folding import at_words, width

_ENOUGH, _LEAST = 32, 16  # columns for words in a table, below which others are left out for them


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int],
    columns: int | None = None,
    spare: Sequence[int] = (),
    words: Sequence[int] = (),
) -> str:
    """Return an aligned table; ``right`` are the columns of numbers. The last column is free.

    Where it is wider than ``columns`` of the terminal, its columns of ``words`` go on below. Where
    that is not enough, those of the table that can be spared are left out, the first of ``spare``
    first, until it fits, and a last line names them.
    """
    clean = [list(head), *([visible_line(cell) for cell in row] for row in rows)]
    whole = [max(width(row[i]) for row in clean) for i in range(len(head))]
    least = [min(one, _ENOUGH) if i in words else one for i, one in enumerate(whole)]
    left_out = _left_out(least, columns, spare)
    widths = _narrowed(whole, columns, left_out, words)
    lines = []
    for row in clean:
        cells = [
            at_words(text, widths[column]) if column in words else [text]
            for column, text in enumerate(row)
        ]
        for line in range(max(map(len, cells))):
            shown = []
            for column, texts in enumerate(cells):
                text = texts[line] if line < len(texts) else ""
                gap = " " * (widths[column] - width(text))
                if column not in left_out:
                    shown.append(gap + text if column in right else text + gap)
            lines.append("  ".join(shown).rstrip())
    if left_out:
        names = ", ".join(head[column] for column in sorted(left_out))
        lines.append(f"without {names}, for which {columns} columns are too few")
    return "\n".join(lines)


def _left_out(widths: Sequence[int], columns: int | None, spare: Sequence[int]) -> set[int]:
    """Return which columns of a table are left out."""
    gone: set[int] = set()
    for column in spare:
        kept = [one for at, one in enumerate(widths) if at not in gone]
        if columns is None or sum(kept) + 2 * (len(kept) - 1) <= columns:
            break
        gone.add(column)
    return gone


def _narrowed(
    widths: Sequence[int], columns: int | None, left_out: Collection[int], words: Sequence[int]
) -> list[int]:
    """Return the widths, those of words made smaller, the widest first, until the table fits."""
    found = list(widths)
    shown = [one for one in range(len(found)) if one not in left_out]
    over = sum(found[one] + 2 for one in shown) - 2 - columns if columns else 0
    for _ in range(over):
        widest = max(words, key=found.__getitem__, default=0)
        if widest not in words or found[widest] <= _LEAST:
            break
        found[widest] -= 1
    return found
