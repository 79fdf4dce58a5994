"""One value of another tool's JSON with the place where it stands, and strict ways to take it.

``json_values`` is for what may be missing; this is for what a format promises. Each fault is an
InputError that names file, line of the document, path, what was expected and what was got.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gitbaseline.errors import InputError
from gitbaseline.formats.documents import Document
from gitbaseline.model.codec import JSON
from gitbaseline.model.shape import kind_of
from gitbaseline.model.text import visible_line


class Part:
    """A JSON value; what is absent is a part whose value is None.

    A reader makes some for each of ten thousand metrics: a plain class, and the path is spelled
    only for a fault.
    """

    __slots__ = ("_above", "_key", "file", "line", "value")

    def __init__(
        self, value: JSON, file: str, line: int, above: Part | None = None, key: str = ""
    ) -> None:
        self.value = value
        self.file = file
        self.line = line
        self._above = above
        self._key = key

    @property
    def path(self) -> str:
        """The keys on the way here, between dots; of a whole document nothing."""
        before = "" if self._above is None else self._above.path
        return f"{before}.{self._key}" if before else self._key

    @property
    def where(self) -> str:
        """The place, ``file:line``."""
        return f"{self.file}:{self.line}"

    def __bool__(self) -> bool:
        """Whether there is anything: neither absent, null, false, zero nor empty."""
        return bool(self.value)

    def part(self, *keys: str) -> Part:
        """Return the member at the end of these keys; only an object or nothing has members."""
        found = self
        for key in keys:
            members = found._object() if found.value is not None else {}
            found = Part(members.get(key), found.file, found.line, found, key)
        return found

    def members(self) -> Iterator[tuple[str, Part]]:
        """Yield the members of an object by key."""
        for key, value in self._object().items():
            yield key, Part(value, self.file, self.line, self, key)

    def parts(self) -> list[Part]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.fault("a list")
        file, line = self.file, self.line
        return [Part(value, file, line, self, str(index)) for index, value in enumerate(self.value)]

    def item(self, index: int) -> Part:
        """Return an item of a list; beyond its end nothing is there."""
        if not isinstance(self.value, list):
            raise self.fault("a list")
        value = self.value[index] if index < len(self.value) else None
        return Part(value, self.file, self.line, self, str(index))

    def number(self) -> float:
        """Return a finite number."""
        found = self.maybe_number()
        if found is None:
            raise self.fault("a number")
        return found

    def maybe_number(self) -> float | None:
        """Return a finite number, or None where there is none (null, absent, text)."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        try:
            found = float(self.value)
        except OverflowError:
            return None
        return found if math.isfinite(found) else None

    def numbers(self) -> list[float]:
        """Return a list of finite numbers."""
        found = self.maybe_numbers()
        return [item.number() for item in self.parts()] if found is None else found

    def maybe_numbers(self) -> list[float] | None:
        """Return a list of finite numbers, or None where something else is in the list."""
        value: Any = self.value
        if isinstance(value, list) and {*map(type, value)} == {float}:
            return [*value] if all(map(math.isfinite, value)) else None
        found = [item.maybe_number() for item in self.parts()]
        numbers = [number for number in found if number is not None]
        return numbers if len(numbers) == len(found) else None

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault("text")
        return self.value

    def maybe_text(self) -> str | None:
        """Return the text, or None where there is none."""
        return self.value if isinstance(self.value, str) and self.value.strip() else None

    def fault(self, expected: str) -> InputError:
        """Return the error for a value that is not what the format promises."""
        got = "nothing" if self.value is None else kind_of(self.value)
        return InputError(
            f"{visible_line(self.path) or 'the document'}: expected {expected}, got {got}",
            code="format/shape",
            where=self.where,
            hint="the file was edited, cut or written by a version with another shape",
        )

    def _object(self) -> dict[str, JSON]:
        if not isinstance(self.value, dict):
            raise self.fault("an object")
        return self.value


def whole(file: str, document: Document) -> Part:
    """Return a document as a part."""
    return Part(value=document.value, file=file, line=document.line)
