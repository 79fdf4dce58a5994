"""One build of the site: what changed is read and made anew, the rest stays as it lies there.

A measurement is keyed by the ids of its folders on the branch and by the trust state; an entry by
its folder, its events and its signature. The common pages are made of summaries each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path

from gitbaseline import __version__
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.manifest import sha256
from gitbaseline.model.signature import Verify
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.site import badge, common, entry_page, links, pages, series_page
from gitbaseline.site import memory as memories
from gitbaseline.site.contents import Contents
from gitbaseline.site.memory import Memory
from gitbaseline.site.publish import Stage
from gitbaseline.site.series import Series, read
from gitbaseline.site.signatures import Signatures, Signed
from gitbaseline.site.summary import summary
from gitbaseline.team_config import TeamConfig
from gitbaseline.transport import workers

_HERE = Path(__file__).parent
_WORTH = 200  # entries that a second process is started for

Pair = tuple[str, str]
Files = dict[str, str]  # name -> key


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
    """One measurement's part: key, summary (None: it has no entry) and files with their keys."""

    pair: Pair
    key: str
    summary: dict[str, JSON] | None
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
            shared = self._shared([one.summary for one in made if one.summary])
            files = {name: key for one in made for name, key in one.files.items()}
            for name, data in shared:
                files[name] = key = sha256(data)
                if not work.is_there(name, key):
                    stage.write(name, data)
            written, removed = stage.publish(files)
        state = self.reader.state
        stats = {name: memories.stat(f"{self.out}/{name}") or (-1, -1) for name in files}
        memories.save(
            place,
            Memory(
                maker=maker,
                tip=state.commit,
                signed=work.signed.known | {p: s for one in made for p, s in one.signed.items()},
                files={name: (key, *stats[name]) for name, key in files.items()},
                series={
                    "/".join(one.pair): (one.key, one.summary, list(one.files))
                    for one in made
                    if one.summary
                },
            ),
        )
        return Built(
            measurements=sum(one.summary is not None for one in made),
            entries=sum(len(_entries(one)) for one in made),
            files=len(files),
            written=written,
            removed=removed,
        )

    def _shared(self, summaries: Sequence[dict[str, JSON]]) -> Iterator[tuple[str, bytes]]:
        state = self.reader.state
        at = common.Position(
            registry_id=state.root.registry_id, tip=state.commit, time=state.time, url=self.url
        )
        for asset in sorted((_HERE / "assets").iterdir()):
            yield f"assets/{asset.name}", asset.read_bytes()
        yield ".nojekyll", b""
        yield from common.render(summaries, at)

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
        self.registry_id = site.reader.state.root.registry_id
        self.signed = Signatures(
            site.chain, site.verify, site.reader.state.commit, known=known.signed, upto=known.tip
        )

    def all(self, progress: Callable[[int, int], None]) -> list[Made]:
        """Return every measurement's part, made anew where it changed."""
        pairs = [(f, m) for f in self.reader.families() for m in self.reader.measurements(f)]
        done: dict[Pair, Made] = {}
        todo: list[tuple[Pair, int]] = []
        for pair in pairs:
            kept = self._kept(pair)
            if kept:
                done[pair] = kept
            else:
                todo.append((pair, len(self.reader.paths(*pair))))
        if todo:
            for one in self._made(todo, progress):
                done[one.pair] = one
                self.stage.take(one.written)
        return [done[pair] for pair in pairs]

    def _made(
        self, todo: Sequence[tuple[Pair, int]], progress: Callable[[int, int], None]
    ) -> list[Made]:
        total = sum(count for _, count in todo)
        parts = _parts(todo, workers.count() if total >= _WORTH else 1)

        def part(pairs: Sequence[tuple[Pair, int]], told: Callable[[int, int], None]) -> list[Made]:
            made, seen = [], 0
            for pair, count in pairs:
                made.append(self._measurement(pair))
                seen += count
                told(min(total, seen * len(parts)), total)
            return made

        tasks = [
            partial(part, pairs, progress if pairs is parts[-1] else _silent) for pairs in parts
        ]
        try:
            found = workers.each(tasks)
        except workers.WorkerLost:
            found = [part(todo, _silent)]
        return [one for some in found for one in some]

    def _kept(self, pair: Pair) -> Made | None:
        """Return what an earlier build made, where nothing of it changed."""
        known = self.known.series.get("/".join(pair))
        if known is None:
            return None
        key, told, names = known
        files = {name: self.known.files.get(name, ("",))[0] for name in names}
        if key != self._key(pair, alone=not told["continues"]) or self._lying(files) != set(files):
            return None
        return Made(pair=pair, key=key, summary=told, files=files)

    def _key(self, pair: Pair, *, alone: bool) -> str:
        """Return what a measurement's pages depend on; one that goes on from another, on all."""
        state, trees = self.reader.state, self.site.chain.trees
        family, measurement = pair
        stretches = self.reader.stretches(family, measurement)
        nodes = [trees.find(state.tree, f"{family}/{name}") for name in stretches]
        ids = [node.oid for node in nodes if node]
        within = [p for p in sorted(state.distrusted) if p.startswith(f"{family}/")]
        return _digest([state.root_sha256, *ids, *within, *([] if alone else [state.tree])])

    def _measurement(self, pair: Pair) -> Made:
        series = read(self.reader, *pair, self.site.team)
        if series is None:
            return Made(pair=pair, key="", summary=None, files={})
        continues = any(entry.baseline.continues for entry in series.entries)
        told = summary(series, self.signed) | {"continues": continues}
        files: Files = {}
        written = set()
        for name, key, data in self._files(series, told):
            if name not in files and not self.is_there(name, key):
                self.stage.write(name, data())
                written.add(name)
            files[name] = key
        return Made(
            pair=pair,
            key=self._key(pair, alone=not continues),
            summary=told,
            files=files,
            written=frozenset(written),
            signed={str(e.path): s for e in series.entries if (s := self.signed.of(e.path))},
        )

    def _files(
        self, series: Series, told: Mapping[str, JSON]
    ) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        """Yield name, key and maker of each file of a measurement."""
        for name, data in self._common(series, told):
            yield name, sha256(data), partial(bytes, data)
        for entry in series.entries:
            yield from self._entry(entry)

    def _common(self, series: Series, told: Mapping[str, JSON]) -> Iterator[tuple[str, bytes]]:
        yield from series_page.render(series, self.signed, self.registry_id)
        yield str(told["badge"]), badge.render(told)
        listed = {"schema": "git-baseline/site-entries/1", "entries": told["entries"]}
        yield links.entries_json(series.family, series.measurement), pages.plain_json(listed)

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

    def _lying(self, files: Files) -> set[str]:
        return {name for name, key in files.items() if self.is_there(name, key)}


def _parts(todo: Sequence[tuple[Pair, int]], count: int) -> list[list[tuple[Pair, int]]]:
    """Return the work in ``count`` parts of about as many entries; the largest are dealt first."""
    parts: list[list[tuple[Pair, int]]] = [[] for _ in range(max(1, min(count, len(todo))))]
    for one in sorted(todo, key=lambda one: -one[1]):
        min(parts, key=lambda part: sum(size for _, size in part)).append(one)
    return parts


def _entries(one: Made) -> Sequence[object]:
    found = one.summary["entries"] if one.summary else []
    return found if isinstance(found, list) else []


def _silent(_done: int, _total: int) -> None:
    """Tell nothing: the last part, which this process does, speaks for all."""


def _digest(parts: Sequence[str]) -> str:
    return sha256(json.dumps(parts).encode())


_SOURCES = (".py", ".html", ".css", ".js", ".svg")
