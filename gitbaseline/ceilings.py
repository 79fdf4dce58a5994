"""Published peaks of hardware: one file of them read into typed ceilings, each found by its key.

How a number compares with a ceiling is for ``compare.speed_of_light``.

Rules:

- A key is ``<device>.<quantity>.<face>``: ``h100.bf16.dense``, ``b200.nvlink5.both``. Memory has
  one face and needs none: ``h200.hbm``. Without its face a key means ``dense``, or
  ``per_direction``: the smaller, so that a mistake shows as more than 100 %.
- Devices and quantities may have other names; every name leads to one ceiling.
- Both faces must stand in the file, so that nobody can enter an ambiguous figure; the second may
  be null where none is published.
- Where sources differ a figure is ``{range: [low, high]}``; the higher one is the ceiling.
- Every figure has a source with a URL. ``vendor`` may be said only of a source that was read.

>>> choose(given=None, setting="mine.yaml", tracked=None).name
'mine.yaml'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from pathlib import Path

from gitbaseline.config_file import content, fields, shipped, words
from gitbaseline.config_file import load as load_file
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.shape import Fields, ShapeError
from gitbaseline.model.units import find as find_unit

SETTING = "SOL_CEILINGS_YAML"
TRACKED = "configs/sol-ceilings.yaml"

_SCHEMA = "git-baseline/ceilings/1"
_FACES = {"compute": ("dense", "sparse"), "link": ("per_direction", "both"), "memory": ("peak",)}
_QUANTITY = ("unit", "source", "verified", "aliases", "note")
_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Verified(StrEnum):
    """Who stands behind a figure: the vendor's page as read, a copy of it, nobody yet."""

    VENDOR = "vendor"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page to cite. ``read`` is the day on which a person compared the figures with it."""

    name: str
    url: str
    read: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """One published peak. ``span`` are the figures that sources give where they differ."""

    key: str
    value: float
    unit: str
    face: str
    span: tuple[float, float] | None
    device: str
    source: Source
    verified: Verified
    note: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """A file of ceilings. ``names`` lead from each accepted name to the key it stands for."""

    file: str
    by_key: Mapping[str, Ceiling]
    names: Mapping[str, str]

    def find(self, name: str) -> Ceiling:
        """Return the ceiling of a key or another name of it; InputError shows the nearest."""
        if name in self.names:
            return self.by_key[self.names[name]]
        from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits for it

        near = get_close_matches(name, self.names, n=3)
        raise InputError(
            f"there is no ceiling {name!r} in {self.file}",
            code="ceiling/unknown",
            where=name,
            hint=f"did you mean {' or '.join(near)}?" if near else "git baseline ceilings list",
        )


def choose(*, given: Path | None, setting: str | None, tracked: Path | None) -> Path:
    """Return the file in force: the one given, the setting's, the repository's, the shipped."""
    return given or (Path(setting) if setting else tracked) or shipped(Path(TRACKED).name)


def read(path: Path) -> Ceilings:
    """Return the ceilings of a file; InputError says what is wrong in it and where."""
    return load(content(path), str(path))


def load(data: bytes, file: str) -> Ceilings:
    """Return the ceilings of a file's bytes; ``file`` is its name for people."""
    found = load_file(data, file, _document)
    return Ceilings(
        file=file,
        by_key={ceiling.key: ceiling for ceiling in found},
        names={name: c.key for c in found for name in (c.key, *c.aliases)},
    )


def _document(value: JSON) -> tuple[Ceiling, ...]:
    top = fields(value, "", ("schema", "sources", "devices"))
    top.matching("schema", _SCHEMA, lambda text: text == _SCHEMA)
    sources = {name: _source(name, part, path) for name, part, path in _parts(top, "sources")}
    found = tuple(
        ceiling
        for name, part, path in _parts(top, "devices")
        for ceiling in _device(name, part, path, sources)
    )
    owners: dict[str, str] = {}
    for ceiling in found:
        for name in (ceiling.key, *ceiling.aliases):
            if owners.setdefault(name, ceiling.key) != ceiling.key:
                raise ShapeError(f"{name} would stand for {owners[name]} and {ceiling.key}")
    return found


def _parts(f: Fields, key: str) -> Iterator[tuple[str, JSON, str]]:
    """Yield each name below a key with its value and path."""
    for name, (value, path) in f.table(key, lambda value, path: (value, path)).items():
        yield name, value, path


def _source(name: str, value: JSON, where: str) -> Source:
    f = fields(value, where, ("url", "read"))
    return Source(
        name=name,
        url=f.matching("url", "https://...", lambda text: text.startswith("https://")),
        read=f.maybe("read", lambda key: f.matching(key, "YYYY-MM-DD", _is_date)),
    )


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _device(name: str, value: JSON, where: str, sources: Mapping[str, Source]) -> Iterator[Ceiling]:
    f = fields(value, where, ("title", "aliases", *_FACES))
    title, devices = f.line("title"), _names(f, name, where)
    for section, faces in _FACES.items():
        for quantity, part, path in _parts(f, section) if f.has(section) else ():
            inner = fields(part, path, (*faces, *_QUANTITY))
            plain = tuple(
                ".".join(pair) for pair in product(devices, _names(inner, quantity, path))
            )
            yield from _quantity(inner, faces, plain, title, sources)


def _quantity(
    f: Fields,
    faces: Sequence[str],
    plain: tuple[str, ...],
    title: str,
    sources: Mapping[str, Source],
) -> Iterator[Ceiling]:
    """Yield a ceiling for each face that has a figure; ``plain`` are its names without a face."""
    unit = f.matching("unit", "a known unit", lambda text: find_unit(text) is not None)
    source = _cited(f, sources)
    verified = f.choice("verified", Verified)
    if verified is Verified.VENDOR and source.read is None:
        raise f.fault("verified", f"a day in sources.{source.name}.read first", "null there")
    note = f.line("note") if f.has("note") else None
    for face in faces:
        first = face == faces[0]
        span = _span(f, face) if first else f.maybe(face, lambda key: _span(f, key))
        if span is None:
            continue
        full = tuple(f"{name}.{face}" for name in plain) if len(faces) > 1 else ()
        key, *aliases = (*full, *(plain if first else ()))
        yield Ceiling(
            key=key,
            value=span[1],
            unit=unit,
            face=face,
            span=span if span[0] < span[1] else None,
            device=title,
            source=source,
            verified=verified,
            note=note,
            aliases=tuple(aliases),
        )


def _names(f: Fields, name: str, where: str) -> tuple[str, ...]:
    names = (name, *words(f, "aliases"))
    for one in names:
        if not _NAME.fullmatch(one):
            raise ShapeError(f"{where}: expected a name of a-z, 0-9 and _, got {one!r}")
    return names


def _cited(f: Fields, sources: Mapping[str, Source]) -> Source:
    name = f.line("source")
    if name not in sources:
        from difflib import get_close_matches  # noqa: PLC0415 - as above

        near = get_close_matches(name, sources, n=1) or sorted(sources)
        raise f.fault("source", f"one of sources ({', '.join(near)})", repr(name))
    return sources[name]


def _span(f: Fields, face: str) -> tuple[float, float]:
    """Return the lowest and the highest figure that sources give."""
    value, where = f.take(face), f.path(face)
    if isinstance(value, dict):
        ends = fields(value, where, ("range",)).numbers("range")
    else:
        ends = (Fields({where: value}, "").number(where),) * 2
    if len(ends) != 2 or not 0 < ends[0] <= ends[1]:
        raise ShapeError(f"{where}: expected a number above 0, or range: [low, high]")
    return ends[0], ends[1]
