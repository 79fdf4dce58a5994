"""A document small enough for a client: hosts cut or refuse what is longer, and say it badly.

Only a list of rows is shortened, never a field; what is left out is told in words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LIMIT = 40_000  # characters: about 13,000 tokens; hosts begin to cut between 25,000 and 50,000

# Where the rows of a document stand, and what brings the rest.
_ROWS = {
    "diff": (("deltas",), 'the largest moves come first; metric=["KEY"] chooses'),
    "record": (("baseline", "metrics"), "perf_baseline_show has them"),
    "show": (("baseline", "metrics"), 'metric=["KEY"] chooses'),
    "list": (("entries",), "max_count and skip choose"),
    "search": (("entries",), "max_count and skip choose"),
    "verify": (("violations",), "git baseline verify"),
}


def fitted(
    verb: str, document: Mapping[str, Any], limit: int = LIMIT
) -> tuple[dict[str, Any], str]:
    """Return the document, shortened if need be, and what was left out in words or ``""``."""
    places, more = _ROWS[verb]
    rows = document
    for place in places:
        rows = rows[place]
    kept = len(rows)
    shown = dict(document)
    while kept > 1 and len(spelled(shown)) > limit:
        kept //= 2
        shown = _with(document, places, _first(rows, kept))
    if kept == len(rows):
        return shown, ""
    if verb in ("list", "search"):
        shown["more"] = True
    return shown, f"{kept} of {len(rows)} {places[-1]} shown: {more}"


def spelled(document: Mapping[str, Any]) -> str:
    """Return the document as one line of JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _first(rows: Any, kept: int) -> Any:  # noqa: ANN401 - a list, or metrics by key
    if isinstance(rows, list):
        return rows[:kept]
    ordered = sorted(rows, key=lambda key: not rows[key]["headline"])
    return {key: rows[key] for key in ordered[:kept]}


def _with(document: Mapping[str, Any], places: tuple[str, ...], rows: Any) -> dict[str, Any]:  # noqa: ANN401
    first, *rest = places
    return {**document, first: _with(document[first], tuple(rest), rows) if rest else rows}
