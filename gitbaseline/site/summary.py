"""What the site's common pages need of one measurement, as plain JSON that a later build takes up.

The overview, the feed and ``index.json`` are made of these alone, so that a build after one new
entry reads the newest part of one measurement, not all.
"""

from __future__ import annotations

from gitbaseline.model.codec import JSON
from gitbaseline.registry.reader import Entry
from gitbaseline.report import document
from gitbaseline.site import links, sparkline, words
from gitbaseline.site.series import Series
from gitbaseline.site.signatures import Signatures, Signed

_NOTES = 120


def summary(series: Series, signed: Signatures) -> dict[str, JSON]:
    """Return the measurement's row of the overview."""
    latest = series.latest
    b = latest.baseline
    value, unit = words.value(b)
    return {
        "family": series.family,
        "measurement": series.measurement,
        "page": links.series_page(series.family, series.measurement),
        "badge": links.badge(series.family, series.measurement),
        "path": str(latest.path),
        "status": latest.status,
        "value": value,
        "unit": unit,
        "spark": str(sparkline.draw(_values(series))),
        "verdict": str(series.diff.verdict) if series.diff else None,
        "reasons": "; ".join(series.diff.reasons) if series.diff else "",
        "against": links.cite(series.held.path) if series.held else None,
        "move": words.move(series.diff) if series.diff else "",
        "tier": str(b.tier),
        "light": words.light(b),
        "at": b.original_utc,
        "imported": b.imported is not None,
        "signer": words.signer(signed.of(latest.path)),
        "count": series.count,
        "continues": any(entry.baseline.continues for entry in series.recent),
        "latest": row(latest, signed.of(latest.path)),
    }


def row(entry: Entry, signed: Signed | None) -> dict[str, JSON]:
    """Return an entry's row in the lists for programs, and in the feed."""
    b = entry.baseline
    told: dict[str, JSON] = document.summary(entry.path, b, entry.status)  # type: ignore[assignment]
    return {
        **told,
        "notes": (b.notes or "")[:_NOTES] or None,
        "signer": signed.principal if signed else None,
        "signature": _state(signed),
        "commit": signed.commit if signed else None,
        "judged": b.judged.verdict if b.judged else None,
        "sol_pct": b.sol.pct if b.sol else None,
        "page": links.entry_page(entry.path),
    }


def _state(signed: Signed | None) -> str:
    if signed is None:
        return "unknown"
    return "bad" if signed.fault else "good"


def _values(series: Series) -> list[float]:
    """Return the values that stand in one line with the newest, oldest first."""
    told = series.lines[0].told
    return [
        told[e.path].value for e in series.recent if e.path in told and e.path in series.comparable
    ]
