"""From the trials of a command to an entry, as ``run`` records it and ``--against`` compares it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gitbaseline.cli import intake, output, sourcing
from gitbaseline.cli.workspace import Workspace
from gitbaseline.formats.settle import settle
from gitbaseline.model.root import Limits
from gitbaseline.registry import measuring
from gitbaseline.registry.measuring import Plan
from gitbaseline.transport.trial import Trial


def agree(plan: Plan, runs: int) -> None:
    """Have a person on a terminal agree before anything runs."""
    if not output.interactive():
        return
    output.note(f"runs {runs} times: {plan.line}")
    output.confirm("Measure?", otherwise="nothing was measured")


def entry_of(
    workspace: Workspace,
    options: dict[str, Any],
    trials: Sequence[Trial],
    plan: Plan,
    limits: Limits,
) -> intake.Taken:
    """Return the entry of the trials; their output is its source, this machine its environment."""
    source = measuring.source(trials, sourcing.readable(limits, options))
    reading = measuring.reading(trials, plan, options["format_name"])
    options = {
        **options,
        "measurement": options["measurement"] or Path(plan.program[0]).name,
        "environment": ("here", *options["environment"]),
    }
    reading = settle(reading, sourcing.wanted(options))
    return intake.take(workspace, options, reading=reading, source=source, command=plan.line)
