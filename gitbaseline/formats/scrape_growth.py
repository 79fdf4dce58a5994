"""By how much a family grew from one scrape to the next.

A counter that fell is a restarted server, or the two scrapes are in the wrong order: refused. One
that the first scrape lacks began at 0.
"""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.formats.scrape import Family, Labels, Scrape, key


def growth(before: Scrape, after: Scrape, family: Family, part: str) -> dict[Labels, float]:
    """Return how much one part of a family of ``after`` grew, by labels; InputError for a fall."""
    earlier = before.families.get(family.name)
    start = earlier.values(part) if earlier else {}
    grown: dict[Labels, float] = {}
    for labels, end in family.values(part).items():
        grown[labels] = end - start.get(labels, 0.0)
        if grown[labels] < 0 and part != "_sum":
            raise InputError(
                f"{key(family.name + part, labels)} fell from {start[labels]:g} in {before.file} "
                f"to {end:g}",
                code="prometheus/reset",
                where=after.file,
                hint="the server restarted between the scrapes, or they are in the wrong order: "
                "the earlier one comes first",
            )
    return grown
