"""Whether two measurements may be compared, field by field.

- Hardware and workload must match: the context groups that say what ran, and of the environment CPU
  and GPU model and count and the interconnect. A named testbed, the same on both sides, stands
  for the CPU.
- So must the benchmark itself: its format, its schema, the digest of its own source.
- Versions, drivers, kernels, images, and how it was measured (``stack``, ``grounding``) are what
  people compare across: a difference there is a possible cause, never a bar.
- A field known on one side only is neither: it is unknown, and keeps the answer at DRAFT.
- The team's configuration moves fields between the two; ``--allow-mismatch`` lets one through.
"""

from __future__ import annotations

from collections.abc import Collection

from gitbaseline.compare.keys import fits
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.codec import JSON

HARNESS = "harness_sha256"

_ACROSS_GROUPS = frozenset({"stack", "grounding"})
_OWN = frozenset({"source_format", "schema", "testbed", HARNESS})  # must match, and have no group
_HARDWARE = frozenset(
    {
        "environment.cpu_count",
        "environment.cpu_model",
        "environment.gpu_count",
        "environment.gpu_model",
        "environment.interconnect",
    }
)
_TESTBED_STANDS_FOR = frozenset({"environment.cpu_count", "environment.cpu_model"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that is not the same: its dotted name and what each side says."""

    field: str
    baseline: JSON
    current: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What stands against comparing, what may explain a move, and what one side leaves open."""

    bars: tuple[Difference, ...] = ()
    allowed: tuple[Difference, ...] = ()
    causes: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether nothing stands against it."""
        return not self.bars


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRules:
    """Patterns of fields that must match, that need not, that may differ this once."""

    require: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()

    def allows(self, name: str) -> bool:
        """Whether the field may differ this once."""
        return _named(name, self.allow)


def match(baseline: Baseline, current: Baseline, rules: MatchRules) -> Matching:
    """Return how two entries' surroundings compare."""
    old, new = fields(baseline), fields(current)
    same_testbed = baseline.testbed is not None and baseline.testbed == current.testbed
    bars: list[Difference] = []
    allowed: list[Difference] = []
    causes: list[Difference] = []
    unknown: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        must = _must(name, rules) and not (same_testbed and name in _TESTBED_STANDS_FOR)
        if name not in old or name not in new:
            if must:
                unknown.append(name)
            continue
        if old[name] == new[name]:
            continue
        difference = Difference(field=name, baseline=old[name], current=new[name])
        if not must:
            causes.append(difference)
        elif rules.allows(name):
            allowed.append(difference)
        else:
            bars.append(difference)
    return Matching(
        bars=tuple(bars), allowed=tuple(allowed), causes=tuple(causes), unknown=tuple(unknown)
    )


def fields(entry: Baseline) -> dict[str, JSON]:
    """Return everything around an entry's numbers by dotted name; a null says nothing."""
    found: dict[str, JSON] = {
        f"{group}.{key}": value
        for group, values in entry.context.items()
        for key, value in values.items()
    }
    found |= {f"environment.{key}": value for key, value in entry.environment.items()}
    found |= {
        "source_format": entry.source_format,
        "schema": entry.schema_sha256,
        "testbed": entry.testbed,
        HARNESS: entry.harness_sha256,
        "git.sha": entry.git.sha,
        "cluster": entry.cluster,
        "cohort": entry.cohort,
        "artifact": entry.artifact_sha256,
    }
    return {name: value for name, value in found.items() if value is not None}


def barring(entry: Baseline, rules: MatchRules) -> dict[str, JSON]:
    """Return of an entry's fields those that must match."""
    return {name: value for name, value in fields(entry).items() if _must(name, rules)}


def names(found: Collection[str]) -> set[str]:
    """Return what the fields may be called: whole, or by the part after the last dot."""
    return {*found, *(name.rpartition(".")[2] for name in found)}


def _must(name: str, rules: MatchRules) -> bool:
    if _named(name, rules.ignore):
        return False
    if _named(name, rules.require) or name in _OWN or name in _HARDWARE:
        return True
    group, dot, _ = name.partition(".")
    return bool(dot) and group not in _ACROSS_GROUPS and group not in ("environment", "git")


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    return fits(name, patterns) or name.rpartition(".")[2] in patterns
