"""What scrapes of an inference server, before and after a run, say of its caches and its load.

Rules:

- ``prefix_cache_hit_rate_post`` is what hits and queries grew by between the scrapes, ``_pre`` the
  rate up to the first; servers that export the rate itself give it as they do. The peak of a gauge
  is the largest of the scrapes at hand.
- A scrape cut down to a few lines, without the types of its metrics, is one by its name:
  ``*.prom``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gitbaseline.formats import scrape
from gitbaseline.formats.base import SourceFile
from gitbaseline.formats.perfbench_names import competing
from gitbaseline.formats.scrape import Scrape
from gitbaseline.formats.scrape_caches import hit_rates
from gitbaseline.formats.scrape_pair import place
from gitbaseline.formats.scrape_settings import settings
from gitbaseline.model.codec import Scalar

_USAGE = re.compile(r"(?:kv|gpu)_cache_usage_perc$")
_RATE = re.compile(r"prefix_cache_hit_rate$")
_RUNNING = re.compile(r"num_requests_running$")
_GENERATION = re.compile(r"avg_generation_throughput_toks_per_s$")
_CACHE = re.compile(r"^(?!.*external).*prefix_cache$")


def is_scrape(file: SourceFile) -> bool:
    """Whether it is a scrape, by content; one cut down to a few lines by its name."""
    told = scrape.is_classic(file.data) or scrape.is_openmetrics(file.data)
    return told or file.path.endswith(".prom")


def read(
    files: Sequence[SourceFile], warnings: list[str]
) -> tuple[dict[str, float], dict[str, dict[str, Scalar]]]:
    """Return the numbers by name and what the server tells of its settings.

    InputError where two scrapes are of before, or two of after.
    """
    places = {kind: [f for f in files if place(f.path) == kind] for kind in ("before", "after")}
    for kind, held in places.items():
        if len(held) > 1:
            raise competing(held, f"scrapes of {kind}")
    scrapes = {file.path: _parsed(file) for file in files}
    before, after = (
        scrapes[held[0].path] if held else None for held in (places["before"], places["after"])
    )
    found: dict[str, float] = {}
    for key, pattern, factor in (
        ("gpu_cache_usage_perc_peak", _USAGE, 100),
        ("num_requests_running_peak", _RUNNING, 1),
    ):
        seen = [value for one in scrapes.values() for value in _gauge(one, pattern)]
        if seen:
            found[key] = factor * max(seen)
    if before is None or after is None:
        some = ", ".join(sorted(scrapes))
        warnings.append(f"no scrape of both before and after ({some}): cache rates are not known")
        return found, settings(next(iter(scrapes.values())))
    for key, one, earlier in (
        ("prefix_cache_hit_rate_pre", before, None),
        ("prefix_cache_hit_rate_post", after, before),
    ):
        rate = _hit_rate(earlier, one)
        if rate is not None:
            found[key] = rate
    flow = _gauge(after, _GENERATION)
    if flow:
        found["avg_generation_throughput_toks_per_s"] = sum(flow)
    return found, settings(after)


def _parsed(file: SourceFile) -> Scrape:
    return scrape.openmetrics(file) if scrape.is_openmetrics(file.data) else scrape.classic(file)


def _gauge(one: Scrape, pattern: re.Pattern[str]) -> list[float]:
    return [
        value
        for family in one.families.values()
        if family.kind in ("gauge", "unknown") and pattern.search(family.name)
        for value in family.values("").values()
    ]


def _hit_rate(before: Scrape | None, after: Scrape) -> float | None:
    """Return the prefix cache's hit rate in percent: by counters, else by the server's gauge."""
    rates = hit_rates(before, after)
    known = [rates[name] for name in sorted(rates) if _CACHE.search(name)]
    if known:
        return known[0]
    gauges = _gauge(after, _RATE)
    return 100 * sum(gauges) / len(gauges) if gauges else None
