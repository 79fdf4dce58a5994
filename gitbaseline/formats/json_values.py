"""Other tools' JSON, read leniently: what is not of the kind asked for is empty or absent.

Rules:

- A number is a finite one that a 64-bit float holds exactly enough: integers beyond 2**53-1,
  booleans and text (``"nan"``, ``"N/A"``) are none.
- A text or number that becomes part of a Reading is one line, NFC, short, without ``-0.0``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.documents import Document, documents
from gitbaseline.formats.lines import lines, plain
from gitbaseline.model.codec import JSON, MAX_INTEGER, Scalar
from gitbaseline.model.text import normal, visible_line

_LONGEST = 200  # characters of a text that goes into a context or a key
_BARE = re.compile(rb'"(?:[^"\\\n]|\\.)*+"?|-?\bInfinity\b|\bNaN\b')
_BEGINS = re.compile(rb"^[ \t]*(?:\{|\[[ \t]*(?:\{|\r?$))", re.MULTILINE)


def table(value: JSON) -> Mapping[str, JSON]:
    """Return an object's members; of anything else none."""
    return value if isinstance(value, dict) else {}


def items(value: JSON) -> Sequence[JSON]:
    """Return a list's items; of anything else none."""
    return value if isinstance(value, list) else ()


def number(value: JSON) -> float | None:
    """Return the number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) + 0.0 if isinstance(value, float) or abs(value) <= MAX_INTEGER else None


def text(value: JSON) -> str | None:
    """Return the text on one line, or None where there is none."""
    return (one_line(value) or None) if isinstance(value, str) else None


def scalar(value: JSON) -> Scalar:
    """Return the text, boolean or number that a context may hold, or None."""
    if isinstance(value, bool):
        return value
    found = number(value)
    return text(value) if found is None else found if isinstance(value, float) else int(found)


def one_line(value: str) -> str:
    """Return text of a file as it may stand in a Reading."""
    return normal(visible_line(value.strip()))[:_LONGEST]  # what is escaped may compose anew


def logged(name: str, data: bytes, over: list[PassedOver]) -> Iterator[Document]:
    """Yield the JSON documents of a log, also where a launcher labelled every line.

    Terminal colours go; bare ``NaN`` and ``Infinity`` become text; a key may occur twice. Of
    several labelled ranks the one that begins a document is read, the lines of the others are
    passed over.
    """
    data = plain(data)
    if not _BEGINS.search(data):
        data = _unlabelled(name, data, over)
    return documents(name, _quoted(data), over, repeated=True)


def _quoted(data: bytes) -> bytes:
    if b"NaN" not in data and b"Infinity" not in data:
        return data
    return _BARE.sub(
        lambda match: match[0] if match[0].startswith(b'"') else b'"%b"' % match[0], data
    )


def _unlabelled(name: str, data: bytes, over: list[PassedOver]) -> bytes:
    log = list(lines(data))
    labels = [line.label for line in log if line.text.startswith("{")]
    kept = []
    for line in log:
        mine = line.label in (None, *labels[:1])
        kept.append(line.text if mine else "")
        if not mine and line.text:
            over.append(passed(name, line.number, line.text))
    return "\n".join(kept).encode()
