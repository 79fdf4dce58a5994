"""``git baseline record``: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitbaseline.cli.entry_options import entry_options
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.workspace import Workspace

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.command(
    epilog="Do not record one-shot debugging runs, or counters that change by design: a baseline "
    "is a number that later runs are held to."
)
@click.argument("file", required=False)
@click.option(
    "-s",
    "--source",
    "sources",
    multiple=True,
    metavar="PATH",
    help="File, directory, or - (stdin).",
)
@click.option(
    "--value", "values", multiple=True, metavar="N", help="The number; repeat for trials."
)
@click.option("--command", help="The command that made the source.")
@click.option(
    "--mapping",
    type=PATH,
    metavar="FILE",
    help="What the fields of your own JSON or CSV mean.",
)
@entry_options
@click.pass_obj
def command(where: Where, /, *, file: str | None, **options: Any) -> int:
    """Record a measurement as a signed baseline.

    FILE is a benchmark's output, a directory of them, or - for standard input. Repeated sources of
    one kind are trials: equal metrics become samples.

    \b
      git baseline record results.json
      git baseline record -m step_time --value 412.6 --unit ms
      all_reduce_perf -b 8 -e 8G -f 2 | tee run.log; git baseline record run.log
    """
    # -h does not wait for what only a record needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import intake, recording, sourcing  # noqa: PLC0415

    workspace = Workspace(where)
    limits = workspace.registry.state().root.limits
    paths = [*([file] if file else []), *options["sources"]]
    values = options["values"]
    evidence = sourcing.evidence_on_disk(paths, values, options, limits)
    reading, source = sourcing.read_sources([] if evidence else paths, values, options, limits)
    taken = intake.take(
        workspace, options, reading=reading, source=evidence or source, command=options["command"]
    )
    return recording.finish(workspace, taken, options)
