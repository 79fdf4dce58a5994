"""One diff as a person asks for it: which two, by which rules, with what around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gitbaseline import profiles
from gitbaseline.compare.diff import Diff, Rules, compare
from gitbaseline.compare.match import MatchRules
from gitbaseline.compare.tolerance import Tolerances
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import NO_COMMIT, Baseline
from gitbaseline.model.names import Oid, epoch_from_utc
from gitbaseline.registry.candidates import base
from gitbaseline.registry.reader import Entry
from gitbaseline.team_config import Measurement, TeamConfig

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

_DAY = 24 * 60 * 60
_STALE_DAYS = 90
_COUNTED = 10_000  # commits between two measurements, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The entry that something is held to, and in words how it was found."""

    entry: Entry
    how: str
    passed_over: Sequence[str] = ()


def matching_of(team: TeamConfig, allow: Sequence[str] = ()) -> MatchRules:
    """Return which fields must match, as the team moved them."""
    return MatchRules(require=team.require, ignore=team.ignore, allow=tuple(allow))


def rules_of(
    team: TeamConfig,
    current: Baseline,
    matching: MatchRules,
    noise: Callable[[str], float | None] | None = None,
) -> Rules:
    """Return the rules before a person's own options: the team's, the profile's, the noise."""
    rules = rules_for(team, base(current.measurement), current.source_format)
    known = rules.tolerances
    tolerances = replace(known, noise=noise) if noise else known
    return replace(rules, tolerances=tolerances, matching=matching)


def rules_for(team: TeamConfig, measurement: str, source_format: str) -> Rules:
    """Return what the team says of a measurement and the profile of its format."""
    said = team.measurements.get(measurement, Measurement())
    return Rules(
        tolerances=Tolerances(team=said.tolerances, profile=profiles.profile(source_format)),
        headlines=(said.headline,) if said.headline else (),
    )


def diff_of(held: Held, current: Baseline, rules: Rules) -> Diff:
    """Return the diff; a retracted or distrusted entry can be held to nothing."""
    obstacles = list(rules.obstacles)
    others = f"git baseline log {held.entry.path.series} shows others"
    if held.entry.retracted:
        obstacles.append(f"the baseline was retracted; {others}")
    if held.entry.distrusted:
        obstacles.append(f"the baseline is distrusted, its key was compromised; {others}")
    return compare(held.entry.baseline, current, replace(rules, obstacles=tuple(obstacles)))


def age(store: Store, baseline: Baseline, current: Baseline) -> str:
    """Return how much older the baseline is and how many commits lie between, in words."""
    between = epoch_from_utc(current.original_utc) - epoch_from_utc(baseline.original_utc)
    days = max(0, between) // _DAY
    parts = [f"{days} day{'' if days == 1 else 's'} older"]
    if days > _STALE_DAYS:
        parts[0] += f", stale after {_STALE_DAYS}"
    commits = _commits(store, baseline.git.sha, current.git.sha)
    if commits is not None:
        parts.append(f"{commits} commit{'' if commits == 1 else 's'} between")
    return ", ".join(parts)


def _commits(store: Store, old: str, new: str) -> int | None:
    if NO_COMMIT in (old, new):
        return None
    return store.commits_after(Oid(old), Oid(new), most=_COUNTED)
