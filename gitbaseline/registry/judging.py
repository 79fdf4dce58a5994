"""Holding a new entry to the latest comparable one: a RED run becomes a candidate.

- Nothing measured is lost: whatever the answer, the entry is stored.
- Only RED keeps it from being a baseline; a regression accepted with a reason stays one.
- Where nothing is comparable the entry starts a new series, and the warning says what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gitbaseline.compare.match import HARNESS
from gitbaseline.compare.verdict import Verdict
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Judged, Standing
from gitbaseline.registry import noise
from gitbaseline.registry.candidates import Chosen, latest_comparable
from gitbaseline.registry.diffing import Held, diff_of, matching_of, rules_of
from gitbaseline.registry.reader import Reader
from gitbaseline.team_config import TeamConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """The entry with its standing, and what a person should hear of it."""

    entry: Baseline
    warnings: tuple[str, ...] = ()


def rule(
    reader: Reader,
    entry: Baseline,
    team: TeamConfig | None = None,
    *,
    accept_harness_change: bool = False,
) -> Ruled:
    """Return the entry as it stands against the latest comparable one."""
    known = team or TeamConfig()
    matching = matching_of(known)
    series = entry.family, entry.measurement
    chosen = latest_comparable(reader, series, entry, rules_of(known, entry, matching))
    if chosen.entry is None or chosen.differs:
        accepted = (HARNESS,) if accept_harness_change else ()
        return Ruled(entry=entry, warnings=_new_series(chosen, accepted))
    held = Held(entry=chosen.entry, how="latest comparable")
    rules = rules_of(known, entry, matching, noise.known(reader, chosen.entry, matching))
    diff = diff_of(held, entry, rules)
    path = chosen.entry.path
    judged = Judged(against=f"{path.series}@{path.slug}", verdict=str(diff.verdict))
    said = f"{diff.verdict} against {judged.against}: {'; '.join(diff.reasons)}"
    if diff.verdict is Verdict.GREEN:
        return Ruled(entry=replace(entry, judged=judged))
    if diff.verdict is not Verdict.RED:
        return Ruled(entry=replace(entry, judged=judged), warnings=(said,))
    if entry.accepts:
        return Ruled(entry=replace(entry, judged=judged), warnings=(f"{said}; accepted",))
    return Ruled(
        entry=replace(entry, judged=judged, standing=Standing.CANDIDATE),
        warnings=(f"{said}; kept as a candidate",),
    )


def _new_series(chosen: Chosen, accepted: Sequence[str]) -> tuple[str, ...]:
    """Say that nothing comparable is there, unless that is just what the person said."""
    if chosen.entry is None or set(chosen.differs) <= set(accepted):
        return ()
    said = f"{', '.join(chosen.differs[:3])} differs from {chosen.entry.path.slug}"
    hint = "; --accept-harness-change says so on purpose" if HARNESS in chosen.differs else ""
    return (f"nothing comparable is registered, so this starts a new series: {said}{hint}",)
