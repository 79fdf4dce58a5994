"""What a store of another kind holds, listed without reading it all, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from gitbaseline.errors import GitBaselineError
from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid

if TYPE_CHECKING:  # a listing is had before anything is composed
    from gitbaseline.registry.imported import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry of another store: where it lies, when it was registered there, how to read it.

    ``take`` raises InputError where it cannot be one.
    """

    where: str
    at: str
    family: str
    take: Callable[[], Arrival]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a store holds. ``withdrawn`` are entries that were retracted there."""

    waiting: tuple[Waiting, ...]
    refused: tuple[Outcome, ...] = ()
    withdrawn: tuple[Outcome, ...] = ()


class Fate(StrEnum):
    """What became of one entry."""

    IMPORTED = "imported"
    PRESENT = "present"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One entry of the store with its fate; ``error`` is that of a refused one.

    ``commit`` is None in a dry run, and where history ends before it.
    """

    where: str
    fate: Fate
    at: str | None = None
    path: EntryPath | None = None
    commit: Oid | None = None
    error: GitBaselineError | None = None
    warnings: tuple[str, ...] = ()
