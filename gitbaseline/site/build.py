"""One build of the site: what changed is read and made anew, the rest stays as it lies there.

A measurement is made in parts (``stretch``). An older part is keyed by what the branch holds of its
own entries and by the trust state, the newest by that of all entries; an entry's page by its
folder, its events and its signature. The common pages are made of summaries each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path

from gitbaseline import __version__
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import entry_path
from gitbaseline.model.manifest import sha256
from gitbaseline.model.signature import Verify
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.diffing import matching_of
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.site import (
    badge,
    catalogue,
    common,
    entry_page,
    feed,
    history,
    links,
    pages,
    series_page,
)
from gitbaseline.site import memory as memories
from gitbaseline.site.contents import Contents
from gitbaseline.site.memory import Memory, Part
from gitbaseline.site.publish import Stage
from gitbaseline.site.series import Series, read
from gitbaseline.site.signatures import Signatures, Signed
from gitbaseline.site.stretch import Stretch, stretches
from gitbaseline.site.summary import row, summary
from gitbaseline.team_config import TeamConfig
from gitbaseline.transport import workers

_HERE = Path(__file__).parent
_WORTH = 200  # entries that a second process is started for

Files = dict[str, str]  # name -> key
Common = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: counts of the whole site, and of the files that it wrote and removed."""

    measurements: int
    entries: int
    files: int
    written: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One part as it lies in the site or in the stage: what is told of it, its files by key."""

    name: str
    key: str
    told: dict[str, JSON]
    files: Files
    written: frozenset[str] = frozenset()
    signed: Mapping[str, Signed] = field(default_factory=dict)


class Site:
    """The site of one registry in one folder."""

    def __init__(
        self, reader: Reader, chain: Chain, verify: Verify, team: TeamConfig, *, out: Path, url: str
    ) -> None:
        self.reader = reader
        self.chain = chain
        self.verify = verify
        self.team = team
        self.out = out
        self.url = url

    def build(self, cache: Path, *, full: bool, progress: Callable[[int, int], None]) -> Built:
        """Write the site; raise InputError or Unable and leave what is there as it is."""
        place = memories.place(cache, self.out)
        maker = self._maker()
        known = Memory() if full else memories.load(place, maker)
        with Stage(self.out) as stage:
            work = _Work(site=self, known=known, stage=stage)
            made = work.all(progress)
            files = {name: key for one in made for name, key in one.files.items()}
            for name, data in self._shared([one.told for one in made]):
                files[name] = key = sha256(data)
                if not work.is_there(name, key):
                    stage.write(name, data)
            written, removed = stage.publish(files)
        stats = {name: memories.stat(f"{self.out}/{name}") or (-1, -1) for name in files}
        memories.save(
            place,
            Memory(
                maker=maker,
                tip=self.reader.state.commit,
                signed=work.signed.known | {p: s for one in made for p, s in one.signed.items()},
                files={name: (key, *stats[name]) for name, key in files.items()},
                parts={
                    one.name: Part(key=one.key, told=one.told, files=list(one.files))
                    for one in made
                },
            ),
        )
        return Built(
            measurements=sum("summary" in one.told for one in made),
            entries=work.entries,
            files=len(files),
            written=written,
            removed=removed,
        )

    def _shared(self, told: Sequence[common.Summary]) -> Common:
        state = self.reader.state
        at = common.Position(
            registry_id=state.root.registry_id, tip=state.commit, time=state.time, url=self.url
        )
        for asset in sorted((_HERE / "assets").iterdir()):
            yield f"assets/{asset.name}", asset.read_bytes()
        yield ".nojekyll", b""
        yield from common.render(told, at)

    def _maker(self) -> str:
        sources = sorted(path for path in _HERE.rglob("*") if path.suffix in _SOURCES)
        digests = [sha256(path.read_bytes()) for path in sources]
        return sha256("\n".join([__version__, repr(self.team), *digests]).encode())


class _Work:
    """One build under way."""

    def __init__(self, *, site: Site, known: Memory, stage: Stage) -> None:
        self.site = site
        self.reader = site.reader
        self.known = known
        self.stage = stage
        self.contents = Contents(site.chain, site.reader.state)
        self.matching = matching_of(site.team)
        self.registry_id = site.reader.state.root.registry_id
        self.signed = Signatures(
            site.chain, site.verify, site.reader.state.commit, known=known.signed, upto=known.tip
        )
        self.parts: dict[str, list[Stretch]] = {}
        self.done: dict[str, Made] = {}

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return sum(parts[-1].count for parts in self.parts.values())

    def all(self, progress: Callable[[int, int], None]) -> list[Made]:
        """Return every part, made anew where it changed, in the measurements' order."""
        for family in self.reader.families():
            for measurement in self.reader.measurements(family):
                lying = self.contents.lying(family, self.reader.stretches(family, measurement))
                if lying:
                    parts = stretches(family, measurement, lying)
                    self.parts[f"{family}/{measurement}"] = parts
        every = [part for parts in self.parts.values() for part in parts]
        todo = [part for part in every if not self._keep(part)]
        # The newest parts list the older ones, which have to be there by then.
        for newest in (False, True):
            self._make([part for part in todo if part.is_newest is newest], progress)
        return [self.done[part.name] for part in every]

    def _make(self, todo: Sequence[Stretch], progress: Callable[[int, int], None]) -> None:
        total = sum(_weight(part) for part in todo)
        shares = _shares(todo, workers.count() if total >= _WORTH else 1)

        def share(parts: Sequence[Stretch], told: Callable[[int, int], None]) -> list[Made]:
            made, seen = [], 0
            for part in parts:
                made.append(self._part(part))
                seen += _weight(part)
                told(min(total, seen * len(shares)), total)
            return made

        tasks = [
            partial(share, parts, progress if parts is shares[-1] else _silent) for parts in shares
        ]
        try:
            found = workers.each(tasks)
        except workers.WorkerLost:
            found = [share(todo, _silent)]
        for one in (one for some in found for one in some):
            self.done[one.name] = one
            self.stage.take(one.written)

    def _keep(self, part: Stretch) -> bool:
        """Whether an earlier build made a part, and nothing of it changed; take it over."""
        known = self.known.parts.get(part.name)
        if known is None:
            return False
        files = {name: self.known.files.get(name, ("",))[0] for name in known.files}
        alone = not _summary(known.told).get("continues")
        if known.key != self._key(part, alone=alone) or not all(
            self.is_there(name, key) for name, key in files.items()
        ):
            return False
        self.done[part.name] = Made(name=part.name, key=known.key, told=known.told, files=files)
        return True

    def _key(self, part: Stretch, *, alone: bool) -> str:
        """Return what a part depends on; one that goes on from another measurement, on all."""
        state = self.reader.state
        around = [state.root_sha256, part.name, str(part.number < part.full)]
        parts = self.parts["/".join(part.pair)] if part.is_newest else [part]
        own = [f"{one.ids} {self.signed.commit(one.path)}" for p in parts for one in p.lying]
        return _digest([*around, *([] if alone else [state.tree]), *own])

    def _part(self, part: Stretch) -> Made:
        series = read(self.reader, part, self.site.team)
        told = self._told(series, part)
        files: Files = {}
        written = set()
        for name, key, data in self._files(series, part, told):
            if name not in files and not self.is_there(name, key):
                self.stage.write(name, data())
                written.add(name)
            files[name] = key
        return Made(
            name=part.name,
            key=self._key(part, alone=not _summary(told).get("continues")),
            told=told,
            files=files,
            written=frozenset(written),
            signed={str(e.path): s for e in series.entries if (s := self.signed.of(e.path))},
        )

    def _told(self, series: Series, part: Stretch) -> dict[str, JSON]:
        """Return what the common pages, and the newest part of an older one, need of a part."""
        past = history.part(series, self.matching)
        newest = sorted(series.entries, key=_registered)[-feed.MOST :]
        told: dict[str, JSON] = {
            "catalogue": catalogue.render(series, self.signed),
            "feed": [feed.kept(row(entry, self.signed.of(entry.path))) for entry in newest],
            "lines": list(past.lines),
            "units": dict(past.units),
        }
        return told | ({"summary": summary(series, self.signed)} if part.is_newest else {})

    def _files(
        self, series: Series, part: Stretch, told: Mapping[str, JSON]
    ) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        """Yield name, key and maker of each file of a part."""
        for name, data in self._common(series, part):
            yield name, sha256(data), partial(bytes, data)
        if part.is_newest:
            drawn = badge.render(_summary(told))
            yield links.badge(*part.pair), sha256(drawn), partial(bytes, drawn)
        for entry in series.entries:
            yield from self._entry(entry)

    def _common(self, series: Series, part: Stretch) -> Common:
        others = self.parts["/".join(part.pair)]
        yield part.page, series_page.render(series, part, others, self.signed, self.registry_id)
        rows = [row(entry, self.signed.of(entry.path)) for entry in series.entries]
        older = range(1, part.full + 1) if part.is_newest else ()
        listed = {
            "schema": "git-baseline/site-entries/1",
            "entries": rows,
            "older": [links.entries_json(*part.pair, number) for number in older],
        }
        yield links.entries_json(*part.pair, part.number), pages.plain_json(listed)
        if part.full:
            yield (
                links.history(*part.pair, part.number),
                history.render(series, part.number, self.matching),
            )
        if older:
            yield links.history_parts(*part.pair), self._history(series, part)

    def _history(self, series: Series, newest: Stretch) -> bytes:
        """Return the list of a measurement's parts for the chart of its whole history."""
        parts = []
        for part in self.parts["/".join(newest.pair)][:-1]:
            told = self.done[part.name].told
            parts.append(history.Part(lines=told["lines"], units=told["units"]))  # type: ignore[arg-type]
        return history.listed(
            series, [*parts, history.part(series, self.matching)], self._baseline, self.matching
        )

    def _baseline(self, path: str) -> Baseline:
        found = entry_path(*path.split("/"))
        if found is None:
            raise AssertionError(path)  # it was spelled by one
        return self.reader.entry(found).baseline

    def _entry(self, entry: Entry) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        page, script = links.entry_page(entry.path), links.entry_data(entry.path)
        signed = self.signed.of(entry.path)
        events = self.contents.event_ids(entry)
        key = _digest([entry.folder, entry.status, repr(signed), repr(sorted(events.items()))])
        files = self.contents.files(entry)
        told = entry_page.Told(
            entry=entry, signed=signed, events=self.contents.events(entry), files=files
        )
        yield page, key, partial(entry_page.render, told, self.registry_id)
        yield script, entry.folder, partial(entry_page.script, told)
        for file in files:
            if file.data is not None:
                yield links.raw(file.oid), file.oid, partial(bytes, file.data)

    def is_there(self, name: str, key: str) -> bool:
        """Whether a file lies in the site as an earlier build left it, and says the same."""
        known = self.known.files.get(name)
        return (
            known is not None
            and known[0] == key
            and memories.stat(f"{self.site.out}/{name}") == known[1:]
        )


def _shares(todo: Sequence[Stretch], count: int) -> list[list[Stretch]]:
    """Return the work in ``count`` shares of about as many entries; the largest are dealt first."""
    shares: list[list[Stretch]] = [[] for _ in range(max(1, min(count, len(todo))))]
    for one in sorted(todo, key=lambda one: -_weight(one)):
        min(shares, key=lambda share: sum(map(_weight, share))).append(one)
    return shares


def _weight(part: Stretch) -> int:
    return len(part.recent)


def _summary(told: Mapping[str, JSON]) -> dict[str, JSON]:
    found = told.get("summary")
    return found if isinstance(found, dict) else {}


def _registered(entry: Entry) -> str:
    return entry.baseline.registered_at_utc


def _silent(_done: int, _total: int) -> None:
    """Tell nothing: the last share, which this process does, speaks for all."""


def _digest(parts: Sequence[str]) -> str:
    return sha256("\0".join(parts).encode())  # of which none holds that


_SOURCES = (".py", ".html", ".css", ".js", ".svg")
