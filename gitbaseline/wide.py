"""Text in UTF-16 with its byte order mark, as PowerShell's ``>`` writes it: its UTF-8, and back.

What is not spelled so throughout stays as it is. Back again, the same text gives the same bytes.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_MARKS = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_MARK = 2  # bytes


def narrow(data: bytes) -> bytes:
    """Return the text in UTF-8 without its mark, or ``data`` itself where it is no UTF-16."""
    encoding = _MARKS.get(data[:_MARK])
    if encoding is None:
        return data
    try:
        return data[_MARK:].decode(encoding).encode()
    except UnicodeError:
        return data


def widened(text: bytes, like: bytes) -> bytes:
    """Return UTF-8 as UTF-16 in the byte order of ``like``, its mark in front."""
    mark = like[:_MARK]
    return mark + text.decode(errors="replace").encode(_MARKS[mark])
