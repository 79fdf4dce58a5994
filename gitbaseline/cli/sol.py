"""``--sol KEY``: the entry's headline held to a published ceiling, frozen into the entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gitbaseline.cli.ceilings import chosen
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.speed_of_light import Rigor, share
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Baseline


def held_to_ceiling(workspace: Workspace, entry: Baseline, options: Mapping[str, Any]) -> Baseline:
    """Return the entry with its share of the ceiling; InputError where it has no headline."""
    over: bool = options["sol_over"]
    ceiling = chosen(workspace, options["sol"], file=options["ceilings"], over=over)
    if ceiling is None:
        return entry
    if entry.headline is None:
        raise InputError(
            f"none of the {len(entry.metrics)} metrics stands for the entry, "
            "so none is held to a ceiling",
            code="sol/headline",
            where="--sol",
            hint="--headline KEY",
        )
    metric = entry.headline[1]
    rigor = Rigor(options["sol_rigor"])
    sol = share(metric.value, metric.unit, metric.direction, ceiling, rigor=rigor, over=over)
    return replace(entry, sol=sol)
