"""Which entry a measurement is held to: the latest that counts and is comparable with it.

Comparable in all that ``compare`` asks for: surroundings, shape, unit, direction. One that lacks
the headline of the measurement comes after those that have it.

Newer entries that were passed over are told with the reason: a bare reference must not hide that
the last run was on another machine. A series that names the one it goes on from is followed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gitbaseline.compare.comparable import differences, lacking
from gitbaseline.compare.rules import Rules
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import split_measurement
from gitbaseline.registry.reader import Entry, Reader

_TOLD = 10
_FIELDS = 3
LOOKED_AT = 500  # entries; what was comparable before them is too old to hold anything to


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
    rules: Rules,
    *,
    but: EntryPath | None = None,
    before: bool = False,
) -> Chosen:
    """Return the latest entry that ``current`` can be held to.

    ``but`` is its own path, where it is registered itself; ``before`` leaves out what is newer.
    """
    latest: Chosen | None = None
    partly: Chosen | None = None
    passed: list[str] = []
    for entry in islice(through(reader, series, current.continues), LOOKED_AT):
        if but and (entry.path == but or (before and entry.path.slug > but.slug)):
            continue
        if not entry.counts:
            passed.append(f"passed over {entry.path.slug}: {entry.status}")
            continue
        old = entry.baseline
        differs = tuple(dict.fromkeys(bar.field for bar in differences(old, current, rules)))
        absent = None if differs else lacking(old, current, rules)
        if not (differs or absent):
            return Chosen(entry=entry, passed_over=_told(passed))
        found = Chosen(entry=entry, differs=differs, passed_over=_told(passed))
        if differs:
            latest = latest or found
        else:
            partly = partly or found
        why = f"it lacks {absent}" if absent else f"{', '.join(differs[:_FIELDS])} differs"
        passed.append(f"passed over {entry.path.slug}: {why}")
    return partly or latest or Chosen(entry=None, passed_over=_told(passed))


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
