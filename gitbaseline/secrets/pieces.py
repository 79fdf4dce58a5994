"""The parts of a text that are worth a closer look: pieces of lines around given words.

Rules:

- A piece is a whole line, or of a long line a window that begins at least ``_BEFORE`` characters
  before the word and goes on at least ``_AFTER`` behind it (less only at the line's own ends).
- Every occurrence of a word lies in a piece. Time is linear in the size of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_STRIDE = 4096
_BEFORE = 1024
_AFTER = 4096


def pieces(lowered: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each piece that holds one of the lower-case words, in order."""
    found: set[tuple[int, int]] = set()
    for word in words:
        if word in lowered:
            found.update(_around(lowered, word))
    yield from sorted(found)


def _around(lowered: str, word: str) -> Iterator[tuple[int, int]]:
    at = lowered.find(word)
    start = end = 0
    while at >= 0:
        if at >= end:
            start = lowered.rfind("\n", start, at) + 1 or start
            end = lowered.find("\n", at)
            end = len(lowered) if end < 0 else end
        if end - start <= _STRIDE + _AFTER:
            yield start, end
            at = lowered.find(word, end)
        else:
            window = start + (at - start) // _STRIDE * _STRIDE
            yield max(start, window - _BEFORE), min(end, window + _STRIDE + _AFTER)
            at = lowered.find(word, min(end, window + _STRIDE))
