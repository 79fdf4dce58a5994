"""Finding secrets in a file that comes in pieces, with memory for one window of it.

Rules:

- A window is ``OWN`` bytes with ``BEFORE`` bytes in front and ``AFTER`` behind, and tells what
  begins in its own bytes: nothing is told twice. Whatever the rules look at around a secret lies
  within that; a secret that goes on for more is told by its beginning, which gives it another
  fingerprint than ``scan`` would.
- A gzip file is searched by its content, however large that is.
- In a private JSON member of more than ``AFTER`` bytes, what lies behind is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gitbaseline.gzip_pieces import unpacked
from gitbaseline.secrets.finding import Finding
from gitbaseline.secrets.scan import scan_content

OWN = 8 << 20
BEFORE = 64 << 10
AFTER = 1 << 20


def scan_pieces(path: str, pieces: Iterable[bytes]) -> Iterator[Finding]:
    """Yield every finding of a file, in order of place, as ``scan`` would of the whole."""
    held = bytearray()
    gone = lines = begin = 0  # bytes and line feeds let go; where the window's own bytes begin
    for piece in unpacked(pieces):
        held += piece
        while len(held) >= begin + OWN + AFTER:
            end = begin + OWN
            window = memoryview(held)[: end + AFTER].tobytes()
            yield from _own(path, window, (begin, end), gone, lines)
            drop = max(0, end - BEFORE)
            lines += held.count(b"\n", 0, drop)
            gone += drop
            del held[:drop]
            begin = end - drop
    yield from _own(path, bytes(held), (begin, len(held)), gone, lines)


def _own(
    path: str, window: bytes, own: tuple[int, int], gone: int, lines: int
) -> Iterator[Finding]:
    for finding in scan_content(path, window):
        start, end = finding.span
        if own[0] <= start < own[1]:
            yield replace(finding, line=finding.line + lines, span=(gone + start, gone + end))
