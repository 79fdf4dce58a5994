"""What the stores of other benchmark tools share: their files, their names, their commits."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source, SourceFile
from gitbaseline.model.names import suggest
from gitbaseline.model.root import Limits
from gitbaseline.registry import compose
from gitbaseline.registry import source as sources
from gitbaseline.registry.imported import Terms
from gitbaseline.registry.listing import Fate, Listing, Outcome, Waiting

_SHA = re.compile(r"[0-9a-f]{7,64}")


def files(top: Path, ending: str) -> Iterator[Path]:
    """Yield the files below a folder whose name ends so, sorted; a file stands for itself."""
    if top.is_file():
        yield top
        return
    for folder, inner, names in os.walk(top):
        inner.sort()
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(ending))


def source(path: Path, top: Path, terms: Terms) -> Source:
    """Return one file of a store as a source, under its path below the store's top folder."""
    read = sources.read(path, terms.limits)
    inner = path.name if path == top else path.relative_to(top).as_posix()
    file = SourceFile(path=read.files[0].path, data=read.files[0].data)
    return Source(name=sources.shown(Path(inner)), kind="file", files=(file,))


def peek(path: Path) -> Source | None:
    """Return a file as a source, or None where it cannot be one; for telling kinds apart."""
    try:
        return sources.read(path, Limits())
    except InputError:
        return None


def listed(paths: Iterable[Path], of: Callable[[Path], Iterable[Waiting]]) -> Listing:
    """Return the entries of every file; a file that ``of`` refuses is told as refused."""
    waiting: list[Waiting] = []
    refused: list[Outcome] = []
    for path in paths:
        try:
            waiting += of(path)
        except InputError as error:
            refused.append(Outcome(where=str(path), fate=Fate.REFUSED, error=error))
    return Listing(waiting=tuple(waiting), refused=tuple(refused))


def wishes(terms: Terms, name: str) -> compose.Wishes:
    """Return family and measurement of an entry; ``name`` where the person gave none."""
    measurement = terms.measurement or suggest(name) or "benchmark"
    return compose.Wishes(family=terms.family, measurement=measurement, context={}, environment={})


def commit(told: str | None, terms: Terms) -> str | None:
    """Return the full id of a commit as a store tells it, or None."""
    if told is None or _SHA.fullmatch(told) is None:
        return None
    return told if len(told) in (40, 64) else terms.commit(told)
