"""Scrapes as a reading: one by itself, two as before and after.

Rules:

- Which of two came first is told by their names (``pre``, ``before``, ``start`` against ``post``,
  ``after``, ``end``), else by the order in which they were given.
- A folder of exactly two scrapes whose names tell the order is such a pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats import counters
from gitbaseline.formats.base import PassedOver, Reading, Source, SourceFile, capped
from gitbaseline.formats.scrape import Scrape
from gitbaseline.formats.scrape_settings import settings
from gitbaseline.model.metric import Direction
from gitbaseline.model.names import suggest

_WORD = re.compile(r"(?<![a-z])(?:(?P<before>pre|before|start)|(?P<after>post|after|end))(?![a-z])")


def place(path: str) -> str | None:
    """Return ``before`` or ``after`` by the file's name, or None where it does not tell.

    >>> place("run/llama-metrics-pre.prom"), place("after.txt"), place("metrics.prom")
    ('before', 'after', None)
    """
    found = {match.lastgroup for match in _WORD.finditer(path.rpartition("/")[2].lower())}
    return found.pop() if len(found) == 1 else None


def claim(source: Source, is_scrape: Callable[[bytes], bool]) -> str | None:
    """Return why this is a scrape, or a folder of one before and one after, or None."""
    places = [place(file.path) for file in source.files if is_scrape(file.data)]
    if source.kind == "file" and places:
        return "it declares metrics with # TYPE"
    pair = len(source.files) == len(places) == 2 and {*places} == {"before", "after"}
    if source.kind == "directory" and pair:
        return "it holds a scrape of before and one of after"
    return None


def ordered(files: Sequence[SourceFile]) -> Sequence[SourceFile]:
    """Return two scrapes' files, the earlier one first."""
    return files[::-1] if [place(file.path) for file in files] == ["after", "before"] else files


def read(
    files: Sequence[SourceFile], parse: Callable[[SourceFile], Scrape], format_name: str
) -> Reading:
    """Return the reading of one scrape, or of two; InputError where nothing is measured."""
    scrapes = [parse(file) for file in ordered(files)]
    over: list[PassedOver] = [entry for scrape in scrapes for entry in scrape.passed_over]
    last = scrapes[-1]
    if len(scrapes) == 2:
        metrics = counters.between(scrapes[0], last, over)
    else:
        metrics = counters.single(last, over)
    if not metrics:
        raise InputError(
            "no gauge in it, and a counter alone is no measurement"
            if len(scrapes) == 1
            else "no gauge and no counter in it",
            code="prometheus/empty",
            where=last.file,
            hint="scrape before and after the run: record -s before.prom -s after.prom",
        )
    context = settings(last)
    model = str(context.get("identity", {}).get("model", "")).rpartition("/")[2]
    return Reading(
        format=format_name,
        metrics=metrics,
        context=context,
        suggested_measurement=suggest(f"server_metrics_{model}" if model else "server_metrics")
        or "server_metrics",
        warnings=tuple(_warnings(scrapes, (m.direction for m in metrics.values()))),
        passed_over=capped(over),
    )


def _warnings(scrapes: Sequence[Scrape], directions: Iterable[Direction]) -> Iterable[str]:
    if len(scrapes) == 1:
        yield "one scrape: only gauges are recorded; a second one tells what grew between them"
    if all(direction is Direction.UNKNOWN for direction in directions):
        yield "no metric has a better direction, so that none will be judged; --direction gives one"
