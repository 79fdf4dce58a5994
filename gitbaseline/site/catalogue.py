"""What the site's search looks at: the fields and texts that ``git baseline search`` looks at.

A part's entries as one script's call. What several entries say alike, which is most of it, stands
in a table once; an entry's row are its path, what is shown of it, and places in the table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

from gitbaseline.compare.match import fields
from gitbaseline.model.codec import JSON
from gitbaseline.registry.reader import Entry
from gitbaseline.registry.search import CHOICES, DIGESTS, FIELDS, TEXTS, texts
from gitbaseline.site import pages, words
from gitbaseline.site.series import Series
from gitbaseline.site.signatures import Signatures

FILE = 400_000  # bytes of calls that go into one file, where no single one is longer


def rules() -> dict[str, object]:
    """Return what ``search.js`` must know of the search: its fields, in the order of a row."""
    return {
        "fields": list(FIELDS),
        "texts": list(TEXTS),
        "digests": list(DIGESTS),
        "choices": {name: list(choices) for name, choices in CHOICES.items()},
    }


def render(series: Series, signed: Signatures) -> str:
    """Return a part's entries as a call of the search."""
    table = _Table()
    rows = [_row(entry, words.signer(signed.of(entry.path)), table) for entry in series.entries]
    return pages.call("baselineCatalogue", table.values, rows).decode()


def files(calls: Sequence[str]) -> list[bytes]:
    """Return the calls of all parts, as they follow each other, in files of about one size."""
    found: list[list[str]] = [[]]
    size = 0
    for call in calls:
        if size and size + len(call) > FILE:
            found.append([])
            size = 0
        found[-1].append(call)
        size += len(call)
    return ["".join(some).encode() for some in found if some]


class _Table:
    """Values in the order in which they were first met."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._places: dict[Hashable, int] = {}

    def place(self, key: Hashable, value: object) -> int:
        """Return where a value stands; ``key`` is the same for the same value only."""
        at = self._places.setdefault(key, len(self.values))
        if at == len(self.values):
            self.values.append(value)
        return at


def _row(entry: Entry, signer: str, table: _Table) -> list[object]:
    said, unit = words.value(entry.baseline)
    found = [(name, tuple(of(entry))) for name, of in FIELDS.items()]
    return [
        str(entry.path),
        said,
        table.place(unit, unit),
        table.place(signer, signer),
        1 if entry.baseline.imported else 0,
        [table.place((name, values), _known(values)) for name, values in found],
        [
            table.place((name, texts_), [name, *texts_])
            for name, group in groupby(texts(entry), lambda one: one[0])
            for texts_ in [tuple(text for _, text in group)]
        ],
        [table.place(repr(group), group) for group in _around(entry)],
    ]


def _around(entry: Entry) -> Iterator[dict[str, JSON]]:
    """Yield what stands around an entry's numbers, by group: groups are alike more often."""
    named = sorted(fields(entry.baseline).items())
    for _, group in groupby(named, lambda one: one[0].partition(".")[0]):
        yield {name: _plain(value) for name, value in group}


def _known(values: Sequence[JSON]) -> list[JSON]:
    return [_plain(value) for value in values if value is not None]


def _plain(value: JSON) -> JSON:
    """Return a value as the search spells it; a number stays one, that it may be bounded."""
    if isinstance(value, bool):
        return str(value).lower()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
