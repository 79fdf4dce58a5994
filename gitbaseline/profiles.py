"""Which metrics of a format are judged, how strictly, and which one stands for the rest.

Judging is for ``compare``; what ``--tolerance`` or a metric's own tolerance says comes before.

Rules:

- A profile is a list of lines. The first line that fits a metric decides; where none fits, and in
  a format without a profile, the metric is judged with the default tolerance.
- A line fits by key: one of its shell patterns matches the whole key or its end after a dot. It
  may also name dimensions that the metric must have: ``at`` (equal to), ``from`` (at least).
- A tolerance is percent or absolute (in the metric's own unit), not both. None leaves it to the
  default, which noise may widen; one that stands here is not widened.
- A metric that is not judged is context: shown, never counted. So is, in every format, the resource
  use that ``git baseline run`` puts beside it.

>>> profile("run").rule_for("wall_time", {}).headline
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from fnmatch import translate
from functools import cache, lru_cache

from gitbaseline.config_file import fields, load_shipped, words
from gitbaseline.config_file import load as load_file
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.shape import Fields, ShapeError, scalar, table

_SCHEMA = "git-baseline/tolerances/1"
_LINE = ("keys", "at", "from", "judged", "percent", "absolute", "headline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a metric may move: in percent of the baseline, or in the metric's own unit."""

    percent: float | None = None
    absolute: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a profile says of one metric; a tolerance of None is the default's."""

    judged: bool = True
    tolerance: Tolerance | None = None
    headline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a profile: which metrics it fits, and the rule for them."""

    keys: tuple[str, ...]
    equal: Mapping[str, Scalar] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    rule: Rule

    @property
    def is_for_all(self) -> bool:
        """Whether it fits every metric."""
        return self.keys == ("*",) and not (self.equal or self.least)

    def fits(self, key: str, dimensions: Mapping[str, Scalar]) -> bool:
        """Whether this line speaks of the metric."""
        if not _fitting(self.keys)(key):
            return False
        return all(
            _same(dimensions.get(name), value) for name, value in self.equal.items()
        ) and all(_reaches(dimensions.get(name), value) for name, value in self.least.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one format.

    ``one_level`` is a dimension: several regressions at a single value of it do not make RED.
    """

    name: str
    one_level: str | None = None
    lines: tuple[Line, ...] = ()

    def rule_for(self, key: str, dimensions: Mapping[str, Scalar]) -> Rule:
        """Return the rule of one metric."""
        for line in self.lines:
            if line.fits(key, dimensions):
                return line.rule
        return _ELSE

    def ruler(self) -> Callable[[str, Mapping[str, Scalar]], Rule]:
        """Return ``rule_for``, quicker where thousands of keys end as no line's do.

        A last line for every metric is what the others have.
        """
        lines, rest = self.lines, _ELSE
        if lines and lines[-1].is_for_all:
            lines, rest = lines[:-1], lines[-1].rule
        ends = {key.rpartition(".")[2] for line in lines for key in line.keys}
        if not _WILD.isdisjoint("".join(ends)):
            return self.rule_for

        def rule(key: str, dimensions: Mapping[str, Scalar]) -> Rule:
            spoken_of = key.rpartition(".")[2] in ends
            return self.rule_for(key, dimensions) if spoken_of else rest

        return rule


_ELSE = Rule()
_WILD = frozenset("*?[")

# What ``git baseline run --format`` measures beside what the program printed of itself.
_BESIDE = Line(
    keys=("run.wall_time", "run.user_time", "run.system_time", "run.max_rss"),
    rule=Rule(judged=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """A file of profiles and the tolerance that holds where nothing else does."""

    default: Tolerance
    by_format: Mapping[str, Profile]


@lru_cache
def profile(format_name: str) -> Profile:
    """Return the shipped profile of a format; where it has none, what holds for all formats."""
    # A record asks for one of thirty: the others are not read. A test reads them all.
    shipped = _document(_shipped(), only=format_name)
    found = shipped.by_format.get(format_name) or Profile(name=format_name)
    return replace(found, lines=(_BESIDE, *found.lines))


@cache
def _shipped() -> JSON:
    """Return the file that came with the program, as it stands."""
    return load_shipped("tolerances.yaml", lambda document: document)


def load(data: bytes, file: str) -> Profiles:
    """Return the profiles of a file's bytes; InputError says what is wrong and where."""
    return load_file(data, file, _document)


def _document(value: JSON, only: str | None = None) -> Profiles:
    """Return the file's values, of all formats or of one."""
    top = fields(value, "", ("schema", "default", "profiles"))
    top.matching("schema", _SCHEMA, lambda text: text == _SCHEMA)
    default = _tolerance(fields(top.take("default"), "default", ("percent", "absolute")))
    if default is None:
        raise ShapeError("default: expected percent or absolute")
    profiles = top.take("profiles")
    if only is not None and isinstance(profiles, dict):
        profiles = {name: part for name, part in profiles.items() if name == only}
    parts = table(profiles, "profiles", _profile)
    named = {
        name: Profile(name=name, one_level=one_level, lines=lines)
        for name, (one_level, lines) in parts.items()
    }
    return Profiles(default=default, by_format=named)


def _profile(value: JSON, where: str) -> tuple[str | None, tuple[Line, ...]]:
    f = fields(value, where, ("one_level", "metrics"))
    lines = f.take("metrics")
    if not isinstance(lines, list) or not lines:
        raise f.fault("metrics", "a list of lines", repr(lines)[:80])
    one_level = f.line("one_level") if f.has("one_level") else None
    return one_level, tuple(_line(line, f"{where}.metrics[{at}]") for at, line in enumerate(lines))


def _line(value: JSON, where: str) -> Line:
    f = fields(value, where, _LINE)
    keys = words(f, "keys")
    if not keys:
        raise ShapeError(f"{where}.keys: missing")
    rule = Rule(
        judged=f.flag("judged"),
        tolerance=_tolerance(f),
        headline=f.flag("headline") if f.has("headline") else False,
    )
    if not rule.judged and rule != Rule(judged=False):
        raise ShapeError(f"{where}: a metric that is not judged has no tolerance and no headline")
    return Line(
        keys=keys,
        equal=f.table("at", scalar) if f.has("at") else {},
        least=f.table("from", _number) if f.has("from") else {},
        rule=rule,
    )


def _tolerance(f: Fields) -> Tolerance | None:
    found = {name: f.number(name) for name in ("percent", "absolute") if f.has(name)}
    if len(found) > 1 or any(number < 0 for number in found.values()):
        raise f.fault("percent, absolute", "one of them, at least 0", found)
    return Tolerance(**found) if found else None


def _number(value: JSON, where: str) -> float:
    return Fields({where: value}, "").number(where)


@lru_cache
def _fitting(keys: tuple[str, ...]) -> Callable[[str], object]:
    """Return what tells whether a key fits one of the shell patterns, whole or after a dot."""
    if _WILD.isdisjoint("".join(keys)):
        ends = tuple(f".{key}" for key in keys)
        return lambda key: f".{key}".endswith(ends)
    return re.compile("|".join(translate(form) for key in keys for form in (key, f"*.{key}"))).match


def _same(found: Scalar, wanted: Scalar) -> bool:
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def _reaches(found: Scalar, least: float) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and found >= least
