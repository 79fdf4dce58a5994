"""An entry made of what another store tells, before it is placed.

It keeps its original time and says ``imported``. What the store says and this format has no place
for is kept under ``extra``, in ``imported``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, Source
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Imported,
    Recorder,
    Registrant,
    Workstation,
)
from gitbaseline.model.codec import JSON
from gitbaseline.model.root import Limits
from gitbaseline.registry import compose, privacy

LEFT_OVER = "imported"  # the member of ``extra`` that holds what has no place of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the person and this machine say of every entry that comes in.

    ``commit`` finds the full id of a short one, or returns None. ``family`` and ``measurement``
    are for stores that have no such names; None where the store's own or the format's hold.
    """

    limits: Limits
    now: str
    registrant: Registrant
    recorder: Recorder
    workstation: Workstation
    commit: Callable[[str], str | None]
    family: str
    measurement: str | None = None
    redact: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that was read whole, the files it stores, and what a person should know of it."""

    entry: Baseline
    payload: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an entry comes from and when it was registered there, for ``imported``."""

    said: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a store tells of an entry beside its source; ``rest`` is what has no place."""

    code: Code
    wishes: compose.Wishes
    registrant: Registrant | None = None
    workstation: Workstation | None = None
    capture_command: str | None = None
    prompt: str | None = None
    captured_at_utc: str | None = None
    rest: Mapping[str, JSON] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def arrive(terms: Terms, origin: Origin, reading: Reading, source: Source, told: Told) -> Arrival:
    """Return the entry of a source that was never in a registry; InputError where it cannot be."""
    stored = privacy.stored(source, texts=told.texts, redact=terms.redact, allowed=terms.allowed)
    left = {LEFT_OVER: dict(told.rest)} if told.rest else {}
    entry = compose.compose(
        reading,
        stored,
        compose.Provenance(
            registered_at_utc=terms.now,
            registrant=told.registrant or terms.registrant,
            recorder=terms.recorder,
            workstation=told.workstation or terms.workstation,
            code=told.code,
            capture_command=told.capture_command,
            prompt=told.prompt,
            captured_at_utc=told.captured_at_utc,
        ),
        replace(told.wishes, extra={**told.wishes.extra, **left}),
    )
    return Arrival(
        entry=as_imported(entry, origin, terms),
        payload=compose.payload(stored),
        warnings=(*reading.warnings, *told.warnings),
    )


def as_imported(entry: Baseline, origin: Origin, terms: Terms) -> Baseline:
    """Return the entry with where it comes from; InputError where that lies in the future."""
    if origin.at > terms.now:
        raise InputError(
            f"was registered at {origin.at}, which is not yet",
            code="import/time",
            hint="its time, or this machine's clock, is wrong",
        )
    imported = entry.imported or Imported(origin=origin.said, registered_at_utc=origin.at)
    return replace(entry, registered_at_utc=terms.now, imported=imported)
