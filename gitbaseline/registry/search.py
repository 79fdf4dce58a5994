"""Searching the registry: entries that hold all of some words and fields, the newest first.

A word is looked for in the series' name, the notes, the prompt, the command, the levers, and the
context as ``key=value``. ``name:value`` asks one field:

- a text (``notes``, ``prompt``, ``command``, ``lever``) has to contain the value;
- ``since`` and ``until`` bound the time, by a day, a second, or an age such as ``30d``;
- any other has to equal it, or fit it as a shell pattern; a number may be bounded (``tp:>=8``).
  It is one of ``FIELDS``, or a key of an entry's context or environment.

Case is ignored. Most entries are passed over by the bytes of their ``baseline.json``: only one that
holds every word in some spelling is read as an entry and asked in earnest.
"""

from __future__ import annotations

import heapq
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import dropwhile, islice, takewhile
from json.encoder import encode_basestring

from gitbaseline.compare.match import fields, names
from gitbaseline.errors import InputError
from gitbaseline.formats.numbers import decimal
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Tier
from gitbaseline.model.closing import from_extra
from gitbaseline.model.codec import JSON, number
from gitbaseline.model.names import (
    SlugKey,
    epoch_from_utc,
    slug_time,
    utc_begin,
    utc_fault,
    utc_from_epoch,
)
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.text import normal
from gitbaseline.registry.candidates import base
from gitbaseline.registry.newest import Listed
from gitbaseline.registry.reader import Entry, Reader

