"""Entries as folders: ``<family>/<measurement>/<time>/`` with ``baseline.json`` and its snapshot.

So older tools kept them below ``experiments/artifacts/perf-baselines``, and so ``export`` writes a
registry. The two are told apart by ``schema``.

Rules:

- Names come from the folders, the original time from the folder or, where that is none, from
  ``baseline.json``. A name that the registry does not take becomes the nearest that it does; two
  names that would become one are refused.
- There is one ``source-snapshot.<ext>`` or ``source-snapshot/``. A digest that ``baseline.json``
  gives of a file must be its own; of a folder an older tool's own way to count is kept beside ours.
- Where an older ``baseline.json`` holds no number, the snapshot is read by its format.
- Of one that ``export`` wrote everything stays as it is; what was retracted there is left out, what
  was accepted there is a baseline.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.settle import settle
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import SCHEMA as OURS
from gitbaseline.model.baseline import Baseline, SourceKind, Standing
from gitbaseline.model.codec import JSON, CodecError, parse
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import BASELINE, LFS, SCHEMA, SNAPSHOT, SOURCE_MD, index_name
from gitbaseline.model.names import name_fault, suggest
from gitbaseline.model.root import Limits
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.text import normal
from gitbaseline.policy import snapshot
from gitbaseline.registry import compose, older, privacy
from gitbaseline.registry import source as sources
from gitbaseline.registry.importing import (
    Arrival,
    Fate,
    Listing,
    Origin,
    Outcome,
    Terms,
    Waiting,
    arrive,
    as_imported,
)
from gitbaseline.registry.loose import text
from gitbaseline.registry.record import unplaced

NAME = "folders"
BELOW = Path("experiments", "artifacts", "perf-baselines")
_ORIGIN = "perf-baselines"
_INDEX = index_name(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """One entry's folder, with the names of the folders around it."""

    path: Path
    family: str
    measurement: str
    slug: str

    @property
    def where(self) -> str:
        """The place, for people."""
        return str(self.path)


def sniff(top: Path) -> str | None:
    """Return why there are entries as folders, or None."""
    below = top / BELOW
    if below.is_dir():
        return f"it has {BELOW}"
    return f"it has {BASELINE} files" if next(_folders(top, []), None) else None


def listing(top: Path, terms: Terms) -> Listing:
    """Return what the folders hold; each ``baseline.json`` is read, no snapshot."""
    below = top / BELOW
    waiting: list[Waiting] = []
    refused: list[Outcome] = []
    withdrawn: list[Outcome] = []
    names = _Names()
    for folder in _folders(below if below.is_dir() else top, refused):
        try:
            if _beside(folder, EventKind.RETRACTED):
                withdrawn.append(Outcome(where=folder.where, fate=Fate.WITHDRAWN))
                continue
            waiting.append(_waiting(folder, names, terms))
        except InputError as error:
            refused.append(Outcome(where=folder.where, fate=Fate.REFUSED, error=error))
    return Listing(waiting=tuple(waiting), refused=tuple(refused), withdrawn=tuple(withdrawn))


def _folders(top: Path, unread: list[Outcome]) -> Iterator[_Folder]:
    """Yield the entries below a folder, sorted; links are not followed.

    A folder that cannot be read is put into ``unread``.
    """
    path = Path(os.path.abspath(top))  # noqa: PTH100 - resolve() would follow links away
    if (path / BASELINE).is_file() or _is_one_without(path):
        *_, family, measurement, slug = ("", "", "", *path.parts)
        yield _Folder(path=top, family=family, measurement=measurement, slug=slug)
        return
    try:
        inner = sorted(entry.name for entry in os.scandir(top) if _to_enter(entry))
    except OSError as error:
        fault = sources.unreadable(top, error)
        unread.append(Outcome(where=str(top), fate=Fate.REFUSED, error=fault))
        return
    for name in inner:
        yield from _folders(top / name, unread)


