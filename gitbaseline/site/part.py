"""What is made of one part of a measurement: its files, and what others need to be told of it.

A file comes with a key and a maker: where the key is known it need not be made. An entry's page is
keyed by its folder, its events and its signature, what it copies by the ids of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gitbaseline.model.baseline import Baseline
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import entry_of
from gitbaseline.model.manifest import sha256
from gitbaseline.registry.diffing import matching_of
from gitbaseline.registry.happened import event_ids, events_of
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.site import (
    badge,
    catalogue,
    entry_page,
    feed,
    history,
    links,
    pages,
    series_page,
)
from gitbaseline.site.contents import Contents
from gitbaseline.site.memory import digest
from gitbaseline.site.series import Series
from gitbaseline.site.signatures import Signatures
from gitbaseline.site.stretch import Stretch
from gitbaseline.site.summary import row, summary
from gitbaseline.team_config import TeamConfig

Told = Mapping[str, JSON]
Keyed = tuple[str, str, Callable[[], bytes]]  # name, key, maker


class PartMaker:
    """What makes parts: the registry at one state, who signed what, the team's rules."""

    def __init__(
        self, reader: Reader, contents: Contents, signed: Signatures, team: TeamConfig
    ) -> None:
        self._reader = reader
        self._contents = contents
        self._signed = signed
        self._matching = matching_of(team)
        self._registry_id = reader.state.root.registry_id

    def told(self, series: Series, *, is_newest: bool) -> dict[str, JSON]:
        """Return what the common pages, and the newest part of an older one, need of a part."""
        past = history.part(series, self._matching)
        newest = sorted(series.entries, key=_registered)[-feed.MOST :]
        told: dict[str, JSON] = {
            "catalogue": catalogue.render(series, self._signed),
            "feed": [feed.kept(row(entry, self._signed.of(entry.path))) for entry in newest],
            "lines": list(past.lines),
            "units": dict(past.units),
        }
        return told | ({"summary": summary(series, self._signed)} if is_newest else {})

    def files(
        self,
        series: Series,
        part: Stretch,
        told: Told,
        *,
        beside: Sequence[Stretch],
        older: Sequence[Told],
    ) -> Iterator[Keyed]:
        """Yield the files of a part.

        ``beside`` are all parts of its measurement, ``older`` what is told of those before it where
        it is the newest.
        """
        for name, data in self._common(series, part, beside, older):
            yield name, sha256(data), partial(bytes, data)
        if part.is_newest:
            drawn = badge.render(summary_of(told))
            yield links.badge(*part.pair), sha256(drawn), partial(bytes, drawn)
        for entry in series.entries:
            yield from self._entry(entry)

    def _common(
        self, series: Series, part: Stretch, beside: Sequence[Stretch], older: Sequence[Told]
    ) -> Iterator[tuple[str, bytes]]:
        yield part.page, series_page.render(series, part, beside, self._signed, self._registry_id)
        rows = [row(entry, self._signed.of(entry.path)) for entry in series.entries]
        numbers = range(1, part.full + 1) if part.is_newest else ()
        listed = {
            "schema": "git-baseline/site-entries/1",
            "entries": rows,
            "older": [links.entries_json(*part.pair, number) for number in numbers],
        }
        yield links.entries_json(*part.pair, part.number), pages.plain_json(listed)
        if part.full:
            yield (
                links.history(*part.pair, part.number),
                history.render(series, part.number, self._matching),
            )
        if numbers:
            yield links.history_parts(*part.pair), self._history(series, older)

    def _history(self, series: Series, older: Sequence[Told]) -> bytes:
        """Return the list of a measurement's parts for the chart of its whole history."""
        parts = [
            history.Part(lines=told["lines"], units=told["units"])  # type: ignore[arg-type]
            for told in older
        ]
        return history.listed(
            series,
            [*parts, history.part(series, self._matching)],
            self._baseline,
            self._matching,
        )

    def _baseline(self, path: str) -> Baseline:
        return self._reader.entry(entry_of(path)).baseline

    def _entry(self, entry: Entry) -> Iterator[Keyed]:
        page, script = links.entry_page(entry.path), links.entry_data(entry.path)
        signed = self._signed.of(entry.path)
        chain, state = self._contents.chain, self._contents.state
        ids = event_ids(chain, state, entry)
        key = digest([entry.folder, entry.status, repr(signed), repr(sorted(ids.items()))])
        files = self._contents.files(entry)
        told = entry_page.Told(
            entry=entry, signed=signed, events=events_of(chain, state, entry), files=files
        )
        yield page, key, partial(entry_page.render, told, self._registry_id)
        yield script, entry.folder, partial(entry_page.script, told)
        for file in files:
            if file.data is not None:
                yield links.raw(file.oid), file.oid, partial(bytes, file.data)


def summary_of(told: Told) -> dict[str, JSON]:
    """Return the summary of a measurement, which only its newest part tells."""
    found = told.get("summary")
    return found if isinstance(found, dict) else {}


def _registered(entry: Entry) -> str:
    return entry.baseline.registered_at_utc
