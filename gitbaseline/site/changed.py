"""Which parts of the measurements changed since the last build: those are made anew.

An older part is keyed by what the branch holds of its own entries and by the trust state, the
newest by that of all entries of its measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.registry.reader import Reader
from gitbaseline.site import shares
from gitbaseline.site.contents import Contents
from gitbaseline.site.memory import Memory, digest
from gitbaseline.site.part import PartMaker, summary_of
from gitbaseline.site.publish import Stage
from gitbaseline.site.series import read
from gitbaseline.site.signatures import Signatures, Signed
from gitbaseline.site.stretch import Stretch, stretches
from gitbaseline.team_config import TeamConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One part as it lies in the site or in the stage: what is told of it, its files by key."""

    name: str
    key: str
    told: dict[str, JSON]
    files: Mapping[str, str]
    written: frozenset[str] = frozenset()
    signed: Mapping[str, Signed] = field(default_factory=dict)


class Changes:
    """One build under way: what is known of the last one, and what is made into the stage."""

    def __init__(
        self,
        reader: Reader,
        contents: Contents,
        signed: Signatures,
        team: TeamConfig,
        *,
        known: Memory,
        stage: Stage,
    ) -> None:
        self._reader = reader
        self._contents = contents
        self._signed = signed
        self._team = team
        self._known = known
        self._stage = stage
        self._maker = PartMaker(reader, contents, signed, team)
        self._parts: dict[tuple[str, str], list[Stretch]] = {}
        self._done: dict[str, Made] = {}

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return sum(parts[-1].count for parts in self._parts.values())

    def all(self, progress: Callable[[int, int], None]) -> list[Made]:
        """Return every part, made anew where it changed, in the measurements' order."""
        for family in self._reader.families():
            for measurement in self._reader.measurements(family):
                names = self._reader.stretches(family, measurement)
                lying = self._contents.lying(family, names)
                if lying:
                    self._parts[family, measurement] = stretches(family, measurement, lying)
        every = [part for parts in self._parts.values() for part in parts]
        todo = [part for part in every if not self._keep(part)]
        # The newest parts list the older ones, which have to be there by then.
        for newest in (False, True):
            self._make([part for part in todo if part.is_newest is newest], progress)
        return [self._done[part.name] for part in every]

    def _make(self, todo: Sequence[Stretch], progress: Callable[[int, int], None]) -> None:
        for one in shares.made(todo, self._made, progress):
            self._done[one.name] = one
            self._stage.take(one.written)

    def _keep(self, part: Stretch) -> bool:
        """Whether an earlier build made a part, and nothing of it changed; take it over."""
        known = self._known.parts.get(part.name)
        if known is None:
            return False
        files = {name: self._known.files.get(name, ("",))[0] for name in known.files}
        alone = not summary_of(known.told).get("continues")
        if known.key != self._key(part, alone=alone) or not all(
            self._known.holds(self._stage.out, name, key) for name, key in files.items()
        ):
            return False
        self._done[part.name] = Made(name=part.name, key=known.key, told=known.told, files=files)
        return True

    def _key(self, part: Stretch, *, alone: bool) -> str:
        """Return what a part depends on; one that goes on from another measurement, on all."""
        state = self._reader.state
        around = [state.root_sha256, part.name, str(part.number < part.full)]
        parts = self._parts[part.pair] if part.is_newest else [part]
        own = [f"{one.ids} {self._signed.commit(one.path)}" for p in parts for one in p.lying]
        return digest([*around, *([] if alone else [state.tree]), *own])

    def _made(self, part: Stretch) -> Made:
        series = read(self._reader, part, self._team)
        told = self._maker.told(series, is_newest=part.is_newest)
        beside = self._parts[part.pair]
        older = [self._done[one.name].told for one in beside[:-1]] if part.is_newest else []
        files: dict[str, str] = {}
        written = set()
        found = self._maker.files(series, part, told, beside=beside, older=older)
        for name, key, data in found:
            if name not in files and not self._known.holds(self._stage.out, name, key):
                self._stage.write(name, data())
                written.add(name)
            files[name] = key
        return Made(
            name=part.name,
            key=self._key(part, alone=not summary_of(told).get("continues")),
            told=told,
            files=files,
            written=frozenset(written),
            signed={str(e.path): s for e in series.entries if (s := self._signed.of(e.path))},
        )
