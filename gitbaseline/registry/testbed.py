"""Which of the team's testbeds a measurement ran on, told by its environment.

A testbed is a name and what must be known of the machine; a text may be a shell pattern. The first
by name that fits; an environment that lacks a field fits no testbed that asks for it. A testbed
that the person named stays.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from gitbaseline.model.baseline import Baseline
from gitbaseline.model.codec import Scalar
from gitbaseline.team_config import TeamConfig


def with_testbed(entry: Baseline, team: TeamConfig) -> Baseline:
    """Return the entry with its testbed, where the team has one for it."""
    if entry.testbed is not None:
        return entry
    known = entry.environment
    for name, wanted in sorted(team.testbeds.items()):
        if wanted and all(_fits(known.get(key), value) for key, value in wanted.items()):
            return replace(entry, testbed=name)
    return entry


def _fits(known: Scalar, wanted: Scalar) -> bool:
    if isinstance(known, str) and isinstance(wanted, str):
        return fnmatchcase(known, wanted)
    return known == wanted and type(known) is type(wanted)