FIELDS: dict[str, Callable[[Entry], Sequence[JSON]]] = {
    "family": lambda e: [e.path.family],
    "measurement": lambda e: [base(e.path.measurement)],
    "operator": lambda e: [e.baseline.registered_by.operator_user],
    "team": lambda e: [e.baseline.registered_by.team],
    "agent": lambda e: [e.baseline.registered_by.agent],
    "tier": lambda e: [str(e.baseline.tier)],
    "status": lambda e: [e.status],
    "unit": lambda e: [metric.unit for metric in e.baseline.metrics.values()],
    "metric": lambda e: list(e.baseline.metrics),
    "value": lambda e: [e.baseline.headline[1].value] if e.baseline.headline else [],
    "format": lambda e: [e.baseline.source_format],
    "schema": lambda e: [e.baseline.schema_sha256],
    "harness": lambda e: [e.baseline.harness_sha256],
    "artifact": lambda e: [e.baseline.artifact_sha256],
    "sha": lambda e: [e.baseline.git.sha],
    "branch": lambda e: [e.baseline.git.branch],
}
TEXTS = ("notes", "prompt", "command", "lever")
TIMES = ("since", "until")
CHOICES = {
    "tier": tuple(tier.lower() for tier in Tier),
    "status": ("ok", "candidate", "retracted", "distrusted"),
}
DIGESTS = ("schema", "harness", "artifact", "sha")  # of which the first digits will do
_NOT_IN_FILE = ("family", "measurement", "status")  # the path says it, or an event
_FIELD = re.compile(r"([A-Za-z_][\w.-]*):(?!//)(.+)", re.DOTALL)
_BOUND = re.compile(r"(>=|<=|>|<)(.+)", re.DOTALL)
_APART = re.compile(r"[\s/=,]+")  # what JSON keeps apart and a text joins: key=value, a series
_AGE = re.compile(r"([0-9]{1,6})([hdw])")
_SECONDS = {"h": 3600, "d": 86400, "w": 604800}
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_AROUND = 24  # characters of a text before what was found in it
_EXCERPT = 72
_LOOKED_AT = 500  # entries whose keys are offered in place of an unknown one


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One field, and what its value has to be in order to the one given: a key of ``_ORDER``."""

    name: str
    value: str
    order: str = "="

    def fits(self, found: Sequence[JSON]) -> bool:
        """Whether one of the values is what was asked for."""
        return any(self._is(value) for value in found if value is not None)

    def _is(self, value: JSON) -> bool:
        if isinstance(value, list):
            return self.fits(value)
        wanted = decimal(self.value)
        if isinstance(value, int | float) and not isinstance(value, bool) and wanted is not None:
            return _ORDER[self.order](value, wanted)
        text, pattern = _spelled(value).casefold(), self.value.casefold()
        return self.order == "=" and (text == pattern or fnmatchcase(text, pattern))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an entry has to hold. ``begin`` and ``end`` are slug times, ``""`` where unbounded."""

    words: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a word was found: the text's name and some of it, on one line."""

    field: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One entry, and where its words stand."""

    entry: Entry
    matches: tuple[Match, ...]


def parse(terms: Sequence[str], *, now: int) -> Query:
    """Return what the terms ask for; InputError for one that can fit nothing."""
    words: list[str] = []
    asked: list[Asked] = []
    times = dict.fromkeys(TIMES, "")
    for term in map(normal, terms):
        match = _FIELD.fullmatch(term)
        name, value = (match[1], match[2]) if match else ("text", term)
        if name in TIMES:
            times[name] = _time(name, value, now)
        elif name == "text":
            words += [value] if value.strip() else []
        else:
            asked.append(_asked(name, value))
    return Query(words=tuple(words), asked=tuple(asked), begin=times["since"], end=times["until"])


def search(reader: Reader, query: Query) -> Iterator[Found]:
    """Yield the entries that fit, the newest first; InputError for a field that none has."""
    own = [asked.name for asked in query.asked if asked.name not in (*FIELDS, *TEXTS)]
    unseen = set(own)
    listed = None
    for listed in _listed(reader, query):
        text = reader.baseline_json(listed).decode(errors="replace").casefold()
        if not _may_fit(text, query) and not any(_key(name) in text for name in unseen):
            continue
        entry = reader.read(listed)
        around = fields(entry.baseline) if own else {}
        if unseen:
            unseen -= names(around)
        found = _found(entry, around, query)
        if found:
            yield found
    if unseen and listed:
        raise _unknown(reader, min(unseen), _listed(reader, query))


def _asked(name: str, value: str) -> Asked:
    if name in CHOICES and value.lower() not in CHOICES[name]:
        near = get_close_matches(value.lower(), CHOICES[name], n=1)
        raise InputError(
            f"expected {' or '.join(CHOICES[name])}, got {value!r}",
            code="search/value",
            where=name,
            hint=f"git baseline search {name}:{near[0]}" if near else None,
        )
    match = _BOUND.fullmatch(value)
    if match is None or name in TEXTS:
        return Asked(name=name, value=f"{value}*" if name in DIGESTS else value)
    if decimal(match[2]) is None:
        raise InputError(
            f"expected a number after {match[1]}, got {match[2]!r}",
            code="search/value",
            where=name,
        )
    return Asked(name=name, value=match[2], order=match[1])


def _time(name: str, value: str, now: int) -> str:
    """Return a bound as a slug spells its time."""
    age = _AGE.fullmatch(value)
    if age:
        begin = max(0, now - int(age[1]) * _SECONDS[age[2]])
        return slug_time(utc_from_epoch(begin))
    full = utc_begin(value)
    if utc_fault(full):
        raise InputError(
            f"expected YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ or an age such as 12h, 30d, 4w, "
            f"got {value!r}",
            code="option/date",
            where=name,
        )
    if name == "until" and full != value:  # the whole day
        full = utc_from_epoch(epoch_from_utc(full) + _SECONDS["d"] - 1)
    return slug_time(full)


def _listed(reader: Reader, query: Query) -> Iterator[Listed]:
    """Yield what lists the entries of the time and the names asked for, the newest first."""
    wanted = [asked for asked in query.asked if asked.name in ("family", "measurement")]
    stretches = [
        reader.listed_in(family, stretch)
        for family in reader.families()
        if all(asked.fits([family]) for asked in wanted if asked.name == "family")
        for measurement in reader.measurements(family)
        if all(asked.fits([measurement]) for asked in wanted if asked.name == "measurement")
        for stretch in reader.stretches(family, measurement)
    ]
    found = heapq.merge(*stretches, key=_by_time, reverse=True)
    since = takewhile(lambda listed: listed.path.slug.time >= query.begin, found)
    return dropwhile(lambda listed: query.end and listed.path.slug.time > query.end, since)


def _by_time(listed: Listed) -> tuple[SlugKey, str]:
    return listed.path.slug, listed.path.series


def _may_fit(text: str, query: Query) -> bool:
    """Whether an entry of this JSON, its case folded, could fit; it may still not."""
    parts = [part for word in query.words for part in _APART.split(word)]
    for asked in query.asked:
        if asked.name in TEXTS:
            parts += _APART.split(asked.value)
        elif asked.name not in FIELDS and _key(asked.name) not in text:
            return False
        elif asked.name not in _NOT_IN_FILE and asked.order == "=" and decimal(asked.value) is None:
            parts += [] if "[" in asked.value else re.split("[*?]", asked.value)
    return all(_inside(part) in text for part in parts)


def _key(name: str) -> str:
    return _inside(name.rpartition(".")[2]) + '":'


def _inside(text: str) -> str:
    """Return how a text stands inside a JSON string, its case folded."""
    return encode_basestring(text)[1:-1].casefold()


def _found(entry: Entry, around: dict[str, JSON], query: Query) -> Found | None:
    held = list(texts(entry))
    for asked in query.asked:
        if asked.name in FIELDS:
            fit = asked.fits(FIELDS[asked.name](entry))
        elif asked.name in TEXTS:
            fit = any(_at(text, asked.value) for name, text in held if name == asked.name)
        else:
            own = [v for name, v in around.items() if asked.name in names((name,))]
            fit = asked.fits(own)
        if not fit:
            return None
    matches = []
    for word in query.words:
        match = next((Match(field=n, excerpt=s) for n, t in held if (s := _at(t, word))), None)
        if match is None:
            return None
        matches.append(match)
    return Found(entry=entry, matches=tuple(dict.fromkeys(matches)))


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what a word is looked for in, the most telling first."""
    baseline = entry.baseline
    yield "series", f"{entry.path.family}/{base(entry.path.measurement)}"
    if baseline.notes:
        yield "notes", baseline.notes
    if baseline.prompt:
        yield "prompt", baseline.prompt
    if baseline.capture_command:
        yield "command", baseline.capture_command
    for text in _levers(baseline):
        yield "lever", text
    for group in baseline.context.values():
        for key, value in group.items():
            yield "context", f"{key}={_spelled(value)}"


