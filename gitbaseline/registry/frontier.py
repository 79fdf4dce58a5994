"""What the registry's entries say of levers, read for ``compare.frontier``; a word to close one.

What a retracted or distrusted entry says is void.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from gitbaseline.compare import frontier as frontiers
from gitbaseline.compare.frontier import Fate, Frontier, Series, Statement, Wall
from gitbaseline.compare.worth import worth
from gitbaseline.errors import InputError
from gitbaseline.model.closing import Closing, Outcome, from_extra
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.shape import ShapeError
from gitbaseline.registry.candidates import base
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.resolve import find_series


def frontier(
    reader: Reader, *, family: str | None = None, measurement: str | None = None
) -> Frontier:
    """Return the frontier of the registry, or of what the two names leave of it.

    Every entry is read, whatever is asked for: another series may have closed a lever of this one.
    InputError where no measurement has such names.
    """
    every = [(f, m) for f in reader.families() for m in reader.measurements(f)]
    chosen = [s for s in every if family in (None, s[0]) and measurement in (None, s[1])]
    if not chosen and (family or measurement):
        raise _unknown(["/".join(s) for s in every], family, measurement)
    warnings: list[str] = []
    read = [_series(reader, pair, warnings) for pair in every]
    found = frontiers.frontier(read, ["/".join(pair) for pair in chosen])
    return replace(found, warnings=(*warnings, *found.warnings))


def closing(
    reader: Reader,
    reference: str,
    entry_of: Callable[[str], Entry],
    *,
    family: str,
    outcome: Outcome,
    why: str | None,
) -> Closing:
    """Return the word by which an entry of ``family`` closes a lever.

    A series by itself means its open lever; any other reference, which ``entry_of`` resolves, the
    lever that the entry names. InputError where there is none, or another family's.
    """
    is_bare = not ("@" in reference or "~" in reference or reference.count("/") > 1)
    path = _open(reader, reference) if is_bare else _naming(entry_of(reference), reference)
    if path.family != family:
        raise InputError(
            f"an entry of {family} cannot close a lever of {path.family}",
            code="lever/family",
            where=reference,
            hint=f"record what decided it under --family {path.family}",
        )
    return Closing(entry=path, outcome=outcome, why=why)


def _series(reader: Reader, pair: tuple[str, str], warnings: list[str]) -> Series:
    said: list[Statement] = []
    continues: str | None = None
    latest: Entry | None = None
    for number, listed in enumerate([*reader.listed(*pair)][::-1]):  # the oldest first
        entry = reader.read(listed)
        continues = entry.baseline.continues if number == 0 else continues
        latest = entry if entry.counts else latest
        if not (entry.retracted or entry.distrusted):
            said += _said(entry, warnings)
    name = "/".join(pair)
    return Series(
        name=name,
        said=tuple(said),
        continues=_plain(continues) if continues else None,
        wall=Wall(series=name, entry=latest.path, sol=latest.baseline.sol) if latest else None,
    )


def _said(entry: Entry, warnings: list[str]) -> list[Statement]:
    """Return the entry's statement, or nothing where it says nothing of levers."""
    lever = entry.baseline.next_lever
    try:
        closes = from_extra(entry.baseline.extra)
    except ShapeError as error:
        warnings.append(f"{entry.path} closes no lever that can be read: {error}")
        closes = None
    if lever is None and closes is None:
        return []
    value = worth(lever, entry.baseline) if lever else None
    return [Statement(entry=entry.path, lever=lever, worth=value, closes=closes)]


def _open(reader: Reader, reference: str) -> EntryPath:
    family, measurement = find_series(reader, reference, reference)
    found = frontier(reader, family=family, measurement=measurement).of(Fate.OPEN)
    if not found:
        raise InputError(
            "has no open lever",
            code="lever/none",
            where=f"{family}/{measurement}",
            hint="git baseline frontier",
        )
    return found[0].entry


def _naming(entry: Entry, reference: str) -> EntryPath:
    if entry.baseline.next_lever is None or entry.retracted or entry.distrusted:
        state = "names no lever" if entry.baseline.next_lever is None else f"is {entry.status}"
        raise InputError(
            f"{entry.path} {state}",
            code="lever/none",
            where=reference,
            hint="git baseline frontier",
        )
    return entry.path


def _plain(series: str) -> str:
    """Return a series' name without the ordinal of a stretch."""
    family, _, measurement = series.partition("/")
    return f"{family}/{base(measurement)}"


def _unknown(known: Sequence[str], family: str | None, measurement: str | None) -> InputError:
    wanted = "/".join(filter(None, (family, measurement)))
    near = get_close_matches(wanted, known, n=1, cutoff=0.4)
    return InputError(
        "names no measurement of this registry",
        code="reference/unknown",
        where=wanted,
        hint=f"did you mean {near[0]}?" if near else "git baseline list",
    )
