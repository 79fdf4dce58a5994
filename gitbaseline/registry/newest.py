"""The entries of a measurement's folder from the newest on, as far as anyone asks for them.

A folder lists its entries by time, and it holds up to 4,096 of them: it is read from its end, and
not taken apart. Nothing is checked here; an entry is when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.model.names import SlugKey, parse_slug
from gitbaseline.model.tree import parse

# An entry of the usual name, up to the digest behind it; then all that may lie in such a folder.
_PLAIN = re.compile(rb"40000 ([0-9]{8}T[0-9]{6}Z)\x00")
_ANY = re.compile(rb"(?:40000 ([0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?)|100644 [0-9A-Za-z.-]+)\x00\Z")
_DIGEST = 20
_LENGTH = len("40000 20260520T101112Z\0") + _DIGEST
_LONGEST = len("100644 20260520T101112Z-100000.retracted.json\0") + _DIGEST


def newest(raw: bytes) -> Iterator[SlugKey]:
    """Yield the slugs of a raw tree's folders, newest first; TreeFault where it is malformed."""
    second: list[SlugKey] = []  # git sorts what lies in one by the characters of its suffix
    for name in _folders(raw):
        slug = parse_slug(name)
        if slug is None:
            continue
        if second and second[0].time != slug.time:
            yield from sorted(second, reverse=True)
            second.clear()
        second.append(slug)
    yield from sorted(second, reverse=True)


def _folders(raw: bytes) -> Iterator[str]:
    """Yield the names of a raw tree's folders, the last one first."""
    end = len(raw)
    while end:
        name_end = max(0, end - _DIGEST)
        found = _PLAIN.fullmatch(raw, max(0, end - _LENGTH), name_end) or _ANY.search(
            raw, max(0, end - _LONGEST), name_end
        )
        if found is None:  # something else lies here, which only reading from the front can tell
            for name, node in reversed([*parse(raw[:end])]):
                if node.is_folder:
                    yield name
            return
        if found[1]:
            yield found[1].decode()
        end = found.start()
