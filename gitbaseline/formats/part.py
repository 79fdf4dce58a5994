"""One value of another tool's JSON with the place where it stands, and strict ways to take it.

``json_values`` is for what may be missing; this is for what a format promises. Each fault is an
InputError that names file, line of the document, path, what was expected and what was got.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.formats.documents import Document
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.shape import kind_of
from gitbaseline.model.text import visible_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A JSON value; what is absent is a part whose value is None."""

    value: JSON
    file: str
    line: int
    path: str = ""

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
            found = found._inner(key, members.get(key))
        return found

    def members(self) -> Iterator[tuple[str, Part]]:
        """Yield the members of an object by key."""
        for key, value in self._object().items():
            yield key, self._inner(key, value)

    def parts(self) -> list[Part]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.fault("a list")
        return [self._inner(str(index), value) for index, value in enumerate(self.value)]

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
        return [item.number() for item in self.parts()]

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

    def _inner(self, key: str, value: JSON) -> Part:
        path = f"{self.path}.{key}" if self.path else key
        return Part(value=value, file=self.file, line=self.line, path=path)


def whole(file: str, document: Document) -> Part:
    """Return a document as a part."""
    return Part(value=document.value, file=file, line=document.line)
