"""What happened to an entry since it was recorded: why it was accepted or retracted, who, when."""

from __future__ import annotations

from gitbaseline.errors import Unable
from gitbaseline.model import event as events
from gitbaseline.model.codec import CodecError
from gitbaseline.model.event import Event, EventKind, event_path
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.shape import ShapeError
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.state import State
from gitbaseline.registry.reader import Entry


def event_ids(chain: Chain, state: State, entry: Entry) -> dict[EventKind, Oid]:
    """Return the ids of what happened to an entry and still stands."""
    happened = {EventKind.ACCEPTED: entry.accepted, EventKind.RETRACTED: entry.retracted}
    found = {}
    for kind, stands in happened.items():
        node = stands and chain.trees.find(state.tree, event_path(entry.path, kind))
        if node:
            found[kind] = node.oid
    return found


def events_of(chain: Chain, state: State, entry: Entry) -> list[Event]:
    """Return what happened to an entry; what cannot be read is left out."""
    found = []
    for kind, oid in event_ids(chain, state, entry).items():
        try:
            found.append(events.from_bytes(chain.objects.read(oid), kind))
        except ObjectMissing as missing:
            raise Unable(
                f"the repository lacks {missing.oid}",
                code="registry/incomplete",
                where=str(entry.path),
            ) from None
        except (CodecError, ShapeError):
            continue
    return found
