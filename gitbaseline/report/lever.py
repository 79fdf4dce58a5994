"""The last line of every output that carries a measured result."""

from __future__ import annotations

from gitbaseline.model.baseline import Lever

_NONE = "none named; --next-lever names one, --sol shows the distance to the ceiling"


def lever_line(lever: Lever | None) -> str:
    """Return ``NEXT LEVER: ...``: what to try, what it should give, what would show that it did.

    Where none is known, what would be needed to name one.
    """
    return f"NEXT LEVER: {words(lever) if lever else _NONE}"


def words(lever: Lever) -> str:
    """Return a lever on one line: its name, then what was said of it."""
    parts = [lever.lever]
    for name, value in (("unlock", lever.expected_unlock), ("gate", lever.gate)):
        if value:
            parts.append(f"{name}: {value}")
    return "; ".join(parts)
