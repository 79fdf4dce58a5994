"""Lines that are longer than one of the terminal, on several."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Return how many columns a terminal gives to ``text``."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    zero = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - zero


def folded(line: str, columns: int | None, hang: int = 2) -> str:
    r"""Return a line that is longer than one of the terminal on several, the later ones indented.

    A word, such as an id, stays whole. A command is broken where a shell goes on reading it.

    >>> print(folded("  git config baseline.root 0123456789", 27))
      git config \
        baseline.root \
        0123456789
    """
    if columns is None or width(line) <= columns:
        return line
    said = line.lstrip()
    indent = " " * (len(line) - len(said))
    command = said.removeprefix("hint: ").startswith("git ")
    if command and ("'" in line or '"' in line):  # a break within quotes would be in the word
        return line
    room = columns - len(indent) - hang - (2 if command else 0)
    return indent + (" \\" * command + f"\n{indent}{' ' * hang}").join(at_words(said, room))


def at_words(text: str, room: int) -> list[str]:
    """Return the text on lines of ``room`` columns; a word that is longer stays whole."""
    return _joined(text.split(" "), " ", room)


def at_commas(text: str, room: int | None) -> list[str]:
    """Return the text on lines of ``room`` columns, broken at commas; else at words.

    None is room for all of it.
    """
    if room is None or width(text) <= room:
        return [text]
    *begun, last = _joined(text.split(", "), ", ", room - 1)  # a comma is to come
    lines = [*(f"{line}," for line in begun), last]
    return lines if max(map(width, lines)) <= room else at_words(text, room)


def _joined(pieces: Sequence[str], between: str, room: int) -> list[str]:
    """Return the pieces on as few lines as they fit in; a longer one has a line of its own."""
    first, *rest = pieces
    lines = [first]
    for piece in rest:
        longer = f"{lines[-1]}{between}{piece}"
        if width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines
