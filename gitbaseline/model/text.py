"""Which characters may enter the registry, and how a table cell is spelled.

The ranges are written out, not asked of ``unicodedata``: a commit must be judged the same by
every Python version, and each brings a newer Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial

from gitbaseline.pattern import pattern

_C0_C1 = "\x00-\x1f\x7f-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FORMAT = (  # general category Cf as of Unicode 15.1, beyond the above
    "\xad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f"
    "\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_NOT_IN_LINE = pattern(f"[{_C0_C1}{_BIDI}\u2028\u2029\ud800-\udfff]")
_NOT_IN_TEXT = pattern(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")
_FORMATTING = pattern(f"[\x80-\x9f{_BIDI}{_FORMAT}]")
_CONTROL_OR_MARKUP = {
    code: f"&#{code};"
    for code in range(128)
    if not (chr(code).isalnum() or chr(code) in " ._:/%+-")
}
_CELL_LENGTH = 60
_SHORT = 64


def fault_in_line(text: str) -> str | None:
    """Say why ``text`` may not stand on one line of the registry, or None.

    >>> fault_in_line("a\\tb")
    'control character U+0009'
    """
    # Ten thousand metrics have a handful of units between them; long texts are not kept.
    return _known_in_line(text) if len(text) <= _SHORT else _fault(_NOT_IN_LINE, text)


def fault_in_text(text: str) -> str | None:
    """Say why ``text`` may not enter the registry, or None; line feed and tab may."""
    return _known_in_text(text) if len(text) <= _SHORT else _fault(_NOT_IN_TEXT, text)


def normal(text: str) -> str:
    """Return ``text`` in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def escaped(text: str) -> str:
    r"""Return ``text`` as Markdown that no content can break out of.

    Runs of white space become one space; ASCII outside ``[A-Za-z0-9 ._:/%+-]`` and control or
    format characters become ``&#N;``.

    >>> escaped("a | <b>\n c")
    'a &#124; &#60;b&#62; c'
    """
    # The entries of a measurement say mostly the same.
    return _known_escaped(text) if len(text) <= _SHORT else _escaped(text)


def cell(text: str) -> str:
    """Return the first 60 code points of ``text``, escaped, as one cell of an index."""
    return escaped(" ".join(text.split())[:_CELL_LENGTH])


def visible(text: str) -> str:
    r"""Return ``text`` safe to print on a terminal: control and bidi characters escaped.

    >>> visible("\x1b[31mred")
    '\\x1b[31mred'
    """
    if text.isascii() and text.replace("\n", "").isprintable():  # what nearly all output is
        return text
    return _NOT_IN_TEXT.sub(_escape, text)


def visible_line(text: str) -> str:
    """Return ``text`` safe to print on one line."""
    return _NOT_IN_LINE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _escaped(text: str) -> str:
    shown = " ".join(text.split()).translate(_CONTROL_OR_MARKUP)
    if shown.isascii():
        return shown
    return _FORMATTING.sub(lambda match: f"&#{ord(match.group())};", shown)


def _fault(forbidden: re.Pattern[str], text: str) -> str | None:
    if text.isascii() and text.isprintable():  # nothing to look for in what nearly all texts are
        return None
    match = forbidden.search(text)
    if match:
        code = ord(match.group())
        kind = "surrogate" if 0xD800 <= code <= 0xDFFF else "control"
        if kind == "control" and code > 0x9F:
            kind = "bidirectional or line-separating"
        return f"{kind} character U+{code:04X}"
    if not unicodedata.is_normalized("NFC", text):
        return "text not in Unicode normal form C"
    return None


_known_escaped = lru_cache(maxsize=1024)(_escaped)
_known_in_line = lru_cache(maxsize=1024)(partial(_fault, _NOT_IN_LINE))
_known_in_text = lru_cache(maxsize=1024)(partial(_fault, _NOT_IN_TEXT))