def _to_enter(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")


def _is_one_without(path: Path) -> bool:
    """Whether it is an entry's folder that lacks its ``baseline.json``: what a crash leaves."""
    return older.time_of(path.name, {}) is not None and any(path.glob(f"{SNAPSHOT}*"))


def _beside(folder: _Folder, kind: EventKind) -> bool:
    return folder.path.with_name(f"{folder.slug}.{kind}.json").is_file()


class _Names:
    """The names that entries get, and which folder's name each stands for."""

    def __init__(self) -> None:
        self._was: dict[str, str] = {}

    def of(self, folder: _Folder) -> Mapping[str, tuple[str, str]]:
        """Return the folder's and the new name by ``family`` and ``measurement``."""
        family = _allowed(folder.family, "family")
        measurement = _allowed(folder.measurement, "measurement")
        was = f"{folder.family}/{folder.measurement}"
        other = self._was.setdefault(f"{family}/{measurement}", was)
        if other != was:
            raise InputError(
                f"{was} and {other} would both become {family}/{measurement}",
                code="import/name",
                hint="rename one of the two folders; names are lower case here",
            )
        return {"family": (folder.family, family), "measurement": (folder.measurement, measurement)}


def _allowed(name: str, what: str) -> str:
    found = name if name_fault(name) is None else suggest(name)
    if found is None:
        raise InputError(f"no {what} name can be made of {name!r}", code="import/name")
    return found


def _waiting(folder: _Folder, names: _Names, terms: Terms) -> Waiting:
    file = folder.path / BASELINE
    data = _bytes(file, terms.limits.baseline_bytes)
    try:
        document = parse(data)
    except CodecError as error:
        raise InputError(str(error), code="import/json", where=str(file)) from None
    if not isinstance(document, dict):
        raise InputError("expected an object", code="import/json", where=str(file))
    if document.get("schema") == OURS:
        entry = _ours(data, folder)
        return Waiting(
            where=folder.where,
            at=entry.original_utc,
            family=entry.family,
            take=partial(_taken, folder, entry, data, terms),
        )
    at = older.time_of(folder.slug, document)
    if at is None:
        raise InputError(
            "neither its folder nor registered_at_utc says when it was registered",
            code="import/time",
            hint="name the folder as YYYYMMDDTHHMMSSZ",
        )
    found = names.of(folder)
    return Waiting(
        where=folder.where,
        at=at,
        family=found["family"][1],
        take=partial(_read, folder, document, data, names=found, at=at, terms=terms),
    )


def _bytes(file: Path, most: int) -> bytes:
    return sources.read(file, Limits(file_bytes=most)).files[0].data


# of an older tool


def _read(
    folder: _Folder,
    document: Mapping[str, JSON],
    data: bytes,
    *,
    names: Mapping[str, tuple[str, str]],
    at: str,
    terms: Terms,
) -> Arrival:
    """Return an older tool's entry; InputError where its snapshot is not what it says."""
    found = older.read(document, names, at, commit=terms.commit)
    source = _named(_snapshot(folder, terms), found.source_path)
    rest = {**found.told.rest, **_counted_otherwise(found, source)}
    page, warnings = _page(folder, terms)
    if page:  # ours is made of baseline.json alone; a person may have written this
        rest[SOURCE_MD] = page
    told = replace(
        found.told,
        rest=rest,
        texts={BASELINE: data.decode(), SOURCE_MD: page},
        warnings=(*found.told.warnings, *warnings, *_left_out(folder)),
    )
    origin = Origin(said=_origin(folder), at=at)
    arrival = arrive(terms, origin, _reading(found, source), source, told)
    return replace(arrival, entry=replace(arrival.entry, sol=found.sol))


def _counted_otherwise(found: older.Older, source: Source) -> dict[str, JSON]:
    """Return the digest and size that the store gives of a folder, where they are not ours."""
    size = sum(len(file.data) for file in source.files)
    ours = {"source_sha256": compose.digest_of(source), "source_bytes": size}
    theirs = {"source_sha256": found.source_sha256, "source_bytes": found.source_bytes}
    other = {key: theirs[key] for key in ours if theirs[key] not in (None, ours[key])}
    if other and source.kind == "file":
        key = next(iter(other))
        raise InputError(
            f"{BASELINE} says {key} {theirs[key]}, the snapshot has {ours[key]}",
            code="import/digest",
            hint="the snapshot was changed after it was registered",
        )
    return {**other}


def _page(folder: _Folder, terms: Terms) -> tuple[str | None, tuple[str, ...]]:
    """Return the text of ``SOURCE.md``, or a warning where it cannot be kept."""
    page = folder.path / SOURCE_MD
    if not page.exists():
        return None, ()
    try:
        kept = text(_bytes(page, terms.limits.baseline_bytes).decode())
    except (InputError, UnicodeDecodeError):
        kept = None
    return kept, () if kept else (f"{SOURCE_MD} is no text that can be kept",)


def _left_out(folder: _Folder) -> Iterator[str]:
    for path in sorted(folder.path.iterdir()):
        if path.name not in (BASELINE, SOURCE_MD, _INDEX) and not path.name.startswith(SNAPSHOT):
            yield f"{path.name} beside it is left out"


def _reading(found: older.Older, source: Source) -> Reading:
    name = found.source_format
    if found.metrics:
        return Reading(
            format=name or "older", metrics=found.metrics, suggested_measurement="unused"
        )
    from gitbaseline.formats import registry as formats  # noqa: PLC0415 - most have their number

    try:
        form = formats.by_name(name) if name in {form.NAME for form in formats.FORMATS} else None
        reading = form.read(source, Options()) if form else formats.read(source, Options())
    except InputError as error:
        raise InputError(
            f"{BASELINE} holds no number, and its snapshot cannot be read: {error}",
            code="import/number",
        ) from None
    return settle(reading, Options())


def _snapshot(folder: _Folder, terms: Terms) -> Source:
    found = sorted(folder.path.glob(f"{SNAPSHOT}*"))
    if len(found) != 1:
        what = ", ".join(path.name for path in found) or "none"
        raise InputError(
            f"expected one {SNAPSHOT}.<ext> or {SNAPSHOT}/, got {what}", code="import/snapshot"
        )
    _check_is_content(found[0])
    return sources.read(found[0], terms.limits)


def _check_is_content(path: Path) -> None:
    if path.name.startswith(LFS):
        raise InputError(
            f"{path.name} is a Git LFS pointer, and its content is elsewhere",
            code="import/snapshot",
            hint=f"put the content beside it as {path.name.replace(LFS, SNAPSHOT, 1)}",
        )


def _named(source: Source, path: str | None) -> Source:
    """Return the source under the path that it was read from when it was registered."""
    if path is None:
        return replace(source, name=source.name.rpartition("/")[2])
    if source.kind == "directory":
        return replace(source, name=path)
    file = SourceFile(path=path.rpartition("/")[2] or SNAPSHOT, data=source.files[0].data)
    return replace(source, name=path, files=(file,))


def _origin(folder: _Folder) -> str:
    return normal(f"{_ORIGIN}/{folder.family}/{folder.measurement}/{folder.slug}")


# of our own


def _ours(data: bytes, folder: _Folder) -> Baseline:
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


def _taken(folder: _Folder, entry: Baseline, data: bytes, terms: Terms) -> Arrival:
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
    accepted = _beside(folder, EventKind.ACCEPTED)
    entry = replace(
        unplaced(entry),
        standing=Standing.BASELINE if accepted else entry.standing,
        judged=entry.judged,
        allowed_secrets=tuple(sorted({*entry.allowed_secrets, *stored.allowed_secrets})),
    )
    origin = Origin(said=_origin(folder), at=entry.original_utc)
    return Arrival(entry=as_imported(entry, origin, terms), payload=payload)


def _exported(folder: _Folder, entry: Baseline, terms: Terms) -> tuple[Source, bytes | None]:
    name = snapshot.snapshot_name(entry.source_kind, entry.source_path)
    if not (folder.path / name).exists():
        for other in folder.path.glob(f"{LFS}*"):
            _check_is_content(other)
    source = sources.read(folder.path / name, terms.limits)
    kind = entry.source_kind
    if kind is not SourceKind.DIRECTORY:
        source = replace(source, kind="inline" if kind is SourceKind.INLINE else "file")
    source = replace(source, name=entry.source_path or "values")
    content = {
        f"{name}/{file.path}" if kind is SourceKind.DIRECTORY else name: file.data
        for file in source.files
    }
    fault = next(snapshot.check(entry, content), None)
    if fault:
        raise InputError(fault[1], code=fault[0], where=str(folder.path / fault[2]))
    schema = folder.path / SCHEMA
    if entry.schema_sha256 is None:
        return source, None
    return source, _bytes(schema, terms.limits.file_bytes)
