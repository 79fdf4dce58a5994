"""The content of a file, so that what is packed by gzip or in UTF-16 is searched as any text.

Rules:

- What a broken gzip file still gives is searched, and what stands behind it: ``gzip_pieces``.
- At most ``LIMIT`` bytes are unpacked; what grows beyond them is not searched, and that is told.
- Packed again, the same content gives the same bytes.
"""

from __future__ import annotations

import zlib

from gitbaseline import gzip_pieces
from gitbaseline.wide import narrow, widened

LIMIT = 256 * 1024 * 1024


def unpacked(data: bytes) -> bytes | None:
    """Return the content, ``data`` itself where it is not packed, None where it is too much."""
    if not gzip_pieces.is_packed(data):
        return narrow(data)
    out: list[bytes] = []
    room = LIMIT
    for piece in gzip_pieces.unpacked((data,)):
        room -= len(piece)
        if room < 0:
            return None
        out.append(piece)
    return b"".join(out)


def packed(content: bytes, like: bytes) -> bytes:
    """Return a file of this content, packed as ``like`` is; by gzip without name and time."""
    if not gzip_pieces.is_packed(like):
        return widened(content, like)
    pack = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    return pack.compress(content) + pack.flush()
