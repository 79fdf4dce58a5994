"""Strict reading of one JSON object: every key is asked for by name, and none is left over.

Errors carry the path: ``metrics["busbw"].value: expected a number, got text``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.text import fault_in_line, fault_in_text

Choice = TypeVar("Choice", bound=StrEnum)
Part = TypeVar("Part")

_KINDS = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "text"}


class ShapeError(ValueError):
    """A document does not have the shape that the registry gives it; the text says where."""


def kind_of(value: object) -> str:
    """Return the JSON kind of a value, as a person would name it."""
    if isinstance(value, Mapping):
        return "an object"
    return _KINDS.get(type(value), "a list")


class Fields:
    """One object being read. Call ``close`` at the end: it refuses keys nobody asked for."""

    def __init__(self, value: JSON, where: str) -> None:
        if not isinstance(value, dict):
            raise ShapeError(f"{where or 'document'}: expected an object, got {kind_of(value)}")
        self._left = dict(value)
        self._where = where

    def close(self) -> None:
        """Refuse what was not read."""
        if self._left:
            raise ShapeError(f"{self.path(min(self._left))}: unknown key")

    def path(self, key: str) -> str:
        """Return where ``key`` stands in the whole document."""
        return f"{self._where}.{key}" if self._where else key

    def fault(self, key: str, expected: str, got: object) -> ShapeError:
        """Return the error for a key whose value is not what it must be."""
        return ShapeError(f"{self.path(key)}: expected {expected}, got {got}")

    def take(self, key: str) -> JSON:
        """Return the value of a key that must be present."""
        if key not in self._left:
            raise ShapeError(f"{self.path(key)}: missing")
        return self._left.pop(key)

    def has(self, key: str) -> bool:
        """Whether the key is still there to be read."""
        return key in self._left

    def text(self, key: str) -> str:
        """Return text that may hold line feeds and tabs."""
        value = self.take(key)
        if not isinstance(value, str):
            raise self.fault(key, "text", kind_of(value))
        fault = fault_in_text(value)
        if fault:
            raise ShapeError(f"{self.path(key)}: {fault}")
        return value

    def line(self, key: str) -> str:
        """Return text on one line, not empty."""
        value = self._left.get(key)
        if isinstance(value, str) and value and fault_in_line(value) is None:
            del self._left[key]
            return value
        value = self.text(key)
        raise self.fault(key, "one line of text", fault_in_line(value) if value else "none")

    def matching(self, key: str, expected: str, test: Callable[[str], bool]) -> str:
        """Return text for which ``test`` holds; ``expected`` says what that is."""
        value = self.line(key)
        if not test(value):
            raise self.fault(key, expected, repr(value[:80]))
        return value

    def number(self, key: str) -> float:
        """Return a finite number, kept as int where it was written as one."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(key, "a number", kind_of(value))
        return value

    def count(self, key: str, least: int = 0) -> int:
        """Return a whole number from ``least`` up."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            got = value if type(value) in (int, float) else kind_of(value)
            raise self.fault(key, f"a whole number from {least}", got)
        return value

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """Return one of an enumeration's values."""
        value = self.take(key)
        try:
            return kind(value)  # type: ignore[arg-type]
        except ValueError:
            raise self.fault(key, " or ".join(kind), repr(value)[:80]) from None

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.fault(key, "true or false", kind_of(value))
        return value

    def maybe(self, key: str, read: Callable[[str], Part]) -> Part | None:
        """Return None where the key holds null, else what ``read`` makes of it."""
        if self._left.get(key, key) is None:
            del self._left[key]
            return None
        return read(key)

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a list of single lines, sorted and without repeats."""
        value = self.take(key)
        if not isinstance(value, list):
            raise self.fault(key, "a list", kind_of(value))
        items = [i for i in value if isinstance(i, str) and i and not fault_in_line(i)]
        if len(items) != len(value) or sorted(set(items)) != items:
            raise self.fault(key, "single lines of text, sorted, each once", "something else")
        return tuple(items)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        value = self.take(key)
        if not isinstance(value, list):
            raise self.fault(key, "a list", kind_of(value))
        for item in value:
            if isinstance(item, bool) or not isinstance(item, int | float):
                raise self.fault(key, "numbers only", kind_of(item))
        return tuple(value)  # type: ignore[arg-type]

    def part(self, key: str) -> Fields:
        """Return an object inside this one, to be read in turn."""
        return Fields(self.take(key), self.path(key))

    def table(self, key: str, read: Callable[[JSON, str], Part]) -> dict[str, Part]:
        """Return an object whose keys are the user's own; ``read`` gets each value and its path."""
        return table(self.take(key), self.path(key), read)


def table(value: JSON, where: str, read: Callable[[JSON, str], Part]) -> dict[str, Part]:
    """Return what ``read`` makes of each value of an object whose keys are the user's own."""
    if not isinstance(value, dict):
        raise ShapeError(f"{where}: expected an object, got {kind_of(value)}")
    if "" in value or fault_in_line(" ".join(value)):  # of all at once: there may be thousands
        for name in value:
            fault = fault_in_line(name) if name else "empty"
            if fault:
                raise ShapeError(f"{where}: key {name!r}: {fault}")
    return {name: read(item, f"{where}[{name!r}]") for name, item in value.items()}


def scalar(value: JSON, where: str) -> Scalar:
    """Return a single value: text, a number, true, false or null."""
    if isinstance(value, list | dict):
        raise ShapeError(f"{where}: expected a single value, got {kind_of(value)}")
    if isinstance(value, str):
        fault = fault_in_text(value)
        if fault:
            raise ShapeError(f"{where}: {fault}")
    return value
