"""Exports of genai-perf: ``profile_export_genai_perf.json``, ``.csv``, and its printed table.

The grammar is that of ``perf_json`` and ``perf_table``; which tool wrote a file, ``perf_export``'s.
"""

from __future__ import annotations

from gitbaseline.formats import perf_export
from gitbaseline.formats.base import Options, Reading, Source

NAME = perf_export.GENAI_PERF
SUMMARY = "NVIDIA GenAI-Perf: JSON and CSV exports and printed tables of one run"


def sniff(source: Source) -> str | None:
    """Return why this is an export of genai-perf, or None."""
    return perf_export.claim(source, NAME)


def read(source: Source, options: Options) -> Reading:
    """Return every statistic of every quantity; InputError for a failed run."""
    return perf_export.read(source, NAME, options)
