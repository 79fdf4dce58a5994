"""The rules of one ``diff``: the team's and the profile's, as the options change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from gitbaseline.cli import defaults, parse
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare import tolerance
from gitbaseline.compare.diff import Rules
from gitbaseline.compare.keys import require_known
from gitbaseline.compare.match import HARNESS, MatchRules, fields, names
from gitbaseline.model.baseline import Baseline
from gitbaseline.profiles import Tolerance
from gitbaseline.registry import noise
from gitbaseline.registry.diffing import Held, matching_of, rules_of
from gitbaseline.team_config import TeamConfig


def given_tolerances(texts: Sequence[str]) -> tuple[dict[str, Tolerance], Tolerance | None]:
    """Return ``--tolerance`` by key, and the one without a key."""
    given = {key: tolerance.parse(text) for key, text in parse.by_key("--tolerance", texts).items()}
    keyless = given.pop("", None)
    return given, keyless


class AskedRules:
    """What one call asks; the team's file is read when it is first needed."""

    def __init__(self, workspace: Workspace, options: dict[str, Any]) -> None:
        self._workspace = workspace
        self._options = options

    @cached_property
    def team(self) -> TeamConfig:
        """What the team's file says."""
        return defaults.team(self._workspace.place.top)

    @cached_property
    def _matching(self) -> MatchRules:
        """Which fields must match."""
        changed = (HARNESS,) if self._options["accept_harness_change"] else ()
        return matching_of(self.team, (*self._options["allow_mismatch"], *changed))

    def of(self, current: Baseline, held: Held | None) -> Rules:
        """Return the rules for one side, or both; InputError for an option that names nothing."""
        options = self._options
        given, keyless = given_tolerances(options["tolerances"])
        of_all = tolerance.for_all(options["tolerance_percent"], options["tolerance_absolute"])
        if held:
            self._require_known(held.entry.baseline, current, given)
        reader, matching = self._workspace.reader, self._matching
        known = noise.known(reader, held.entry, matching) if held else None
        rules = rules_of(self.team, current, matching, known)
        return replace(
            rules,
            tolerances=replace(rules.tolerances, given=given, for_all=of_all or keyless),
            headlines=tuple(options["headlines"]) or rules.headlines,
            allow_missing=tuple(options["allow_missing"]),
            only=tuple(options["metric"]),
        )

    def _require_known(self, old: Baseline, new: Baseline, given: Mapping[str, object]) -> None:
        shared = old.metrics.keys() & new.metrics.keys()
        either = old.metrics.keys() | new.metrics.keys()
        require_known(given, shared, option="--tolerance", what="metric")
        for option in ("headlines", "allow_missing", "metric"):
            name = f"--{option.replace('_', '-').removesuffix('s')}"
            require_known(self._options[option], either, option=name, what="metric")
        around = fields(old).keys() | fields(new).keys() | {HARNESS}
        inside = {f"dimensions.{name}" for m in new.metrics.values() for name in m.dimensions}
        allowed, known = self._options["allow_mismatch"], names(around | inside)
        require_known(allowed, known, option="--allow-mismatch", what="field")
