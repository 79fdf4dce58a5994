"""A folder of one entry that ``export`` wrote: everything stays as it is.

What was accepted where it comes from is a baseline.
"""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline, SourceKind, Standing
from gitbaseline.model.codec import CodecError
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import BASELINE, LFS, SCHEMA
from gitbaseline.model.shape import ShapeError
from gitbaseline.policy import snapshot
from gitbaseline.registry import compose, privacy
from gitbaseline.registry import source as sources
from gitbaseline.registry.folder import Folder, check_is_content, content
from gitbaseline.registry.imported import Arrival, Origin, Terms, as_imported
from gitbaseline.registry.record import unplaced


def described(data: bytes, folder: Folder) -> Baseline:
    """Return the entry that a ``baseline.json`` describes; InputError where it lies elsewhere."""
    try:
        entry = baseline_json.from_admitted(data)
    except (CodecError, ShapeError) as error:
        raise InputError(f"{BASELINE}: {error}", code="import/json") from None
    if (entry.family, entry.measurement) != (folder.family, folder.measurement):
        raise InputError(
            f"{BASELINE} says {entry.series}, it lies in {folder.family}/{folder.measurement}",
            code="import/name",
        )
    return entry


def taken(folder: Folder, entry: Baseline, data: bytes, terms: Terms) -> Arrival:
    """Return an entry that another registry exported."""
    source, schema = _exported(folder, entry, terms)
    stored = privacy.stored(
        source,
        texts={BASELINE: data.decode()},
        redact=terms.redact,
        allowed=(*terms.allowed, *entry.allowed_secrets),
    )
    stored = compose.with_schema(stored, entry.schema_path, schema)
    payload = compose.payload(stored)
    if stored.redacted:
        entry = replace(
            entry,
            snapshot_sha256=compose.standing_for(stored.kind, stored.files),
            redacted=tuple(sorted({*entry.redacted, *stored.redacted})),
        )
    accepted = folder.beside(EventKind.ACCEPTED)
    entry = replace(
        unplaced(entry),
        standing=Standing.BASELINE if accepted else entry.standing,
        judged=entry.judged,
        allowed_secrets=tuple(sorted({*entry.allowed_secrets, *stored.allowed_secrets})),
    )
    origin = Origin(said=folder.origin, at=entry.original_utc)
    return Arrival(entry=as_imported(entry, origin, terms), payload=payload)


def _exported(folder: Folder, entry: Baseline, terms: Terms) -> tuple[Source, bytes | None]:
    name = snapshot.snapshot_name(entry.source_kind, entry.source_path)
    if not (folder.path / name).exists():
        for other in folder.path.glob(f"{LFS}*"):
            check_is_content(other)
    source = sources.read(folder.path / name, terms.limits)
    kind = entry.source_kind
    if kind is not SourceKind.DIRECTORY:
        source = replace(source, kind="inline" if kind is SourceKind.INLINE else "file")
    source = replace(source, name=entry.source_path or "values")
    files = {
        f"{name}/{file.path}" if kind is SourceKind.DIRECTORY else name: file.data
        for file in source.files
    }
    fault = next(snapshot.check(entry, files), None)
    if fault:
        raise InputError(fault[1], code=fault[0], where=str(folder.path / fault[2]))
    schema = folder.path / SCHEMA
    if entry.schema_sha256 is None:
        return source, None
    return source, content(schema, terms.limits.file_bytes)
