"""One grammar for a number in text, stricter than float(): no ``1_000``, ``nan``, ``inf``."""

from __future__ import annotations

import math

from gitbaseline.pattern import pattern

_GROUPED = pattern(r"([+-]?[0-9]{1,3}(?:,[0-9]{3}){1,130})((?:\.[0-9]{1,400})?)")
_DECIMAL = pattern(r"[+-]?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")


def decimal(text: str) -> float | None:
    """Return the finite number that ``text`` spells in plain decimal, or None.

    >>> decimal("1.5e3"), decimal("1_000"), decimal("nan"), decimal(".5"), decimal("1e999")
    (1500.0, None, None, None, None)
    >>> decimal("0.0"), decimal("1e-999")
    (0.0, None)
    """
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    lost = value == 0 and any(digit in "123456789" for digit in text.lower().partition("e")[0])
    return None if lost or not math.isfinite(value) else value


def out_of_range(text: str) -> bool:
    """Whether ``text`` spells a number in plain decimal that no 64-bit float holds.

    >>> out_of_range("1e999"), out_of_range("1e-999"), out_of_range("0e-999"), out_of_range("nan")
    (True, True, False, False)
    """
    return _DECIMAL.fullmatch(text) is not None and decimal(text) is None


def grouped(text: str) -> float | None:
    """Return the number that ``text`` spells in plain decimal or with commas between thousands.

    For tables whose printer is known to write a point before decimals; elsewhere 1,234 may be
    another number.

    >>> grouped("1,234,567.5"), grouped("12"), grouped("1,23"), grouped("12,3456")
    (1234567.5, 12.0, None, None)
    """
    match = _GROUPED.fullmatch(text)
    return decimal(match[1].replace(",", "") + match[2] if match else text)
