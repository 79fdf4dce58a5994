"""Entries as folders: ``<family>/<measurement>/<time>/`` with ``baseline.json`` and its snapshot.

So older tools kept them below ``experiments/artifacts/perf-baselines``, and so ``export`` writes a
registry. The two are told apart by ``schema``.

Rules:

- Names come from the folders, the original time from the folder or, where that is none, from
  ``baseline.json``. A name that the registry does not take becomes the nearest that it does; two
  names that would become one are refused.
- What was retracted where it comes from is left out.
- ``folder_older`` reads what an older tool wrote, ``folder_exported`` what ``export`` did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.model.baseline import SCHEMA as OURS
from gitbaseline.model.codec import CodecError, parse
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import BASELINE, SNAPSHOT
from gitbaseline.model.names import name_fault, suggest
from gitbaseline.registry import folder_exported, folder_older, older
from gitbaseline.registry import source as sources
from gitbaseline.registry.folder import Folder, content
from gitbaseline.registry.imported import Terms
from gitbaseline.registry.listing import Fate, Listing, Outcome, Waiting

NAME = "folders"
BELOW = Path("experiments", "artifacts", "perf-baselines")


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
            if folder.beside(EventKind.RETRACTED):
                withdrawn.append(Outcome(where=folder.where, fate=Fate.WITHDRAWN))
                continue
            waiting.append(_waiting(folder, names, terms))
        except InputError as error:
            refused.append(Outcome(where=folder.where, fate=Fate.REFUSED, error=error))
    return Listing(waiting=tuple(waiting), refused=tuple(refused), withdrawn=tuple(withdrawn))


def _folders(top: Path, unread: list[Outcome]) -> Iterator[Folder]:
    """Yield the entries below a folder, sorted; links are not followed.

    A folder that cannot be read is put into ``unread``.
    """
    path = Path(os.path.abspath(top))  # noqa: PTH100 - resolve() would follow links away
    if (path / BASELINE).is_file() or _is_one_without(path):
        *_, family, measurement, slug = ("", "", "", *path.parts)
        yield Folder(path=top, family=family, measurement=measurement, slug=slug)
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


class _Names:
    """The names that entries get, and which folder's name each stands for."""

    def __init__(self) -> None:
        self._was: dict[str, str] = {}

    def of(self, folder: Folder) -> Mapping[str, tuple[str, str]]:
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


def _waiting(folder: Folder, names: _Names, terms: Terms) -> Waiting:
    file = folder.path / BASELINE
    data = content(file, terms.limits.baseline_bytes)
    try:
        document = parse(data)
    except CodecError as error:
        raise InputError(str(error), code="import/json", where=str(file)) from None
    if not isinstance(document, dict):
        raise InputError("expected an object", code="import/json", where=str(file))
    if document.get("schema") == OURS:
        entry = folder_exported.described(data, folder)
        return Waiting(
            where=folder.where,
            at=entry.original_utc,
            family=entry.family,
            take=partial(folder_exported.taken, folder, entry, data, terms),
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
        take=partial(folder_older.read, folder, document, data, names=found, at=at, terms=terms),
    )
