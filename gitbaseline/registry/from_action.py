"""The history that github-action-benchmark keeps on a page: ``data.js``.

Each run of each suite is one entry, and a suite is a measurement. Its snapshot is the run's own
list of results as JSON, in the shape that the format ``github-action-benchmark`` reads. Which way
is better follows from the run's tool, as in the action itself.

Names and addresses of authors, which the page repeats for every run, are not taken over; the commit
is.

Shape and directions: benchmark-action/github-action-benchmark src/write.ts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from gitbaseline.config import plain_url
from gitbaseline.errors import InputError
from gitbaseline.formats import github_action
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.first_document import first
from gitbaseline.formats.gather import utc, utc_of_epoch
from gitbaseline.formats.json_values import items, number, table, text
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import Direction
from gitbaseline.registry import histories
from gitbaseline.registry.imported import Arrival, Origin, Terms, Told, arrive
from gitbaseline.registry.listing import Fate, Listing, Outcome, Waiting
from gitbaseline.registry.loose import normalized

NAME = github_action.NAME
_FILE = "data.js"
_PREFIX = b"window.BENCHMARK_DATA = "
_KNOWN = ("commit", "date", "benches")
_BIGGER = ("benchmarkjs", "pytest", "customBiggerIsBetter")
_SMALLER = (
    *("cargo", "go", "benchmarkluau", "googlecpp", "catch2", "julia", "jmh", "benchmarkdotnet"),
    "customSmallerIsBetter",
)
_BETTER = {
    **dict.fromkeys(_BIGGER, Direction.HIGHER),
    **dict.fromkeys(_SMALLER, Direction.LOWER),
}


def sniff(top: Path) -> str | None:
    """Return why this is the action's page, or None."""
    for path in histories.files(top, _FILE):
        source = histories.peek(path)
        if source and source.files[0].data.lstrip().startswith(_PREFIX.rstrip()):
            return f"{path.name} begins with window.BENCHMARK_DATA"
    return None


def listing(top: Path, terms: Terms) -> Listing:
    """Return what the pages hold."""
    refused: list[Outcome] = []
    listed = histories.listed(
        histories.files(top, _FILE), lambda path: _runs(path, top, terms, refused)
    )
    return Listing(waiting=listed.waiting, refused=(*listed.refused, *refused))


def _runs(path: Path, top: Path, terms: Terms, refused: list[Outcome]) -> Iterator[Waiting]:
    source = histories.source(path, top, terms)
    page = table(_document(source.files[0].data, path))
    if "entries" not in page:
        raise InputError("is no data.js of the action", code="import/format")
    url = text(page.get("repoUrl"))
    for suite, runs in table(page["entries"]).items():
        for index, run in enumerate(map(table, items(runs)), 1):
            where = f"{path}: run {index} of {suite!r}"
            at = utc_of_epoch((number(run.get("date")) or 0) / 1000)
            at = at or utc(text(table(run.get("commit")).get("timestamp")))
            if at is None:
                error = InputError("no date says when it was measured", code="import/time")
                refused.append(Outcome(where=where, fate=Fate.REFUSED, error=error))
                continue
            taken = partial(
                _taken,
                run,
                f"{source.name}#{suite}-{index}.json",
                suite=suite,
                url=url,
                at=at,
                terms=terms,
            )
            yield Waiting(where=where, at=at, family=terms.family, take=taken)


def _document(data: bytes, path: Path) -> JSON:
    json_part = data.lstrip().removeprefix(_PREFIX.rstrip()).lstrip()
    file = SourceFile(path=path.name, data=json_part)
    return first(Source(name=path.name, kind="file", files=(file,)))


def _taken(
    run: Mapping[str, JSON], name: str, *, suite: str, url: str | None, at: str, terms: Terms
) -> Arrival:
    data = json.dumps(run.get("benches"), indent=2, ensure_ascii=False).encode() + b"\n"
    file = SourceFile(path=name.rpartition("/")[2], data=data)
    source = Source(name=name, kind="file", files=(file,))
    better = _BETTER.get(text(run.get("tool")) or "")
    options = Options(directions={"*": better} if better else {})
    commit = table(run.get("commit"))
    rest = normalized({key: value for key, value in run.items() if key not in _KNOWN})
    told = Told(
        code=Code(
            sha=histories.commit(text(commit.get("id")), terms) or NO_COMMIT,
            remote=plain_url(url) if url else None,
        ),
        wishes=histories.wishes(terms, suite),
        rest=table(rest),
        texts={"data.js": json.dumps(rest)},
    )
    reading = settle(github_action.read(source, Options()), options)
    return arrive(terms, Origin(said=f"{NAME} {name}", at=at), reading, source, told)
