"""A measurement's entries in parts: the newest on its page, the older ones in fixed places.

Parts are counted from the oldest entry, so that a full one never changes again but by an event:
one more entry is told on the newest part alone, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import utc_of_slug
from gitbaseline.site import links
from gitbaseline.site.contents import Lying

PART = 100  # entries; the newest part holds up to twice as many, so that it never shows a handful
LOOKED_AT = 500  # the newest entries, in which what became of the latest is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One part: ``number`` is 0 for the newest, else from 1, the oldest.

    ``full`` is how many older parts there are, ``count`` how many entries in all. ``recent`` are
    the entries that are looked at: its own, and for the newest part those before.
    """

    family: str
    measurement: str
    number: int
    full: int
    count: int
    lying: Sequence[Lying]
    recent: Sequence[EntryPath]

    @property
    def is_newest(self) -> bool:
        """Whether it ends with the newest entry."""
        return self.number == 0

    @property
    def pair(self) -> tuple[str, str]:
        """Family and measurement."""
        return self.family, self.measurement

    @property
    def name(self) -> str:
        """How a build remembers it."""
        return f"{self.family}/{self.measurement}/{self.number}"

    @property
    def page(self) -> str:
        """Where its page lies."""
        return links.series_page(self.family, self.measurement, self.number)


def stretches(family: str, measurement: str, lying: Sequence[Lying]) -> list[Stretch]:
    """Return the parts of a measurement's entries, the oldest first, the newest last."""
    count = len(lying)
    full = max(0, count // PART - 1)
    paths = [one.path for one in lying[-max(LOOKED_AT, count - full * PART) :]]
    cuts = [(at + 1, lying[at * PART : (at + 1) * PART]) for at in range(full)]
    return [
        Stretch(
            family=family,
            measurement=measurement,
            number=number,
            full=full,
            count=count,
            lying=own,
            recent=[one.path for one in own] if number else paths,
        )
        for number, own in [*cuts, (0, lying[full * PART :])]
    ]


def days(stretch: Stretch) -> str:
    """Return the days of its first and last entry."""
    first, last = (utc_of_slug(one.path.slug)[:10] for one in (stretch.lying[0], stretch.lying[-1]))
    return first if first == last else f"{first} to {last}"
