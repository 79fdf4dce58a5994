"""The first JSON documents of a source, for the formats that know theirs by its members.

Many ask in turn; the answer for the last source is kept, so that one parse serves all of them. A
log may hold other documents first (lines of a structured logger), so a few are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from itertools import islice

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source
from gitbaseline.formats.json_values import logged
from gitbaseline.model.codec import JSON

_MOST = 50  # documents that are looked at


def first(source: Source, *marks: bytes) -> JSON:
    """Return the first document of a file that holds all the marks, or None. Never raises."""
    return next(iter(_of(source, marks)), None)


def holds(source: Source, test: Callable[[JSON], bool], *marks: bytes) -> bool:
    """Whether a file has all the marks, and one of its first documents passes. Never raises."""
    return any(map(test, _of(source, marks)))


def _of(source: Source, marks: tuple[bytes, ...]) -> tuple[JSON, ...]:
    if source.kind != "file":
        return ()
    data = source.files[0].data
    return _first(data) if all(mark in data for mark in marks) else ()


@lru_cache(maxsize=1)
def _first(data: bytes) -> tuple[JSON, ...]:
    found: list[JSON] = []
    with suppress(InputError):  # what came before the fault is there all the same
        found.extend(document.value for document in islice(logged("", data, []), _MOST))
    return tuple(found)
