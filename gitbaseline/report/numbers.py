"""Numbers for reading: amounts, counts with their nouns, sizes, and which way is better."""

from __future__ import annotations

from gitbaseline.model.metric import Direction

BETTER = {
    Direction.HIGHER: "higher",
    Direction.LOWER: "lower",
    Direction.TWO_SIDED: "two-sided",
    Direction.UNKNOWN: "?",
}


def amount(value: float) -> str:
    """Return a number for reading: six significant digits, no exponent where it can be helped.

    >>> amount(480), amount(0.123456789), amount(1234567.8)
    ('480', '0.123457', '1234568')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e5 and abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value:.6g}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "statement"), counted(2, "entry"), counted(2, "key")
    ('1 statement', '2 entries', '2 keys')
    """
    if count == 1:
        return f"{count} {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("ry") else f"{count} {noun}s"


def size(count: int) -> str:
    """Return a number of bytes in decimal units.

    >>> size(999), size(12345)
    ('999 B', '12.3 kB')
    """
    number, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{number:.3g} {unit}" if unit != "B" else f"{count} B"
