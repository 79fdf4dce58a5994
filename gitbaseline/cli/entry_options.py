"""The options that ``record`` and ``run`` share: what a person says of an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gitbaseline.cli.filled import PATH

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = [
    click.option("-f", "--family", help="Family; default: baseline.family, else the repository."),
    click.option("-m", "--measurement", help="Measurement; default: what the format suggests."),
    click.option("--unit", "units", multiple=True, metavar="[KEY=]UNIT", help="Unit, or of KEY."),
    click.option(
        "--direction",
        "directions",
        multiple=True,
        metavar="[KEY=]higher|lower|two-sided|unknown",
        help="Which way is better, where the format does not say.",
    ),
    click.option("--format", "format_name", metavar="NAME", help="Do not detect the format."),
    click.option("--metric", "metric", multiple=True, metavar="KEY", help="Keep only these keys."),
    click.option("--headline", metavar="KEY", help="The metric that stands for the entry."),
    click.option("--schema", type=PATH, help="JSON Schema that the source must meet."),
    click.option(
        "--context",
        "context",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="What the number was measured under: model=..., tp=8, or group.key=value.",
    ),
    click.option(
        "--env",
        "environment",
        multiple=True,
        metavar="here|KEY=VALUE",
        help="The machine that measured; 'here' reads this one.",
    ),
    click.option("--cluster", help="Cluster it ran on."),
    click.option("--cohort", help="Which nodes of it."),
    click.option("--testbed", help="Name of a class of machines."),
    click.option("--team", help="Team; default: baseline.team."),
    click.option("--agent", envvar="GIT_BASELINE_AGENT", help="The agent that acts for you."),
    click.option("--prompt", help="The words that asked for this measurement."),
    click.option("--code-repo", type=PATH, help="Repository of the code measured."),
    click.option("--git-sha", metavar="SHA", help="Commit of the code measured."),
    click.option("--harness", type=PATH, help="The benchmark's own source; digested."),
    click.option("--artifact", type=PATH, help="The program measured; digested."),
    click.option(
        "--accept-harness-change", is_flag=True, help="The benchmark changed: begin a new series."
    ),
    click.option("--continues", metavar="F/M", help="The series that a new one goes on from."),
    click.option(
        "--accept-regression", metavar="WHY", help="Make it the baseline though it regressed."
    ),
    click.option("--supersedes", metavar="REF", help="An earlier entry that this one replaces."),
    click.option("--redact", is_flag=True, help="Store a copy without private fields and secrets."),
    click.option(
        "--lfs/--no-lfs",
        default=None,
        help="Keep the source in Git LFS; default: where it is beyond the registry's limits.",
    ),
    click.option(
        "--allow-secret", "allowed", multiple=True, metavar="FINGERPRINT", help="Let one through."
    ),
    click.option(
        "--tier", type=click.Choice(["draft", "verdict"]), default="draft", show_default=True
    ),
    click.option("--isolated-metric", is_flag=True, help="Your word: nothing else was measured."),
    click.option(
        "--production-representative", is_flag=True, help="Your word: configured as in production."
    ),
    click.option(
        "--sol", metavar="CEILING", help="The published ceiling that the headline is under."
    ),
    click.option("--ceilings", type=PATH, metavar="FILE", help="File of ceilings."),
    click.option(
        "--sol-rigor",
        type=click.Choice(["L1", "L2", "L3", "L4"]),
        default="L1",
        show_default=True,
        help="The share is of a datasheet's peak, profiler samples, kernel or workload counters.",
    ),
    click.option("--sol-over", is_flag=True, help="Record a share of more than 100 %."),
    click.option("--next-lever", metavar="TEXT", help="What to try next."),
    click.option("--unlock", metavar="TEXT", help="What the lever is expected to give."),
    click.option("--gate", metavar="TEXT", help="What would show that it did."),
    click.option("--cost", metavar="TEXT", help="What the lever costs: '2 days', low, high."),
    click.option(
        "--lever-met", metavar="REF", help="The lever named there gave what its gate asked for."
    ),
    click.option("--lever-refuted", metavar="REF", help="This shows that it does not; give --why."),
    click.option("--why", metavar="TEXT", help="What a lever that is met or refuted rests on."),
    click.option("--idempotency-key", metavar="KEY", help="Record once for this key."),
    click.option("--notes", help="Free text."),
    click.option("--dry-run", is_flag=True, help="Show what would be recorded; record nothing."),
    click.option("--push", is_flag=True, help="Push it, as `git baseline push` does."),
    click.option("--confirm", metavar="TOKEN", help="Record exactly what a dry run showed."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask."),
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
]


def entry_options(command: Command) -> Command:
    """Add the shared options to a verb."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
