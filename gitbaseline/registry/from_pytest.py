"""The storage of pytest-benchmark: ``.benchmarks/<machine>/0001_<commit>_<time>.json``.

Each file is one entry of one measurement. Its original time is the file's ``datetime``, which is in
UTC; else that of its commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.formats import pytest_benchmark
from gitbaseline.formats.base import Options
from gitbaseline.formats.first_document import first
from gitbaseline.formats.gather import utc
from gitbaseline.formats.json_values import table, text
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.codec import JSON
from gitbaseline.registry import histories
from gitbaseline.registry.imported import Arrival, Origin, Terms, Told, arrive
from gitbaseline.registry.listing import Listing, Waiting

NAME = pytest_benchmark.NAME
_FOLDER = ".benchmarks"


def sniff(top: Path) -> str | None:
    """Return why this is a storage, or None."""
    if top.name == _FOLDER or (top / _FOLDER).is_dir():
        return f"it is or has a folder {_FOLDER}"
    some = next(histories.files(top, ".json"), None)
    source = histories.peek(some) if some else None
    return pytest_benchmark.sniff(source) if source else None


def listing(top: Path, terms: Terms) -> Listing:
    """Return what the storage holds."""
    below = top / _FOLDER
    folder = below if below.is_dir() else top
    return histories.listed(
        histories.files(folder, ".json"), lambda path: [_waiting(path, folder, terms)]
    )


def _waiting(path: Path, folder: Path, terms: Terms) -> Waiting:
    source = histories.source(path, folder, terms)
    document = table(first(source))
    commit = table(document.get("commit_info"))
    at = utc(text(document.get("datetime")), naive=True) or utc(text(commit.get("time")))
    if not pytest_benchmark.sniff(source):
        raise InputError("is no file of pytest-benchmark", code="import/format")
    if at is None:
        raise InputError(
            "neither datetime nor its commit says when it was measured", code="import/time"
        )
    return Waiting(
        where=str(path), at=at, family=terms.family, take=partial(_taken, path, folder, at, terms)
    )


def _taken(path: Path, folder: Path, at: str, terms: Terms) -> Arrival:
    source = histories.source(path, folder, terms)
    commit = table(table(first(source)).get("commit_info"))
    told = Told(code=_code(commit, terms), wishes=histories.wishes(terms, NAME))
    reading = settle(pytest_benchmark.read(source, Options()), Options())
    origin = Origin(said=f"{NAME} {source.name}", at=at)
    return arrive(terms, origin, reading, source, told)


def _code(commit: Mapping[str, JSON], terms: Terms) -> Code:
    dirty, branch = commit.get("dirty"), text(commit.get("branch"))
    return Code(
        sha=histories.commit(text(commit.get("id")), terms) or NO_COMMIT,
        dirty=dirty if isinstance(dirty, bool) else None,
        branch=branch if branch and not branch.startswith("(") else None,  # "(detached head)"
    )
