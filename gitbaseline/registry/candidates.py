"""Which entry a measurement is held to: the latest that counts and is comparable with it.

Newer entries that were passed over are told with the reason: a bare reference must not hide that
the last run was on another machine. A series that names the one it goes on from is followed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gitbaseline.compare.match import MatchRules, match
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import split_measurement
from gitbaseline.registry.reader import Entry, Reader

_TOLD = 10
_LOOKED_AT = 500  # entries; what was comparable before them is too old to hold anything to


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The entry, the fields in which it differs, and the newer ones passed over, in words.

    Where none is comparable the entry is the latest that counts, so that one can be told what
    differs; it is None where none counts.
    """

    entry: Entry | None
    differs: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


def latest_comparable(
    reader: Reader,
    series: tuple[str, str],
    current: Baseline,
    rules: MatchRules,
    *,
    but: EntryPath | None = None,
    before: bool = False,
) -> Chosen:
    """Return the latest entry that ``current`` can be held to.

    ``but`` is its own path, where it is registered itself; ``before`` leaves out what is newer.
    """
    latest: Chosen | None = None
    passed: list[str] = []
    for entry in islice(through(reader, series, current.continues), _LOOKED_AT):
        if but and (entry.path == but or (before and entry.path.slug > but.slug)):
            continue
        differs = tuple(bar.field for bar in match(entry.baseline, current, rules).bars)
        if entry.counts and not differs:
            return Chosen(entry=entry, passed_over=_told(passed))
        if entry.counts and latest is None:
            latest = Chosen(entry=entry, differs=differs, passed_over=_told(passed))
        why = f"{', '.join(differs[:3])} differs" if entry.counts else entry.status
        passed.append(f"passed over {entry.path.slug}: {why}")
    return latest or Chosen(entry=None, passed_over=_told(passed))


def through(
    reader: Reader, series: tuple[str, str], continues: str | None = None
) -> Iterator[Entry]:
    """Yield a series' entries, newest first, then those of the one that its first entry names.

    ``continues`` is what an entry says that would be the first.
    """
    seen: set[tuple[str, str]] = set()
    at: tuple[str, str] | None = series
    while at is not None and at not in seen:
        seen.add(at)
        named = continues if at == series else None
        for entry in reader.entries(*at):
            named = entry.baseline.continues
            yield entry
        at = _split(named) if named else None


def base(measurement: str) -> str:
    """Return a measurement's plain name, whichever stretch of it a path names."""
    parts = split_measurement(measurement)
    return parts[0] if parts else measurement


def _told(passed: list[str]) -> tuple[str, ...]:
    more = len(passed) - _TOLD
    return (*passed[:_TOLD], f"and {more} more passed over") if more > 0 else tuple(passed)


def _split(series: str) -> tuple[str, str]:
    family, _, measurement = series.partition("/")
    return family, measurement
