"""One build of the site: what changed is read and made anew, the rest stays as it lies there.

A measurement is made in parts (``stretch``), each with its files (``part``), of which those are
made anew that changed (``changed``). The common pages are made of summaries each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gitbaseline import __version__
from gitbaseline.frozen import dataclass
from gitbaseline.model.manifest import sha256
from gitbaseline.model.signature import Verify
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.reader import Reader
from gitbaseline.site import common
from gitbaseline.site import memory as memories
from gitbaseline.site.changed import Changes
from gitbaseline.site.contents import Contents
from gitbaseline.site.memory import Memory, Part
from gitbaseline.site.publish import Stage
from gitbaseline.site.signatures import Signatures
from gitbaseline.team_config import TeamConfig

_HERE = Path(__file__).parent
_SOURCES = (".py", ".html", ".css", ".js", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: counts of the whole site, and of the files that it wrote and removed."""

    measurements: int
    entries: int
    files: int
    written: int
    removed: int


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
        state = self.reader.state
        with Stage(self.out) as stage:
            signed = Signatures(
                self.chain, self.verify, state.commit, known=known.signed, upto=known.tip
            )
            contents = Contents(self.chain, state)
            changes = Changes(self.reader, contents, signed, self.team, known=known, stage=stage)
            made = changes.all(progress)
            files = {name: key for one in made for name, key in one.files.items()}
            for name, data in self._shared([one.told for one in made]):
                files[name] = key = sha256(data)
                if not known.holds(self.out, name, key):
                    stage.write(name, data)
            written, removed = stage.publish(files)
        stats = {name: memories.stat(f"{self.out}/{name}") or (-1, -1) for name in files}
        memories.save(
            place,
            Memory(
                maker=maker,
                tip=state.commit,
                signed=signed.known | {p: s for one in made for p, s in one.signed.items()},
                files={name: (key, *stats[name]) for name, key in files.items()},
                parts={
                    one.name: Part(key=one.key, told=one.told, files=list(one.files))
                    for one in made
                },
            ),
        )
        return Built(
            measurements=sum("summary" in one.told for one in made),
            entries=changes.entries,
            files=len(files),
            written=written,
            removed=removed,
        )

    def _shared(self, told: Sequence[common.Summary]) -> Iterator[tuple[str, bytes]]:
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
