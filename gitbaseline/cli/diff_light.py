"""``diff --sol``: both sides' share of one published ceiling.

- The metric is the headline: the one given, the baseline's, or the current side's.
- A share that was frozen when the baseline was recorded stands, if it is of the same metric under
  the same ceiling with the same figure.
- More than 100 % on the current side is refused as at record; a registered one is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gitbaseline.ceilings import Ceiling
from gitbaseline.cli.ceilings import chosen
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.speed_of_light import is_under, share
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Baseline
from gitbaseline.registry.diffing import Held


def lit(
    workspace: Workspace, held: Held, current: Baseline, options: dict[str, Any]
) -> tuple[Held, Baseline]:
    """Return both sides with their share of the ceiling, as they are where none is asked for."""
    over = options["sol_over"]
    ceiling = chosen(workspace, options["sol"], file=options["ceilings"], over=over)
    if ceiling is None:
        return held, current
    old = held.entry.baseline
    key = _headline(old, current, options["headlines"])
    if not _stands(old, key, ceiling):
        old = _under(replace(old, sol=None), key, ceiling, over=True)
    return replace(held, entry=replace(held.entry, baseline=old)), _under(
        current, key, ceiling, over=over
    )


def _stands(old: Baseline, key: str, ceiling: Ceiling) -> bool:
    if old.sol is None or old.headline is None or old.headline[0] != key:
        return False
    return is_under(old.sol, ceiling.key, ceiling.value, ceiling.unit)


def _headline(old: Baseline, current: Baseline, given: tuple[str, ...]) -> str:
    marked = [entry.headline[0] for entry in (old, current) if entry.headline]
    found = next((key for key in (*given, *marked) if key in current.metrics), None)
    if found is None:
        raise InputError(
            "a share of a ceiling needs one metric to stand for the whole",
            code="sol/headline",
            where="--sol",
            hint="--headline KEY",
        )
    return found


def _under(entry: Baseline, key: str, ceiling: Ceiling, *, over: bool) -> Baseline:
    metric = entry.metrics.get(key)
    if metric is None:
        return entry
    sol = share(metric.value, metric.unit, metric.direction, ceiling, over=over)
    marked = {name: replace(m, headline=name == key) for name, m in entry.metrics.items()}
    return replace(entry, metrics=marked, sol=sol)
