"""The SSH wire form (RFC 4251, section 5), strict: one spelling of each value.

What it does not do: it knows no key and no signature, only lengths and numbers. The reader
is told which rule broken bytes break, so a refusal names it wherever it comes from.

- ``uint32`` is four bytes, ``string`` a ``uint32`` length and that many bytes.
- ``mpint`` is a positive number or zero with no leading zero byte but the one that keeps
  the sign bit clear; zero is the empty string. A negative number is refused.
- ``end`` refuses bytes that are left over.

>>> Reader(string(b"git"), rule="signature/blob").string()
b'git'
"""

from __future__ import annotations


class Refused(ValueError):  # noqa: N818 - reads as a sentence, as Unable does
    """The bytes break a rule. ``rule`` is its stable id, the text says what is wrong."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule


class Reader:
    """Reads values off the front of ``data``; raises Refused where one is not there."""

    __slots__ = ("_at", "_data", "_rule")

    def __init__(self, data: bytes, *, rule: str) -> None:
        self._data = data
        self._at = 0
        self._rule = rule

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        end = self._at + count
        if end > len(self._data):
            left = len(self._data) - self._at
            raise Refused(self._rule, f"offset {self._at}: expected {count} bytes, got {left}")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def uint32(self) -> int:
        """Return the next number of four bytes."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Return the next string."""
        return self.take(self.uint32())

    def mpint(self) -> int:
        """Return the next number of any length, zero or more."""
        start = self._at
        value = int.from_bytes(self.string(), "big")
        if mpint(value) != self._data[start : self._at]:
            raise Refused(self._rule, f"offset {start}: the number is negative or padded")
        return value

    def rest(self) -> bytes:
        """Return all that is left over."""
        return self.take(len(self._data) - self._at)

    def end(self) -> None:
        """Refuse what is left over."""
        at, left = self._at, len(self.rest())
        if left:
            raise Refused(self._rule, f"offset {at}: expected the end, got {left} bytes")


def uint32(value: int) -> bytes:
    """Return four bytes."""
    return value.to_bytes(4, "big")


def string(data: bytes) -> bytes:
    """Return length and bytes."""
    return uint32(len(data)) + data


def mpint(value: int) -> bytes:
    """Return the shortest form of a number that is zero or more."""
    # One bit more than the number has, for the sign; zero has no bytes at all.
    return string(value.to_bytes(value.bit_length() // 8 + 1 if value else 0, "big"))
