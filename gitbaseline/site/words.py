"""The words that several pages share."""

from __future__ import annotations

from gitbaseline.compare.diff import Diff
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.names import epoch_from_utc
from gitbaseline.report.entry import value_cells
from gitbaseline.report.numbers import amount
from gitbaseline.site.signatures import Signed

_UNITS = ((365 * 86400, "year"), (86400, "day"), (3600, "hour"), (60, "minute"))


def age(at: str, now: int) -> str:
    """Return how long before ``now`` (Unix time) a UTC second was, in its largest whole unit.

    >>> age("2026-05-20T10:00:00Z", 1779271200 + 3 * 86400)
    '3 days'
    """
    seconds = max(0, now - epoch_from_utc(at))
    for size, unit in _UNITS:
        count = seconds // size
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "now"


def signer(signed: Signed | None) -> str:
    """Return who signed, or in words that nobody known did."""
    if signed is None:
        return "unknown"
    if signed.fault:
        return f"not good: {signed.fault}"
    return signed.principal or ""


def light(entry: Baseline) -> str:
    """Return the share of the ceiling in percent, or nothing."""
    return f"{entry.sol.pct:.1f}" if entry.sol else ""


def value(entry: Baseline) -> tuple[str, str]:
    """Return the headline's value and unit, or how many metrics there are."""
    said, unit, _ = value_cells(entry)
    return said, unit


def move(diff: Diff) -> str:
    """Return the move of the headline, else of what regressed first, in words."""
    row = next((row for row in diff.rows if row.headline), None)
    row = row or (diff.rows[0] if len(diff.rows) == 1 or diff.regressed else None)
    return row.move if row else ""


def number(found: float | None) -> str:
    """Return a number that may be unknown."""
    return "" if found is None else amount(found)
