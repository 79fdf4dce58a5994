"""OpenMetrics text: one scrape of a metrics endpoint, or two, before and after a run.

What they measure, and under which names: ``counters``; the grammar: ``scrape``.
"""

from __future__ import annotations

from gitbaseline.formats import scrape, scrape_pair
from gitbaseline.formats.base import Options, Reading, Source

NAME = "openmetrics"
SUMMARY = "OpenMetrics text of a metrics endpoint: one scrape, or before and after a run"


def sniff(source: Source) -> str | None:
    """Return why this is OpenMetrics text, or None."""
    return scrape_pair.claim(source, scrape.is_openmetrics)


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return gauges, or what grew between two scrapes; InputError where nothing is measured."""
    return scrape_pair.read(source.files[:2], scrape.openmetrics, NAME)
