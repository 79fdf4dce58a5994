"""The content of a gzip file, so that what is packed is searched as what is not.

Rules:

- Bytes that are no gzip, or broken, are their own content: a reader refuses them, and searched as
  they are they hide nothing that a program could unpack.
- At most ``LIMIT`` bytes are unpacked; what grows beyond them is not searched, and that is told.
- Packed again, the same content gives the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

LIMIT = 256 * 1024 * 1024
_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 1 << 20


def is_packed(data: bytes) -> bool:
    """Whether this begins as a gzip file does."""
    return data.startswith(_MAGIC)


def unpacked(data: bytes) -> bytes | None:
    """Return the content, ``data`` itself where it is not packed, None where it is too much."""
    if not is_packed(data):
        return data
    out: list[bytes] = []
    room, left = LIMIT + 1, data
    while left.startswith(_MAGIC) and room > 0:
        member = zlib.decompressobj(_GZIP)
        try:
            out.append(member.decompress(left, room))
        except zlib.error:
            return data
        room -= len(out[-1])
        left = member.unused_data
        if room > 0 and not member.eof:
            return data
    return b"".join(out) if room > 0 else None


def unpacked_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a file that comes in pieces, whatever its size, in pieces itself.

    What is no gzip, or is broken, or stands behind it, is yielded as it is.
    """
    source = iter(pieces)
    left = b""
    while True:
        while len(left) < len(_MAGIC) and (more := next(source, b"")):
            left += more
        if not left.startswith(_MAGIC):
            break
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            left = left or next(source, b"")
            if not left:
                return
            try:
                content = member.decompress(left, _PIECE)
            except zlib.error:
                yield left
                yield from source
                return
            yield content
            left = member.unused_data or member.unconsumed_tail  # the former at its end only
    yield left
    yield from source


def packed(content: bytes) -> bytes:
    """Return a gzip file of this content, without name and time."""
    pack = zlib.compressobj(wbits=_GZIP)
    return pack.compress(content) + pack.flush()
