"""The frontier: every lever that entries name, what became of it, and which to pull first.

Rules:

- A series has one open lever, the one that its newest entry with a lever names. The same words
  named again are the same lever, as the newest entry puts it; other words supersede it. So does the
  first lever of a series that ``continues`` this one. An entry without a lever changes nothing.
- An entry closes a lever by saying so (``model.closing``): refuted, or met. It closes what was
  named up to then; who names it again later opens it again.
- The two are of one family, since a key's right to record is given by family. A candidate's word
  counts: what refutes a lever is often a regression.
- Open levers are ranked by gain for a day's work, then those without a cost by gain, then those
  without a gain. Nothing unknown is guessed.
- "Nothing left" takes an empty frontier, and every measurement in sight at its light-speed wall:
  ``WALL_PCT`` of a published ceiling or more, by counters (L3, L4), not by a datasheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from gitbaseline.compare.speed_of_light import Rigor
from gitbaseline.compare.worth import Worth
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Lever, SpeedOfLight
from gitbaseline.model.closing import Closing
from gitbaseline.model.layout import EntryPath

WALL_PCT = 90.0
WALL_RIGOR = (Rigor.L3, Rigor.L4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one entry says of levers. ``worth`` is that of the lever it names."""

    entry: EntryPath
    lever: Lever | None = None
    worth: Worth | None = None
    closes: Closing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """How near the latest entry of a series is to its ceiling; ``sol`` None where it has none."""

    series: str
    entry: EntryPath
    sol: SpeedOfLight | None

    @property
    def reached(self) -> bool:
        """Whether this documents that the hardware gives no more."""
        sol = self.sol
        return sol is not None and sol.pct >= WALL_PCT and sol.rigor in WALL_RIGOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One measurement: its statements, oldest first, and how far its latest entry has come.

    ``said`` leaves out what was retracted or distrusted; ``continues`` is another series' name.
    """

    name: str
    said: tuple[Statement, ...] = ()
    continues: str | None = None
    wall: Wall | None = None


class Fate(StrEnum):
    """What became of a lever."""

    OPEN = "open"
    REFUTED = "refuted"
    MET = "met"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One lever of a series. ``entry`` names it last; ``by`` is the entry that closed it."""

    series: str
    entry: EntryPath
    lever: Lever
    worth: Worth
    fate: Fate = Fate.OPEN
    by: EntryPath | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """``items``: the open ones as ranked, then the others by fate, the newest first."""

    items: tuple[Item, ...]
    walls: tuple[Wall, ...]
    warnings: tuple[str, ...] = ()

    def of(self, fate: Fate) -> tuple[Item, ...]:
        """Return the levers of one fate."""
        return tuple(item for item in self.items if item.fate is fate)

    @property
    def nothing_left(self) -> bool:
        """Whether it may be said that nothing is left to try."""
        return bool(self.walls) and not self.of(Fate.OPEN) and all(w.reached for w in self.walls)


def frontier(every: Sequence[Series], chosen: Sequence[str]) -> Frontier:
    """Return the frontier of the chosen series; any other may have closed a lever of these."""
    levers = {series.name: _levers(series) for series in every}
    warnings = _close(every, levers)
    _supersede(every, levers)
    found = [item for name in chosen for item in levers[name].values()]
    walls = [series.wall for series in every if series.wall and series.name in chosen]
    return Frontier(
        items=tuple(sorted(found, key=_place)), walls=tuple(walls), warnings=tuple(warnings)
    )


def _levers(series: Series) -> dict[str, Item]:
    """Return the series' levers by their words, the one named last at the end."""
    found: dict[str, Item] = {}
    for one in series.said:
        if one.lever and one.worth:
            found.pop(one.lever.lever, None)
            found[one.lever.lever] = Item(
                series=series.name, entry=one.entry, lever=one.lever, worth=one.worth
            )
    return found


def _close(every: Sequence[Series], levers: Mapping[str, dict[str, Item]]) -> list[str]:
    """Mark what was closed, in the order of time; return in words what closes nothing."""
    named = {
        one.entry: (levers[series.name], one.lever.lever)
        for series in every
        for one in series.said
        if one.lever
    }
    closings = [(one.entry, one.closes) for s in every for one in s.said if one.closes]
    void = []
    for by, closing in sorted(closings, key=lambda pair: (pair[0].slug, str(pair[0]))):
        if closing.entry not in named:
            void.append(f"{by} closes a lever of {closing.entry}, which names none")
        elif closing.entry.family != by.family:
            void.append(f"{by} closes a lever of {closing.entry}, another family's: void")
        else:
            owner, words = named[closing.entry]
            if owner[words].entry.slug <= by.slug:
                owner[words] = replace(
                    owner[words], fate=Fate(closing.outcome), by=by, why=closing.why
                )
    return void


def _supersede(every: Sequence[Series], levers: Mapping[str, dict[str, Item]]) -> None:
    for series in every:
        own = levers[series.name]
        if not own:
            continue
        *older, newest = own
        after = _first_after(every, series.name, {series.name})
        for words, by in [*((words, own[newest].entry) for words in older), (newest, after)]:
            if by and own[words].fate is Fate.OPEN:
                own[words] = replace(own[words], fate=Fate.SUPERSEDED, by=by)


def _first_after(every: Sequence[Series], name: str, seen: set[str]) -> EntryPath | None:
    """Return the first entry that names a lever in the series that go on from this one."""
    found = []
    for later in every:
        if later.continues == name and later.name not in seen:
            seen.add(later.name)
            own = (one.entry for one in later.said if one.lever)
            first = next(own, None) or _first_after(every, later.name, seen)
            found += [first] if first else []
    return min(found, key=lambda path: path.slug, default=None)


def _place(item: Item) -> tuple[int, int, float, float, str]:
    """Return the place in the list: the open ones by worth, the others by time, newest first."""
    gain, rate = item.worth.gain, item.worth.rate
    if item.fate is Fate.OPEN:
        known = 2 if gain is None else int(rate is None)
        return 0, known, -(rate or 0.0), -(gain or 0.0), str(item.entry)
    slug = (item.by or item.entry).slug
    time = int(slug.time[:8] + slug.time[9:15])
    return 1, list(Fate).index(item.fate), -time, -slug.suffix, str(item.entry)
