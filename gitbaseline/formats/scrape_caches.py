"""Caches as scrapes count them: a counter ``X_hits`` beside a counter ``X_queries``."""

from __future__ import annotations

from collections.abc import Iterator

from gitbaseline.formats.scrape import Labels, Scrape
from gitbaseline.formats.scrape_growth import growth

ByLabels = dict[Labels, float]


def hit_rates(before: Scrape | None, after: Scrape) -> dict[str, float]:
    """Return the hit rates in percent by family, all label sets together.

    Without an earlier scrape they are of the server's whole life.
    """
    rates: dict[str, float] = {}
    for name, hits, queries in caches(before, after):
        asked = sum(queries.values())
        if asked > 0:
            rates[name] = 100 * sum(hits.values()) / asked
    return rates


def caches(before: Scrape | None, after: Scrape) -> Iterator[tuple[str, ByLabels, ByLabels]]:
    """Yield each cache's name, its hits and its queries between the scrapes, by labels."""
    first = before or Scrape(file=after.file, families={})
    for family in after.families.values():
        name = family.name.removesuffix("_queries")
        hits = after.families.get(f"{name}_hits")
        if name == family.name or hits is None or not family.kind == hits.kind == "counter":
            continue
        grown = [growth(first, after, one, "_total") for one in (hits, family)]
        yield name, grown[0], grown[1]
