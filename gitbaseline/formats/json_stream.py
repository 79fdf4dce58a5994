"""One large JSON object read piece by piece: members as they come, a long list item by item.

Only what is being looked at is in memory, so a trace of gigabytes costs what one event costs. Time
is linear: a value that does not fit what was read so far is tried again on twice as much.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.gzip_pieces import unpacked
from gitbaseline.model.codec import JSON

_PIECE = 1 << 18  # bytes
_LARGEST = 1 << 26  # characters of one value
_MOST = 1 << 32  # bytes that a compressed file may become
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_constant=str)


def pieces(name: str, data: bytes) -> Iterator[bytes]:
    """Yield the content of a file in pieces, unpacked where it is gzip."""
    total = 0
    for piece in unpacked((data,), lambda why: _fault(name, 1, why)):
        total += len(piece)
        if total > _MOST:
            raise _fault(name, 1, f"unpacks to more than {_MOST} bytes")
        yield piece


class Stream:
    """A cursor in a JSON text; ``line`` is where it stands, from 1."""

    def __init__(self, name: str, data: bytes) -> None:
        self.line = 1
        self._name = name
        self._pieces = pieces(name, data)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._text = ""
        self._at = 0
        self._ended = False

    def members(self, stream: str) -> Iterator[tuple[str, JSON]]:
        """Yield the members of the object; of the list named ``stream`` each item by itself.

        A text that is a list is taken for that list.
        """
        if self._peek() == "[":
            yield from ((stream, item) for item in self._items())
        else:
            yield from self._object(stream)
        if found := self._next():
            what = f"text after the end of the JSON document: {found!a}"
            raise _fault(self._name, self.line, what)

    def _object(self, stream: str) -> Iterator[tuple[str, JSON]]:
        self._expect("{")
        while self._peek() != "}":
            key = str(self._value())
            self._expect(":")
            if key == stream and self._peek() == "[":
                yield from ((stream, item) for item in self._items())
            else:
                yield key, self._value()
            self._separate("}")
        self._expect("}")

    def _items(self) -> Iterator[JSON]:
        self._expect("[")
        while self._peek() != "]":
            yield self._value()
            self._separate("]")
        self._expect("]")

    def _separate(self, closing: str) -> None:
        if self._peek() != closing:
            self._expect(",")

    def _peek(self) -> str:
        found = self._next()
        if not found:
            raise _fault(self._name, self.line, "the JSON text breaks off")
        return found

    def _next(self) -> str:
        """Return the next character that is not blank, nothing at the end of the text."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            end = blank.end() if blank else self._at
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            if end < len(self._text):
                return self._text[end]
            if self._ended:
                return ""
            self._fill(_PIECE)

    def _expect(self, character: str) -> None:
        found = self._peek()
        if found != character:
            raise _fault(self._name, self.line, f"expected {character!a}, got {found!a}")
        self._at += 1

    def _value(self) -> JSON:
        self._peek()
        while True:
            try:
                value: JSON
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise _fault(self._name, self.line, "is nested too deep") from None
            except ValueError as error:
                fault = str(error).partition(":")[0]
            else:
                if end < len(self._text) or self._ended:
                    self.line += self._text.count("\n", self._at, end)
                    self._at = end
                    return value
                fault = ""
            left = len(self._text) - self._at
            if self._ended or left > _LARGEST:
                raise _fault(self._name, self.line, fault or "a value is too long")
            self._fill(max(left, _PIECE))

    def _fill(self, least: int) -> None:
        """Read at least so many bytes more, dropping what lies behind the cursor."""
        parts, size = [self._text[self._at :]], 0
        while size < least and not self._ended:
            piece = next(self._pieces, None)
            self._ended = piece is None
            parts.append(self._decode(piece or b"", self._ended))
            size += len(piece or b"")
        self._text, self._at = "".join(parts), 0


def _fault(name: str, line: int, what: str) -> InputError:
    return InputError(
        what,
        code="json/stream",
        where=f"{name}:{line}",
        hint="the file is cut off or damaged; give the whole output",
    )
