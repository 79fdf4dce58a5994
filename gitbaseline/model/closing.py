"""A statement that an entry closes a lever: its gate was met, or the idea is refuted.

The format of ``baseline.json`` has one open place, ``extra``; the statement stands there under
``closes_lever`` and is signed with the entry whose measurement decided it (decision 4).

>>> from_extra({"other": 1}) is None
True
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import EntryPath, entry_named
from gitbaseline.model.shape import Fields, ShapeError

KEY = "closes_lever"


class Outcome(StrEnum):
    """What became of a lever that was tried."""

    MET = "met"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """``entry`` is the one that named the lever; ``why`` is mandatory where it is refuted."""

    entry: EntryPath
    outcome: Outcome
    why: str | None = None


def to_extra(closing: Closing) -> dict[str, JSON]:
    """Return the field of ``extra`` that says it."""
    return {KEY: {"entry": str(closing.entry), "outcome": str(closing.outcome), "why": closing.why}}


def from_extra(extra: Mapping[str, JSON]) -> Closing | None:
    """Return what an entry closes, None where it says nothing; ShapeError where it is misspelt."""
    if KEY not in extra:
        return None
    f = Fields(extra[KEY], f"extra.{KEY}")
    path = entry_named(f.line("entry"))
    if path is None:
        raise ShapeError(f"{f.path('entry')}: expected <family>/<measurement>/<time>")
    closing = Closing(
        entry=path,
        outcome=f.choice("outcome", Outcome),
        why=f.maybe("why", f.text),
    )
    f.close()
    if closing.outcome is Outcome.REFUTED and closing.why is None:
        raise ShapeError(f"{f.path('why')}: expected the reason, got null")
    return closing
