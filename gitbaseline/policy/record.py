"""A record: one new entry directory and one row. The rules of one entry, whole.

1. The subject names ``<family>/<measurement>/<slug>``; all that is added lies there, apart from
   one row of the measurement's index.
2. The entry holds ``baseline.json``, ``SOURCE.md``, one snapshot, and ``schema.json`` exactly where
   a schema is named. Kinds and sizes come from headers before content is read.
3. ``baseline.json`` is in its one spelling and agrees with its path, its snapshot, its schema.
4. ``SOURCE.md``, the index row and the commit message are what the entry makes them.
5. The slug is the entry's time with the smallest free suffix; a full measurement goes on under
   its next name, whose first entry says ``continues``.
6. The signer holds the role ``record`` for this family.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from gitbaseline.model import baseline_json, documents, tier
from gitbaseline.model.baseline import Baseline, Tier
from gitbaseline.model.codec import CodecError
from gitbaseline.model.commit import Commit
from gitbaseline.model.layout import BASELINE, SCHEMA, SOURCE_MD, EntryPath, entry_named
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.model.message import Kind, message
from gitbaseline.model.metric import Validity
from gitbaseline.model.names import (
    ENTRY_LIMIT,
    SlugKey,
    continued,
    epoch_from_utc,
    slug_time,
    split_measurement,
)
from gitbaseline.model.root import Limits, Role
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.violation import Violation
from gitbaseline.policy import snapshot
from gitbaseline.policy.changes import Change
from gitbaseline.policy.common import (
    check_index,
    check_message,
    check_only,
    check_role,
)
from gitbaseline.policy.series import is_full
from gitbaseline.policy.view import View

CLOCK_SKEW = 5 * 60  # seconds that a recorder's clock may be ahead of the server's


def check(view: View) -> Iterator[Violation]:
    """Yield every rule that this record breaks."""
    path = subject(view.commit, view.kind)
    if path is None:
        yield view.broken(
            "record/subject", "expected 'record <family>/<measurement>/<slug>' as first line"
        )
        yield from check_only(view, set(), None)
        return
    yield from check_only(view, {view.index(path.series)[0]}, str(path))
    yield from check_role(view, Role.RECORD, path.family)
    yield from place(view, path)
    read = yield from contents(view, path)
    if read:
        entry, content = read
        yield from continues(view, path, entry)
        yield from check_index(view, path.series, documents.entry_row(path, entry))
        if view.before:
            trailers = view.expected_trailers(digest(content), view.before.root.registry_id)
            yield from check_message(view, message(trailers, str(path), entry=entry), trailers)


def subject(commit: Commit, kind: Kind) -> EntryPath | None:
    """Return the entry that the first line of a commit names, None where it names none."""
    return entry_named(commit.message.partition("\n")[0].removeprefix(f"{kind} "))


def contents(
    view: View, path: EntryPath
) -> Generator[Violation, None, tuple[Baseline, dict[str, bytes]] | None]:
    """Yield what is wrong with an entry's own files; return the entry and its files by name.

    It returns None where they cannot be read. Where the entry lies on the branch is not asked.
    """
    files = view.added(str(path))
    faults = list(_sizes(view, path, files))
    yield from faults
    return None if faults else (yield from _entry(view, path, files))


def _sizes(view: View, path: EntryPath, files: dict[str, Change]) -> Iterator[Violation]:
    limits = view.before.root.limits if view.before else Limits()
    total = 0
    for name, change in files.items():
        size = view.size(change)
        where = f"{path}/{name}"
        most = limits.baseline_bytes if name == BASELINE else limits.file_bytes
        if size is None:
            yield view.broken("tree/kind", "expected a blob, got another kind of object", where)
        elif size > most:
            yield view.broken("limit/file", f"{size} bytes, at most {most}", where)
        total += size or 0
    if len(files) > limits.entry_files:
        yield view.broken("limit/files", f"{len(files)} files, at most {limits.entry_files}")
    if total > limits.entry_bytes:
        yield view.broken("limit/entry", f"{total} bytes, at most {limits.entry_bytes}", str(path))


def _entry(
    view: View, path: EntryPath, files: dict[str, Change]
) -> Generator[Violation, None, tuple[Baseline, dict[str, bytes]] | None]:
    for name in (BASELINE, SOURCE_MD):
        if name not in files:
            yield view.broken("entry/missing", "every entry has this file", f"{path}/{name}")
            return None
    content = {name: view.objects.read(change.oid) for name, change in files.items()}
    where = f"{path}/{BASELINE}"
    try:
        entry = baseline_json.from_bytes(content[BASELINE])
    except CodecError as error:
        yield view.broken("baseline/canonical", str(error), where)
        return None
    except ShapeError as error:
        yield view.broken("baseline/shape", str(error), where)
        return None
    yield from _agrees(view, path, entry)
    for rule, text, name in snapshot.check(entry, content):
        yield view.broken(rule, text, f"{path}/{name}")
    yield from _schema(view, path, entry, content.get(SCHEMA))
    if content[SOURCE_MD] != documents.source_md(path, entry):
        yield view.broken(
            "source-md/differs", "not what baseline.json makes it", f"{path}/{SOURCE_MD}"
        )
    return entry, content


def _agrees(view: View, path: EntryPath, entry: Baseline) -> Iterator[Violation]:
    where = f"{path}/{BASELINE}"
    if (entry.family, entry.measurement) != (path.family, path.measurement):
        yield view.broken("baseline/path", f"says {entry.series}, lies in {path.series}", where)
    time = entry.original_utc
    if slug_time(time) != path.slug.time:
        yield view.broken("baseline/time", f"says {time}, lies in {path.slug}", where)
    registered = epoch_from_utc(entry.registered_at_utc)
    if registered > view.commit.person.time:
        yield view.broken(
            "baseline/time", f"registered at {entry.registered_at_utc}, after its commit", where
        )
    if time > entry.registered_at_utc:
        yield view.broken("baseline/time", f"imported from {time}, which was not yet", where)
    if view.now is not None and registered > view.now + CLOCK_SKEW:
        yield view.broken("baseline/time", f"{entry.registered_at_utc} lies in the future", where)
    for key, metric in entry.metrics.items():
        if metric.validity is Validity.INVALID:
            yield view.broken("baseline/invalid", f"metric {key!r} is marked invalid", where)
    expected = tier.evidence(entry, set(entry.tier_evidence.shown) & set(tier.WORDS))
    if entry.tier_evidence != expected:
        yield view.broken("baseline/tier", "tier_evidence is not what the entry shows", where)
    elif entry.tier is Tier.VERDICT and expected.missing:
        missing = ", ".join(expected.missing)
        yield view.broken("baseline/tier", f"VERDICT without {missing}", where)


def _schema(
    view: View, path: EntryPath, entry: Baseline, content: bytes | None
) -> Iterator[Violation]:
    where = f"{path}/{SCHEMA}"
    if (content is None) != (entry.schema_sha256 is None):
        yield view.broken("entry/schema", "stands beside an entry that names one, only", where)
    elif content is not None and sha256(content) != entry.schema_sha256:
        yield view.broken("entry/schema", "not the file whose digest the entry names", where)


def place(view: View, path: EntryPath) -> Iterator[Violation]:
    """Yield what is wrong with where an entry lies on the branch."""
    tree = view.series(path.series)
    if path.slug.suffix > 1:
        before = SlugKey(path.slug.time, path.slug.suffix - 1)
        if tree.find(str(before)) is None:
            yield view.broken("entry/slug", f"the suffix before it, {before}, is free", str(path))
    if is_full(tree):
        yield view.broken("limit/measurement", f"holds {ENTRY_LIMIT} entries already", path.series)
    base, ordinal = split_measurement(path.measurement) or (path.measurement, 1)
    if ordinal > 1 and not len(tree):  # of a later entry its first has shown it
        full = f"{path.family}/{continued(base, ordinal - 1)}"
        if not is_full(view.series(full)):
            yield view.broken("entry/continues", f"{full} is not full", path.series)


def continues(view: View, path: EntryPath, entry: Baseline) -> Iterator[Violation]:
    """Yield what is wrong with the series that an entry says it goes on from."""
    base, ordinal = split_measurement(path.measurement) or (path.measurement, 1)
    first = not len(view.series(path.series))
    where = f"{path}/{BASELINE}"
    if entry.continues is None:
        if first and ordinal > 1:
            yield view.broken(
                "entry/continues", "its first entry names what it goes on from", where
            )
        return
    expected = f"{path.family}/{continued(base, ordinal - 1)}" if ordinal > 1 else entry.continues
    if not first or entry.continues != expected or entry.continues == path.series:
        yield view.broken("entry/continues", "only a first entry names another series", where)
    elif not len(view.series(entry.continues)):
        yield view.broken("entry/continues", f"there is no series {entry.continues}", where)
