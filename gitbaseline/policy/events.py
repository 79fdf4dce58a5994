"""Acceptance and retraction: one event file, one row; the entry they are about stays as it is.

1. The subject names an entry that the parent holds, whose ``Baseline-Content`` the event repeats.
2. A retracted entry gets no further event. Only a candidate is accepted, and only once.
3. The event's second is not after its commit, and by a server's clock not in the future.
4. The signer holds the role ``accept`` or ``retract`` for the family.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitbaseline.model import baseline_json, documents, event
from gitbaseline.model.baseline import Standing
from gitbaseline.model.codec import CodecError
from gitbaseline.model.event import EVENTS, Event, EventKind, event_path
from gitbaseline.model.layout import BASELINE, EntryPath
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import message
from gitbaseline.model.names import Oid, epoch_from_utc
from gitbaseline.model.root import Limits
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.violation import Violation
from gitbaseline.policy import record
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.common import (
    ROLES,
    check_index,
    check_message,
    check_only,
    check_role,
)
from gitbaseline.policy.view import View

FILE_LIMIT = 64 * 1024


def check(view: View) -> Iterator[Violation]:
    """Yield every rule that this acceptance or retraction breaks."""
    kind = EVENTS[view.kind]
    path = record.subject(view.commit, view.kind)
    if path is None or view.before is None:
        yield view.broken("event/subject", f"expected '{view.kind} <family>/<measurement>/<slug>'")
        yield from check_only(view, set(), None)
        return
    file = event_path(path, kind)
    yield from check_only(view, {file, view.index(path.series)[0]}, None)
    yield from check_role(view, ROLES[view.kind], path.family)
    yield from _entry(view, path, kind)
    yield from _file(view, path, kind, file)


def _entry(view: View, path: EntryPath, kind: EventKind) -> Iterator[Violation]:
    tree = view.series(path.series)
    if tree.find(f"{path.slug}.{EventKind.RETRACTED}.json"):
        yield view.broken("event/retracted", "the entry is retracted already", str(path))
    node = tree.find(str(path.slug))
    if node is None or not node.is_folder:
        yield view.broken("event/entry", "the parent holds no such entry", str(path))
        return
    if kind is EventKind.ACCEPTED and _standing(view, node.oid) is not Standing.CANDIDATE:
        yield view.broken("accept/standing", "the entry is no candidate", str(path))


def _standing(view: View, folder: Oid) -> Standing | None:
    """Return an entry's standing, or None where an earlier, refused commit left it unreadable."""
    baseline = view.trees.find(folder, BASELINE)
    limits = view.before.root.limits if view.before else Limits()
    if baseline is None or view.objects.header(baseline.oid)[1] > limits.baseline_bytes:
        return None
    try:
        return baseline_json.from_bytes(view.objects.read(baseline.oid)).standing
    except (CodecError, ShapeError):
        return None


def _file(view: View, path: EntryPath, kind: EventKind, file: str) -> Iterator[Violation]:
    change = view.changes.get(file)
    size = view.size(change) if change else None
    if change is None or size is None or size > FILE_LIMIT:
        yield view.broken("event/file", "missing, not a file, or too large", file)
        return
    data = view.objects.read(change.oid)
    try:
        said = event.from_bytes(data, kind)
    except (CodecError, ShapeError) as error:
        yield view.broken("event/shape", str(error), file)
        return
    yield from _agrees(view, path, said, file)
    row = documents.event_row(said.at, path, kind, said.by, said.reason)
    yield from check_index(view, path.series, row)
    if view.before:
        trailers = view.expected_trailers(digest({file: data}), view.before.root.registry_id)
        yield from check_message(view, message(trailers, str(path)), trailers)


def _agrees(view: View, path: EntryPath, said: Event, file: str) -> Iterator[Violation]:
    named = (said.family, said.measurement, said.slug)
    if named != (path.family, path.measurement, str(path.slug)):
        yield view.broken("event/path", f"is about {'/'.join(named)}", file)
    at = epoch_from_utc(said.at)
    if at > view.commit.person.time or (view.now is not None and at > view.now + record.CLOCK_SKEW):
        yield view.broken("event/time", f"{said.at} lies after its commit or in the future", file)
    node = view.series(path.series).find(str(path.slug))
    if node and node.is_folder and content_of(view, path) != said.content:
        yield view.broken("event/content", "not the Baseline-Content of that entry", file)


def content_of(view: View, path: EntryPath) -> str | None:
    """Return the Baseline-Content of an entry that the parent holds; None where it is too large.

    Only an earlier, refused commit can have left such an entry.
    """
    node = view.series(path.series).find(str(path.slug))
    limits = view.before.root.limits if view.before else Limits()
    files = {} if node is None else dict(files_below(view.trees, node.oid, ""))
    if sum(view.objects.header(oid)[1] for oid in files.values()) > limits.entry_bytes:
        return None
    return digest({name: view.objects.read(oid) for name, oid in files.items()})


def files_below(trees: Trees, folder: Oid, prefix: str) -> Iterator[tuple[str, Oid]]:
    """Yield (path, blob) of every file below a folder."""
    for name, node in trees.tree(folder):
        if node.is_folder:
            yield from files_below(trees, node.oid, f"{prefix}{name}/")
        else:
            yield prefix + name, node.oid
