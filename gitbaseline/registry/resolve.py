"""References: what a person calls an entry, and the entry that it means.

``family/measurement`` (the latest that counts), ``...@20260520T101112Z`` (a unique prefix will do),
``...~2`` (two before), ``...@best``, ``...@verdict``, ``...@commit:SHA`` (recorded for that commit
or its nearest ancestor), ``...@merge-base:BRANCH``, a commit of the branch, ``@tag:NAME``, or a
path that ends in ``F/M/TS``. A family or measurement may be left out where only one exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile, islice, takewhile
from typing import TYPE_CHECKING

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Tier
from gitbaseline.model.layout import EntryPath, entry_path
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.names import Oid, name_fault, split_measurement
from gitbaseline.registry.newest import Listed
from gitbaseline.registry.reader import Entry, Reader

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

_BACK = re.compile(r"(.*)~([0-9]{1,6})?", re.DOTALL)
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
# A line that begins so is no part of a text: a text has no line feed in it.
_SHA = re.compile(rb'^  "git": \{\n(?:    .*\n)*?    "sha": "([0-9a-f]+)"', re.MULTILINE)
_TIME = len("20260520T101112Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The entry and, in words, how the reference led to it."""

    entry: Entry
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """How to ask about the code's history: a revision's full id, and git's work on commits."""

    commit: Callable[[str], str | None]
    store: Store


def resolve(reader: Reader, text: str, code: Code) -> Resolved:
    """Return the entry that ``text`` means; InputError lists what there is instead."""
    plain = text.strip().rstrip("/")
    whole = _from_path(reader, plain) or _from_commit(reader, plain, code)
    if whole:
        return whole
    name, at, selector = plain.partition("@")
    back = 0
    match = _BACK.fullmatch(selector if at else name)
    if match:
        back = int(match[2] or 1)
        name, selector = (name, match[1]) if at else (match[1], selector)
    family, measurement = find_series(reader, name, text)
    search = _Search(reader=reader, family=family, measurement=measurement, text=text)
    if at and (not selector or selector.endswith(":")):
        raise InputError(
            f"nothing follows @{selector}",
            code="reference/empty",
            where=text,
            hint=f"{family}/{measurement} alone is its latest entry that counts",
        )
    if not at:
        return search.pick(search.counting(), back, "latest that counts")
    word, colon, argument = selector.partition(":")
    if selector == "best":
        return search.best()
    if selector == "verdict":
        verdicts = (e for e in search.counting() if e.baseline.tier is Tier.VERDICT)
        return search.pick(verdicts, back, "latest VERDICT")
    if colon and word in ("commit", "merge-base"):
        return search.of_code(word, argument, code)
    return search.by_time(selector, back)


