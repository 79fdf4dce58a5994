"""An older tool's folder of one entry: its ``baseline.json``, its snapshot, its page.

- There is one ``source-snapshot.<ext>`` or ``source-snapshot/``. A digest that ``baseline.json``
  gives of a file must be its own; of a folder an older tool's own way to count is kept beside ours.
- Where ``baseline.json`` holds no number, the snapshot is read by its format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.settle import settle
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import BASELINE, SNAPSHOT, SOURCE_MD, index_name
from gitbaseline.registry import compose, older
from gitbaseline.registry import source as sources
from gitbaseline.registry.folder import Folder, check_is_content, content
from gitbaseline.registry.imported import Arrival, Origin, Terms, arrive
from gitbaseline.registry.loose import text

_INDEX = index_name(1)


def read(
    folder: Folder,
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
    origin = Origin(said=folder.origin, at=at)
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


def _page(folder: Folder, terms: Terms) -> tuple[str | None, tuple[str, ...]]:
    """Return the text of ``SOURCE.md``, or a warning where it cannot be kept."""
    page = folder.path / SOURCE_MD
    if not page.exists():
        return None, ()
    try:
        kept = text(content(page, terms.limits.baseline_bytes).decode())
    except (InputError, UnicodeDecodeError):
        kept = None
    return kept, () if kept else (f"{SOURCE_MD} is no text that can be kept",)


def _left_out(folder: Folder) -> Iterator[str]:
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


def _snapshot(folder: Folder, terms: Terms) -> Source:
    found = sorted(folder.path.glob(f"{SNAPSHOT}*"))
    if len(found) != 1:
        what = ", ".join(path.name for path in found) or "none"
        raise InputError(
            f"expected one {SNAPSHOT}.<ext> or {SNAPSHOT}/, got {what}", code="import/snapshot"
        )
    check_is_content(found[0])
    return sources.read(found[0], terms.limits)


def _named(source: Source, path: str | None) -> Source:
    """Return the source under the path that it was read from when it was registered."""
    if path is None:
        return replace(source, name=source.name.rpartition("/")[2])
    if source.kind == "directory":
        return replace(source, name=path)
    file = SourceFile(path=path.rpartition("/")[2] or SNAPSHOT, data=source.files[0].data)
    return replace(source, name=path, files=(file,))