def _levers(baseline: Baseline) -> Iterator[str]:
    lever = baseline.next_lever
    if lever:
        yield from filter(None, (lever.lever, lever.expected_unlock, lever.gate, lever.cost))
    try:
        closing = from_extra(baseline.extra)
    except ShapeError:  # verify and frontier speak of it
        return
    if closing:
        yield closing.why or str(closing.entry)


def _at(text: str, word: str) -> str:
    """Return the part of a text that holds a word, on one line; nothing where it does not."""
    line, wanted = " ".join(text.split()), " ".join(word.split())
    at = line.casefold().find(wanted.casefold())
    if at < 0:
        return ""
    begin = max(0, at - _AROUND)
    end = begin + _EXCERPT
    return ("..." if begin else "") + line[begin:end] + ("..." if end < len(line) else "")


def _spelled(value: JSON) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(_spelled, value))
    return number(value) if isinstance(value, int | float) else str(value)


def _unknown(reader: Reader, name: str, every: Iterator[Listed]) -> InputError:
    known = {*FIELDS, *TEXTS, *TIMES, "text"}
    for listed in islice(every, _LOOKED_AT):
        known |= names(fields(reader.read(listed).baseline))
    near = get_close_matches(name, sorted(known), n=1)
    return InputError(
        f"no entry has a field {name!r}",
        code="search/field",
        where=name,
        hint=f"did you mean {near[0]}:?" if near else f"git baseline search text:{name}:...",
    )