def chosen(reader: Reader, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the measurements of families and series by name, each once, sorted; of no name all."""
    if not names:
        return _known(reader)
    found: set[tuple[str, str]] = set()
    for name in names:
        measurements = [] if name_fault(name) else reader.measurements(name)
        found.update((name, measurement) for measurement in measurements)
        if not measurements:
            found.add(find_series(reader, name, name))
    return sorted(found)


def find_series(reader: Reader, name: str, text: str) -> tuple[str, str]:
    """Return (family, measurement); a lone name is a measurement or family where only one fits.

    The name of a stretch, as entries' paths have it, means the measurement.
    """
    family, _, measurement = name.partition("/")
    parts = split_measurement(measurement)
    if parts and not name_fault(family) and measurement in reader.stretches(family, parts[0]):
        return family, parts[0]
    known = _known(reader)
    fitting = [series for series in known if name in ("", *series)]
    if len(fitting) == 1:
        return fitting[0]
    names = [f"{f}/{m}" for f, m in fitting or known]
    if fitting:
        shown = ", ".join(names[:10])
        raise InputError(f"could be any of {shown}", code="reference/ambiguous", where=text)
    from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits for it

    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "git baseline list"
    raise InputError(
        "names no measurement of this registry", code="reference/unknown", where=text, hint=hint
    )


def _known(reader: Reader) -> list[tuple[str, str]]:
    return [(f, m) for f in reader.families() for m in reader.measurements(f)]


def _from_path(reader: Reader, plain: str) -> Resolved | None:
    parts = plain.split("/")
    path = entry_path(*parts[-3:]) if len(parts) >= 3 else None
    return Resolved(entry=reader.entry(path), how="the entry itself") if path else None


def _from_commit(reader: Reader, plain: str, code: Code) -> Resolved | None:
    tag = plain.removeprefix("@tag:")
    if tag == plain and not _COMMIT.fullmatch(plain):
        return None
    commit = code.commit(f"refs/tags/{tag}" if tag != plain else plain)
    path = reader.entry_of(Oid(commit)) if commit else None
    if path:
        how = f"the tag {tag}" if tag != plain else "its commit on the branch"
        return Resolved(entry=reader.entry(path), how=how)
    if tag != plain:
        raise InputError(
            "no tag of this name stands on an entry's commit",
            code="reference/unknown",
            where=plain,
            hint="git tag NAME COMMIT, with a commit that git baseline show prints",
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One measurement in which a reference is looked for. ``text`` is the whole reference."""

    reader: Reader
    family: str
    measurement: str
    text: str

    def counting(self) -> Iterator[Entry]:
        """Yield the entries that references may mean, newest first."""
        entries = self.reader.entries(self.family, self.measurement)
        return (entry for entry in entries if entry.counts)

    def pick(self, entries: Iterator[Entry], back: int, how: str) -> Resolved:
        """Return the entry ``back`` places after the first."""
        fitting = 0
        for entry in entries:
            if fitting == back:
                return Resolved(entry=entry, how=f"{how}, {back} before" if back else how)
            fitting += 1
        if not fitting:
            raise self._unknown(f"no entry fits ({how})")
        raise self._unknown(f"expected {back + 1} or more that fit ({how}), got {fitting}")

    def by_time(self, selector: str, back: int) -> Resolved:
        """Return the entry whose slug begins so, or one ``back`` places before it."""
        since = takewhile(lambda path: path.slug.time >= selector[:_TIME], self._newest())
        fitting = [path for path in [*since][::-1] if str(path.slug).startswith(selector)]
        exact = [path for path in fitting if str(path.slug) == selector]
        if not fitting:
            raise self._unknown(f"no entry's time begins with {selector}")
        if len(exact or fitting) > 1:
            shown = ", ".join(str(path.slug) for path in fitting[:5])
            raise InputError(
                f"several entries begin so: {shown}", code="reference/ambiguous", where=self.text
            )
        named = (exact or fitting)[0]
        upto = dropwhile(lambda path: path != named, self._newest())
        older = list(islice(upto, back + 1))
        if len(older) <= back:
            raise self._unknown(f"expected {back} or more before it, got {len(older) - 1}")
        return Resolved(entry=self.reader.entry(older[back]), how="by its time")

    def _newest(self) -> Iterator[EntryPath]:
        return self.reader.newest(self.family, self.measurement)

    def best(self) -> Resolved:
        """Return the entry with the best headline, among those of the latest one's unit."""
        best: tuple[Metric, Entry] | None = None
        for entry in self.counting():
            headline = entry.baseline.headline
            if headline is None or headline[1].direction not in _ORDERED:
                continue
            metric = headline[1]
            if best is None or _better(metric, best[0]):
                best = (metric, entry)
        if best is None:
            raise self._unknown("no entry has a headline whose better direction is known")
        return Resolved(entry=best[1], how="best headline value")

    def of_code(self, word: str, argument: str, code: Code) -> Resolved:
        """Return the entry recorded for a commit of the code, or for its nearest ancestor."""
        start = code.commit(argument)
        if start and word == "merge-base":
            head = code.commit("HEAD")
            start = code.store.merge_base(Oid(head), Oid(start)) if head else None
        if start is None:
            raise self._unknown(f"git knows no commit {argument}")
        recorded: dict[str, list[Listed]] = {}
        for listed in self.reader.listed(self.family, self.measurement):
            sha = self._code_of(listed)
            recorded.setdefault(sha, []).append(listed)
            if sha == start and (entry := self.reader.read(listed)).counts:
                return Resolved(entry=entry, how="recorded for its commit")
        while commit := code.store.nearest(Oid(start), recorded):
            for entry in map(self.reader.read, recorded.pop(commit)):
                if entry.counts:
                    how = f"recorded for its ancestor {commit[:12]}"
                    return Resolved(entry=entry, how=how)
        raise self._unknown(f"nothing was recorded for {start[:12]} or before it")

    def _code_of(self, listed: Listed) -> str:
        """Return the commit of the code that an entry is of; most entries are not read for it."""
        found = _SHA.search(self.reader.baseline_json(listed))
        return found[1].decode() if found else self.reader.read(listed).baseline.git.sha

    def _unknown(self, message: str) -> InputError:
        return InputError(
            message,
            code="reference/unknown",
            where=self.text,
            hint=f"git baseline log {self.family}/{self.measurement}",
        )


_ORDERED = (Direction.HIGHER, Direction.LOWER)


def _better(one: Metric, other: Metric) -> bool:
    if (one.unit, one.direction) != (other.unit, other.direction):
        return False
    return one.value > other.value if one.direction is Direction.HIGHER else one.value < other.value
