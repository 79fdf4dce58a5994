"""What is in a gzip file, in pieces, with memory for one of them.

Rules:

- Members that stand one behind another are one content, as every program unpacks them.
- All that a program could unpack comes out: of a file that breaks off or is damaged, what stands
  before the fault, however near.
- What is not packed comes as it is: another file, what is behind the last member, what is behind a
  fault. A reader that wants a whole file refuses instead; zeros behind the end are padding.

Source: RFC 1952; ``zlib`` does the members.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from itertools import chain

_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 1 << 20  # bytes that are unpacked at a time
_SLICE = 1 << 16  # bytes that are given to zlib at a time
_SILENT = 1 << 18  # bytes without content after which it is no gzip file

Refuse = Callable[[str], Exception]


class _FaultyError(Exception):
    """A member cannot be read on: why, and the bytes that were not unpacked."""

    def __init__(self, why: str, rest: bytes) -> None:
        super().__init__(why)
        self.rest = rest


def is_packed(data: bytes) -> bool:
    """Whether this begins as a gzip file does."""
    return data.startswith(_MAGIC)


def unpacked(pieces: Iterable[bytes], refuse: Refuse | None = None) -> Iterator[bytes]:
    """Yield the content of a file that comes in pieces of any size.

    With ``refuse`` a packed file has to be whole: what it returns for a fault in words is raised.
    """
    source = _slices(pieces)
    rest, packed = b"", False
    try:
        while is_packed(rest := _at_least(len(_MAGIC), rest, source)):
            rest = yield from _member(rest, source)
            packed = True
    except _FaultyError as fault:
        if refuse:
            raise refuse(str(fault)) from None
        rest = fault.rest
    if refuse and packed:
        if any(piece.strip(b"\0") for piece in chain((rest,), source)):
            raise refuse("is a gzip file with something else behind it")
        return
    yield from filter(None, chain((rest,), source))


def _slices(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for at in range(0, len(piece), _SLICE):
            yield piece[at : at + _SLICE]


def _at_least(size: int, held: bytes, source: Iterator[bytes]) -> bytes:
    while len(held) < size and (more := next(source, b"")):
        held += more
    return held


def _member(held: bytes, source: Iterator[bytes]) -> Generator[bytes, None, bytes]:
    """Yield what is in one member; return the bytes behind it that were read already."""
    member = zlib.decompressobj(_GZIP)
    silent: bytes | None = b""  # what came before any content, until there is some
    while not member.eof:
        held = held or next(source, b"")
        if not held:
            raise _FaultyError("is a gzip file that breaks off", silent or b"")
        before = member.copy()
        try:
            content = member.decompress(held, _PIECE)
        except zlib.error:
            content = _until_fault(before.decompress, held)
            yield from filter(None, (content,))
            rest = held if silent is None or content else silent + held
            raise _FaultyError("is no whole gzip file", rest) from None
        if content:
            silent = None
            yield content
        elif silent is not None:
            silent += held
            if len(silent) > _SILENT:
                raise _FaultyError("is no whole gzip file", silent)
        held = member.unused_data or member.unconsumed_tail  # the former at its end only
    return held


def _until_fault(decompress: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return what comes of the data, byte by byte, before zlib refuses it."""
    out: list[bytes] = []
    with suppress(zlib.error):  # what came before stays in the list
        out.extend(decompress(data[at : at + 1]) for at in range(len(data)))
    return b"".join(out)
