"""The values of a whole history in parts, which the chart loads when somebody asks for all of it.

A part tells its entries' values in the unit of its own newest, and in which of its lines each
stands. A small list beside, made anew with each entry, tells which of those lines stand in one with
the newest entry of all, and what a part's units are in the newest one's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from gitbaseline.compare.match import MatchRules, barring, match
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.units import convert
from gitbaseline.site import pages
from gitbaseline.site.chart_history import MARKS
from gitbaseline.site.series import Line, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the list needs of a part: an entry of each of its lines, its units by metric."""

    lines: Sequence[str]
    units: Mapping[str, str]


def part(series: Series, rules: MatchRules) -> Part:
    """Return a part; its first line is that of its own newest entry."""
    lines = dict.fromkeys([str(series.latest.path), *_apart(series, rules).values()])
    return Part(lines=list(lines), units={line.key: line.like.unit for line in series.lines})


def render(series: Series, number: int, rules: MatchRules) -> bytes:
    """Return the script that hands a part's values over.

    ``rows`` are ``[name, kind, line, cells]``, a cell for each key ``[value, low, high]`` or 0;
    ``steps`` are for each key the places of the entries that begin a new level.
    """
    apart = _apart(series, rules)
    lines = part(series, rules).lines
    place = {entry.path: at for at, entry in enumerate(series.entries)}
    rows = [
        [
            _name(series, entry.path),
            MARKS[entry.status],
            lines.index(apart.get(entry.path, lines[0])),
            [_cell(line, entry.path) for line in series.lines],
        ]
        for entry in series.entries
    ]
    steps = [
        [place[step.after.path] for step in line.steps if step.after.path in place]
        for line in series.lines
    ]
    keys = [line.key for line in series.lines]
    return pages.call("baselineHistory", number, {"keys": keys, "rows": rows, "steps": steps})


def listed(
    newest: Series, parts: Iterable[Part], like: Callable[[str], Baseline], rules: MatchRules
) -> bytes:
    """Return the script that lists the parts, the oldest first, the newest last.

    ``like`` returns the entry of a path, which stands for a line.
    """
    latest = newest.latest.baseline
    rows = [
        {
            "lines": [match(like(path), latest, rules).comparable for path in part.lines],
            "factors": dict(_factors(newest, part.units)),
        }
        for part in parts
    ]
    return pages.call("baselineHistoryParts", rows)


def _apart(series: Series, rules: MatchRules) -> dict[EntryPath, str]:
    """Return, for each entry out of the newest one's line, the first entry of its own."""
    first: dict[str, str] = {}
    return {
        entry.path: first.setdefault(
            json.dumps(barring(entry.baseline, rules), sort_keys=True), str(entry.path)
        )
        for entry in series.entries
        if not (entry.retracted or entry.distrusted or entry.path in series.comparable)
    }


def _name(series: Series, path: EntryPath) -> str:
    """Return an entry's slug, behind the stretch's name where that is not the measurement's."""
    slug = str(path.slug)
    return slug if path.measurement == series.measurement else f"{path.measurement}/{slug}"


def _cell(line: Line, path: EntryPath) -> list[float] | int:
    told = line.told.get(path)
    if told is None:
        return 0
    ends = [*told.samples, *(told.interval or ()), told.value]
    return [_short(told.value), _short(min(ends)), _short(max(ends))]


def _short(value: float) -> float:
    return float(f"{value:.7g}")


def _factors(newest: Series, units: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Yield what one of a part's units is in the newest one's; of another dimension nothing."""
    for line in newest.lines:
        try:
            yield line.key, convert(1.0, units[line.key], line.like.unit)
        except (InputError, KeyError):
            continue
