"""A JSON object of unknown age read without demands: what nobody understood stays.

``model.shape`` refuses an unknown key; this keeps it, so that an import loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.text import fault_in_line, fault_in_text, normal

T = TypeVar("T")


class Loose:
    """One object. ``take`` by any of several names; ``rest`` is what was not taken."""

    def __init__(self, value: JSON) -> None:
        self._left = dict(value) if isinstance(value, dict) else {}
        self._parts: dict[str, Loose] = {}

    def take(self, read: Callable[[JSON], T | None], *names: str) -> T | None:
        """Return what ``read`` makes of the first of these members, None where it makes nothing.

        A member that is null, or that was read, is not left; one that ``read`` cannot use is.
        """
        for name in names:
            value = self._left.get(name)
            found = None if value is None else read(value)
            if value is None or found is not None:
                self._left.pop(name, None)
            if found is not None:
                return found
        return None

    def part(self, name: str) -> Loose:
        """Return the object inside this one; an empty one where there is none."""
        part = Loose(self._left[name] if isinstance(self._left.get(name), dict) else {})
        if isinstance(self._left.get(name), dict):
            del self._left[name]
            self._parts[name] = part
        return part

    def see(self, read: Callable[[JSON], T | None], name: str) -> T | None:
        """Return what ``read`` makes of a member, which stays."""
        return read(self._left.get(name))

    def whole(self, readers: Mapping[str, Callable[[JSON], object | None]]) -> dict[str, object]:
        """Return what the readers make of their members, or nothing unless all of them are there.

        None of them is taken where one is missing.
        """
        found = {name: read(self._left.get(name)) for name, read in readers.items()}
        if None in found.values():
            return {}
        for name in readers:
            del self._left[name]
        return found

    def scalars(self) -> dict[str, Scalar]:
        """Return every member that is text, a number, true or false, and take it."""
        found = {name: scalar(value) for name, value in self._left.items()}
        self._left = {name: value for name, value in self._left.items() if found[name] is None}
        return {name: value for name, value in found.items() if value is not None}

    def lists(self) -> dict[str, JSON]:
        """Return every member that is a list of such, and take it."""
        found: dict[str, JSON] = {}
        for name, value in list(self._left.items()):
            items = [scalar(item) for item in value] if isinstance(value, list) else [None]
            if None not in items:
                found[name] = list(items)
                del self._left[name]
        return found

    def names(self) -> list[str]:
        """Return the names of the members that are left."""
        return list(self._left)

    def rest(self) -> dict[str, JSON]:
        """Return what is left, in text that may enter the registry."""
        inner = {name: left for name, part in self._parts.items() if (left := part.rest())}
        whole = normalized({**self._left, **inner})
        return whole if isinstance(whole, dict) else {}


def line(value: JSON) -> str | None:
    """Return text on one line, or None where it is none that may enter the registry."""
    text = normal(value.strip()) if isinstance(value, str) else ""
    return text if text and fault_in_line(text) is None else None


def text(value: JSON) -> str | None:
    """Return text of several lines, or None where it is none that may enter the registry."""
    found = normal(value.replace("\r\n", "\n").strip()) if isinstance(value, str) else ""
    return found if found and fault_in_text(found) is None else None


def number(value: JSON) -> float | None:
    """Return a number, or None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def numbers(value: JSON) -> list[float] | None:
    """Return a list of numbers, or None where it is none or holds anything else."""
    if not isinstance(value, list) or not value:
        return None
    found = [n for item in value if (n := number(item)) is not None]
    return found if len(found) == len(value) else None


def flag(value: JSON) -> bool | None:
    """Return true or false, or None."""
    return value if isinstance(value, bool) else None


def count(value: JSON) -> int | None:
    """Return a whole number from 0, or None."""
    return value if type(value) is int and value >= 0 else None


def scalar(value: JSON) -> Scalar:
    """Return text, a number, true or false that may enter the registry, or None."""
    if isinstance(value, str):
        return normal(value) if fault_in_text(normal(value)) is None else None
    return None if isinstance(value, list | dict) else value


def normalized(value: JSON) -> JSON:
    """Return a value with all of its text in Unicode normal form C."""
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, list):
        return [normalized(item) for item in value]
    if isinstance(value, dict):
        return {normal(key): normalized(item) for key, item in value.items()}
    return value
