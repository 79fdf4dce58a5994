"""The JSON documents in a text that may hold other lines too: banners, warnings, noise.

Rules:

- A document is an object or array that begins on a line of its own and ends at a line's end;
  every other line that is not blank is passed over.
- A line that merely looks like one (``[0] NCCL INFO``, ``[1,0]<stdout>:``) is passed over; a
  document that breaks off, or does not parse, is an error with its line.
- A key that occurs twice in one object is an error; to who reads another tool's known shape it is
  none, and the last counts, as every JSON reader has it: iperf3 and fio write such.
- Time is linear in the size of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_fault import locate
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, CodecError, begun, is_sound, parse, skim
from gitbaseline.model.text import normal, visible_line

_START = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[\[{"\]0-9-]|true|false|null|$))')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_LINE = re.compile(r"line ([0-9]+)")

_begun = lru_cache(maxsize=1)(begun)  # who finds the format and who reads ask alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One JSON document and the line it begins on."""

    line: int
    value: JSON


def documents(
    name: str, data: bytes, over: list[PassedOver], *, repeated: bool = False
) -> Iterator[Document]:
    """Yield every document, adding other lines to ``over``; InputError for a broken one.

    With ``repeated`` a key may occur twice in one object.
    """
    text = _decoded(name, data)
    at, line = 0, 1
    while at < len(text):
        end_of_line = _line_end(text, at)
        starts = _START.match(text, at, end_of_line)
        found = _read(name, text, at, line, repeated=repeated) if starts else None
        if found is None:
            _pass(name, line, text[at:end_of_line], over)
            at, line = end_of_line + 1, line + 1
            continue
        value, end = found
        yield Document(line=line, value=value)
        line += text.count("\n", at, end) + 1
        at = _line_end(text, end) + 1


def _decoded(name: str, data: bytes) -> str:
    for mark, kind in (
        (b"\xef\xbb\xbf", "UTF-8"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
    ):
        if data.startswith(mark):
            raise InputError(
                f"starts with a {kind} byte order mark; expected plain UTF-8",
                code="json/bom",
                where=f"{name}:1",
                hint="save the file as UTF-8 without a byte order mark",
            )
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"expected UTF-8, got byte {data[error.start]:#04x}",
            code="json/encoding",
            where=f"{name}:{line}",
        ) from None


def _read(name: str, text: str, at: int, line: int, *, repeated: bool) -> tuple[JSON, int] | None:
    """Return a document and where it ends, or None where the line only looks like one."""
    found = _begun(text, at)
    if found and not text[found[1] : _line_end(text, found[1])].strip():
        return found
    end = _span_end(name, text, at, line)
    if end is None:
        return None
    value = _skimmed(text[at:end]) if repeated else None
    return (_parsed(name, text[at:end], line) if value is None else value), end


def _span_end(name: str, text: str, at: int, line: int) -> int | None:
    """Return where the document ends, or None where the line only looks like one."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        word = token.group()
        depth += (word in "[{") - (word in "]}")
        if depth <= 0:
            rest = text[token.end() : _line_end(text, token.end())]
            if not rest.strip():
                return token.end()
            if text.find("\n", at, token.end()) < 0:
                return None
            line += text.count("\n", at, token.end())
            raise InputError(
                f"text after the end of a JSON document: {rest.strip()[:40]!r}",
                code="json/trailing",
                where=f"{name}:{line}",
            )
    raise InputError(
        "a JSON document that begins here never ends",
        code="json/truncated",
        where=f"{name}:{line}",
        hint="the file is cut off; give the whole output",
    )


def _parsed(name: str, text: str, line: int) -> JSON:
    try:
        return parse(text.encode())
    except CodecError as error:
        raise _fault(name, text, line, str(error)) from None


def _skimmed(text: str) -> JSON:
    """Return what the text holds where a key may occur twice, or None where it is no JSON."""
    try:
        value = skim(text.encode())
    except CodecError:
        return None
    return value if is_sound(value) else None


def _fault(name: str, text: str, line: int, said: str) -> InputError:
    match = _LINE.match(said)
    if match:
        line += int(match[1]) - 1
        said = said[match.end() :].lstrip(": ")
    elif place := locate(text):
        line += place[0] - 1
        said = f"{visible_line(place[1])}: {visible_line(said)}"
    return InputError(said, code="json/invalid", where=f"{name}:{line}")


def _pass(name: str, line: int, text: str, over: list[PassedOver]) -> None:
    if text.strip():
        over.append(passed(name, line, normal(visible_line(text.strip()))))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
