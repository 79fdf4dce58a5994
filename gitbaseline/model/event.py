"""Acceptance and retraction: a small signed file beside the entry, which itself never changes."""

from __future__ import annotations

from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import decode, encode
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.names import name_fault, parse_slug, split_measurement, utc_fault
from gitbaseline.model.shape import Fields
from gitbaseline.pattern import pattern

_SHA256 = pattern(r"[0-9a-f]{64}")


class EventKind(StrEnum):
    """What happens to an entry after it was recorded."""

    ACCEPTED = "accepted"
    RETRACTED = "retracted"


EVENTS = {Kind.ACCEPT: EventKind.ACCEPTED, Kind.RETRACT: EventKind.RETRACTED}
STATEMENTS = {event: kind for kind, event in EVENTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. ``content`` is the Baseline-Content of the entry that it is about."""

    kind: EventKind
    family: str
    measurement: str
    slug: str
    content: str
    at: str
    by: str
    reason: str


def event_path(entry: EntryPath, kind: EventKind) -> str:
    """Return where the event of an entry lies on the branch."""
    return f"{entry}.{kind}.json"


def to_bytes(event: Event) -> bytes:
    """Return the event's file."""
    return encode(
        {
            "at": event.at,
            "by": event.by,
            "content": event.content,
            "family": event.family,
            "measurement": event.measurement,
            "reason": event.reason,
            "schema": _schema(event.kind),
            "slug": event.slug,
        }
    )


def from_bytes(data: bytes, kind: EventKind) -> Event:
    """Read an event's file; raise CodecError or ShapeError with the place."""
    f = Fields(decode(data), "")
    f.matching("schema", _schema(kind), lambda text: text == _schema(kind))
    event = Event(
        kind=kind,
        family=f.matching("family", "a family name", lambda n: name_fault(n) is None),
        measurement=f.matching(
            "measurement", "a measurement name", lambda n: split_measurement(n) is not None
        ),
        slug=f.matching("slug", "a slug", lambda n: parse_slug(n) is not None),
        content=f.matching(
            "content", "64 hex digits", lambda text: _SHA256.fullmatch(text) is not None
        ),
        at=f.matching("at", "YYYY-MM-DDTHH:MM:SSZ", lambda text: utc_fault(text) is None),
        by=f.line("by"),
        reason=f.text("reason"),
    )
    f.close()
    if not event.reason.strip():
        raise f.fault("reason", "a reason", "none")
    return event


def _schema(kind: EventKind) -> str:
    return f"git-baseline/{kind}/1"
