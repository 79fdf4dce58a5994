"""The results of asv: ``results/<machine>/<commit>-<environment>.json`` beside ``benchmarks.json``.

Each result file is one entry of one measurement, stored with ``benchmarks.json``, which alone knows
the units. Its original time is when its last benchmark started, else the date of its commit.

What failed in a run is left out with a warning, where ``record`` would refuse the run: a history of
years always has some, and the rest of it is no less true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.formats import asv
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.first_document import first
from gitbaseline.formats.gather import utc_of_epoch
from gitbaseline.formats.json_values import items, number, table, text
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.codec import JSON
from gitbaseline.registry import histories
from gitbaseline.registry.imported import Arrival, Origin, Terms, Told, arrive
from gitbaseline.registry.listing import Listing, Waiting

NAME = asv.NAME
_BENCHMARKS = "benchmarks.json"
_LOOKED_AT = 10  # files that may be the first result
_NO_RESULTS = (_BENCHMARKS, "machine.json")


def sniff(top: Path) -> str | None:
    """Return why these are asv's results, or None."""
    for folder in _tops(top):
        for path in islice(_results(folder), _LOOKED_AT):
            source = histories.peek(path)
            if source and asv.sniff(source):
                return f"it has {_BENCHMARKS} and results"
    return None


def listing(top: Path, terms: Terms) -> Listing:
    """Return what the results hold."""
    above = {path: folder for folder in _tops(top) for path in _results(folder)}
    return histories.listed(above, lambda path: [_waiting(path, above[path], terms)])


def _tops(top: Path) -> Iterator[Path]:
    """Yield the folders of results."""
    for file in histories.files(top, _BENCHMARKS):
        if file.name == _BENCHMARKS:
            yield file.parent


def _results(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*/*.json")):
        if path.name not in _NO_RESULTS:
            yield path


def _waiting(path: Path, folder: Path, terms: Terms) -> Waiting:
    source = histories.source(path, folder, terms)
    if not asv.sniff(source):
        raise InputError("is no result of asv", code="import/format")
    at = _time(table(first(source)))
    if at is None:
        raise InputError("no date says when it was measured", code="import/time")
    return Waiting(
        where=str(path), at=at, family=terms.family, take=partial(_taken, path, folder, at, terms)
    )


def _time(document: Mapping[str, JSON]) -> str | None:
    started = [
        milliseconds
        for row in _rows(document)
        if (milliseconds := number(row.get("started_at"))) is not None
    ]
    told = max(started, default=number(document.get("date")))
    return utc_of_epoch(told / 1000 if told else None)


def _rows(document: Mapping[str, JSON]) -> Iterator[Mapping[str, JSON]]:
    columns = [text(name) or "" for name in items(document.get("result_columns"))]
    for row in table(document.get("results")).values():
        yield dict(zip(columns, items(row), strict=False))


def _taken(path: Path, folder: Path, at: str, terms: Terms) -> Arrival:
    result = histories.source(path, folder, terms)
    units = histories.source(folder / _BENCHMARKS, folder, terms)
    document = table(first(result))
    whole = Source(
        name=result.name,
        kind="directory",
        files=(
            SourceFile(path=_BENCHMARKS, data=units.files[0].data),
            SourceFile(path=path.name, data=result.files[0].data),
        ),
    )
    good, failed = _without_failed(document)
    shown = replace(
        whole,
        files=(
            whole.files[0],
            SourceFile(path=path.name, data=json.dumps(good).encode()),
        ),
    )
    warnings = (f"{failed} results in it failed and are left out",) if failed else ()
    told = Told(
        code=Code(sha=histories.commit(text(document.get("commit_hash")), terms) or NO_COMMIT),
        wishes=histories.wishes(terms, NAME),
        warnings=warnings,
    )
    reading = settle(asv.read(shown, Options()), Options())
    return arrive(terms, Origin(said=f"{NAME} {result.name}", at=at), reading, whole, told)


def _without_failed(document: Mapping[str, JSON]) -> tuple[dict[str, JSON], int]:
    """Return the document with failed results as skipped ones, and how many they are."""
    columns = [text(name) for name in items(document.get("result_columns"))]
    place = columns.index("result") if "result" in columns else 0
    failed = 0
    results: dict[str, JSON] = {}
    for name, row in table(document.get("results")).items():
        values = items(row)
        result = values[place] if place < len(values) else None
        if result is None:
            failed += 1
            continue
        failed += items(result).count(None)
        results[name] = [
            _skipped(value) if index == place else value for index, value in enumerate(values)
        ]
    return {**document, "results": results}, failed


def _skipped(result: JSON) -> JSON:
    return ["NaN" if value is None else value for value in items(result)]
