"""A source as readers take it: a gzip file is its content, UTF-16 is UTF-8, without a mark.

pyperf and others write ``.json.gz`` themselves. What is not whole stays packed, and so does what
would make the source larger than ``_MOST`` bytes: a reader may take it piece by piece. What is
stored is the file as it was given.
"""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.formats.base import Source, SourceFile
from gitbaseline.gzip_pieces import is_packed, unpacked
from gitbaseline.wide import narrow

_MARK = b"\xef\xbb\xbf"
_MOST = 1 << 26


def opened(source: Source) -> Source:
    """Return the source with its files opened. Never raises."""
    files: list[SourceFile] = []
    room = _MOST
    for file in source.files:
        data = _content(file.data, room) if is_packed(file.data) else file.data
        room -= len(data) if data is not file.data else 0
        data = narrow(data).removeprefix(_MARK)
        files.append(file if data is file.data else replace(file, data=data))
    return source if tuple(files) == source.files else replace(source, files=tuple(files))


def _content(data: bytes, room: int) -> bytes:
    """Return what is packed, or the data itself where it is not whole or needs more room."""
    pieces: list[bytes] = []
    try:
        for piece in unpacked((data,), ValueError):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                return data
    except ValueError:
        return data
    return b"".join(pieces)
