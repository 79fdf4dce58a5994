"""The entries of a measurement's folder from the newest on, as far as anyone asks for them.

A folder lists its entries by time, and it holds up to 4,096 of them: it is read from its end, and
not taken apart. Its order is checked as far as it is read, an entry's own folder when that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from gitbaseline.frozen import dataclass
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid, parse_slug
from gitbaseline.model.tree import parse

# An entry of the usual name, up to the digest behind it; then all that may lie in such a folder.
_PLAIN = re.compile(rb"40000 ([0-9]{8}T[0-9]{6}Z)\x00")
_ANY = re.compile(
    rb"(?:40000 ([0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?)"
    rb"|100644 (INDEX(?:-[0-9]+)?\.md|[0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?\.[a-z]+\.json))\x00\Z"
)
_DIGEST = 20
_LENGTH = len("40000 20260520T101112Z\0") + _DIGEST
_LONGEST = len("100644 20260520T101112Z-100000.retracted.json\0") + _DIGEST

_slug = attrgetter("path.slug")


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as its measurement lists it: its folder, and the names of the files beside it."""

    path: EntryPath
    folder: Oid
    beside: tuple[str, ...] = ()


def newest(raw: bytes, family: str, measurement: str) -> Iterator[Listed]:
    """Yield the entries of a measurement's raw tree, newest first; TreeFault where malformed."""
    second: list[Listed] = []  # git sorts what lies in one by the characters of its suffix
    for name, folder in _from_the_end(raw):
        if folder is None:  # what lies beside an entry sorts directly before it
            if second and name.startswith(f"{second[-1].path.slug}."):
                last = second.pop()
                second.append(Listed(last.path, last.folder, (*last.beside, name)))
            continue
        slug = parse_slug(name)
        if slug is None:
            continue
        if second and second[0].path.slug.time != slug.time:
            yield from _settled(second)
            second.clear()
        path = EntryPath(family=family, measurement=measurement, slug=slug)
        second.append(Listed(path, folder))
    yield from _settled(second)


def _settled(second: list[Listed]) -> list[Listed]:
    return sorted(second, key=_slug, reverse=True) if len(second) > 1 else [*second]


def _from_the_end(raw: bytes) -> Iterator[tuple[str, Oid | None]]:
    """Yield what a raw tree lists, the last one first: names, of folders with their ids."""
    end = len(raw)
    after = b"~"  # which sorts after whatever may lie here
    while end:
        found = _last(raw, end)
        if found is None or found[0] >= after:
            # Something else lies here, which only reading from the front can tell.
            parse(raw)
            for name, node in reversed([*parse(raw[:end])]):
                yield name, node.oid if node.is_folder else None
            return
        after, start = found
        name = after.decode()
        if name[-1] == "/":
            yield name[:-1], Oid(raw[end - _DIGEST : end].hex())
        else:
            yield name, None
        end = start


def _last(raw: bytes, end: int) -> tuple[bytes, int] | None:
    """Return sort key and offset of what is listed before ``end``; None where it is not ours."""
    name_end = max(0, end - _DIGEST)
    found = _PLAIN.fullmatch(raw, max(0, end - _LENGTH), name_end)
    if found:
        return found[1] + b"/", found.start()
    found = _ANY.search(raw, max(0, end - _LONGEST), name_end)
    return (found[2] or found[1] + b"/", found.start()) if found else None
