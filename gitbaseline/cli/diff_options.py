"""The options of ``diff``: how to read what is held, what to hold it to, what the answer does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gitbaseline.cli.entry_options import entry_options
from gitbaseline.cli.filled import PATH

Command = TypeVar("Command", bound=Callable[..., Any])

FORMS = ["text", "json", "markdown", "github", "junit"]

_OPTIONS = [
    click.option("-f", "--family", help="Family of what is held; default: as in record."),
    click.option("-m", "--measurement", help="Its measurement; default: what the format suggests."),
    click.option("--baseline", "baseline_option", metavar="REF", help="The entry to hold to."),
    click.option("--current", "current_option", metavar="PATH", help="What is held to it."),
    click.option("-s", "--source", "sources", multiple=True, metavar="PATH", help="More trials."),
    click.option("--value", "values", multiple=True, metavar="N", help="A number; more trials."),
    click.option(
        "--tolerance", "tolerances", multiple=True, metavar="KEY=5%|KEY=2abs", help="Of a metric."
    ),
    click.option("--tolerance-percent", type=float, metavar="N", help="Of all metrics, in %."),
    click.option("--tolerance-absolute", type=float, metavar="N", help="Of all, in their unit."),
    click.option("--headline", "headlines", multiple=True, metavar="KEY", help="RED by itself."),
    click.option("--metric", multiple=True, metavar="KEY", help="Compare only these."),
    click.option("--allow-mismatch", multiple=True, metavar="FIELD", help="Compare all the same."),
    click.option("--allow-missing", multiple=True, metavar="KEY", help="Do without this metric."),
    click.option("--accept-harness-change", is_flag=True, help="The benchmark itself changed."),
    click.option("--sol", metavar="CEILING", help="Show both sides' share of this ceiling."),
    click.option("--ceilings", type=PATH, help="File of ceilings."),
    click.option("--sol-over", is_flag=True, help="Allow a share of more than 100 %."),
    click.option(
        "--fail-on",
        type=click.Choice(["yellow", "red", "never"]),
        default="red",
        show_default=True,
        help="From which answer on to exit with 1.",
    ),
    click.option(
        "--on-no-baseline",
        type=click.Choice(["pass", "fail"]),
        default="fail",
        show_default=True,
        help="What a first run does.",
    ),
    click.option(
        "--on-incomparable",
        type=click.Choice(["pass", "fail"]),
        default="fail",
        show_default=True,
        help="What another machine or workload does.",
    ),
    click.option("--confirm", is_flag=True, help="Measure a doubt again with -- COMMAND."),
    click.option("--bisect", is_flag=True, help="Exit 0, 1 or 125, for git bisect run."),
    click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True),
    click.option("--bundle", type=PATH, metavar="DIR", help="Write all."),
    click.option("--unit", "units", multiple=True, metavar="[KEY=]UNIT", help="Unit, or of KEY."),
    click.option(
        "--direction",
        "directions",
        multiple=True,
        metavar="[KEY=]DIRECTION",
        help="higher, lower, two-sided.",
    ),
    click.option("--read-as", "format_name", metavar="NAME", help="Do not detect the format."),
    click.option(
        "--mapping",
        type=PATH,
        metavar="FILE",
        help="Of your own JSON or CSV.",
    ),
    click.option("--schema", type=PATH, help="Schema of the source."),
    click.option(
        "--context", multiple=True, metavar="FILE|KEY=VALUE", help="What it was measured under."
    ),
    click.option(
        "--env",
        "environment",
        multiple=True,
        metavar="here|KEY=VALUE",
        help="The machine that measured.",
    ),
    click.option("--testbed", help="Name of a class of machines."),
    click.option("--git-sha", metavar="SHA", help="Commit of the code measured."),
    click.option("--harness", type=PATH, help="The benchmark's own source."),
    click.option("--artifact", type=PATH, help="The program measured."),
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
]


def diff_options(command: Command) -> Command:
    """Add the options to the verb."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def as_entry(options: dict[str, Any], **decided: Any) -> dict[str, Any]:
    """Return the options as ``record`` would have them; what ``diff`` does not ask is as unsaid."""
    unsaid = click.Command("entry", params=_entry_parameters()).make_context("entry", []).params
    said = {name: value for name, value in options.items() if name in unsaid}
    return {**unsaid, **said, "mapping": options.get("mapping"), **decided}


def _entry_parameters() -> list[click.Parameter]:
    @click.command()
    @entry_options
    def entry() -> None:
        """Hold the options."""

    return entry.params
