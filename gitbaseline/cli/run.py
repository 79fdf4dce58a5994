"""``git baseline run``: measure a command here, then record it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitbaseline.cli import output
from gitbaseline.cli.entry_options import entry_options
from gitbaseline.cli.run_options import against_options, require_against, run_options
from gitbaseline.cli.workspace import Workspace

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "-n",
    "--trials",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Runs that count.",
)
@run_options
@against_options
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED)
@entry_options
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    program: tuple[str, ...],
    trials: int,
    warmup: int,
    setup: str | None,
    prepare: str | None,
    **options: Any,
) -> int:
    """Run PROGRAM several times and record what it took.

    \b
      git baseline run -n 10 -m build_time -- make -j8
      git baseline run --format nccl-tests -- all_reduce_perf -b 8 -e 1G -f 2
      git baseline run --against main -n 10 --setup make -- ./bench

    Wall time, CPU times and peak memory of each trial become samples; standard output is the
    source. With --format the output of every trial is read too. A trial that exits with another
    code than 0 ends it all, and nothing is recorded.

    With --against nothing is recorded either: a temporary work tree of REV is made beside this one,
    the command runs in both in turns (A B B A), and the two are compared as diff does, with its
    exit codes. REV is the baseline; this work tree is measured as it is, uncommitted changes
    included. Only what is committed is in the other one: --setup builds it, in both.
    """
    # -h does not wait for what only a measurement needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import recording  # noqa: PLC0415
    from gitbaseline.cli.measured import agree, entry_of  # noqa: PLC0415
    from gitbaseline.registry.measuring import Arm, Plan, measure  # noqa: PLC0415
    from gitbaseline.registry.trials import outliers  # noqa: PLC0415

    workspace = Workspace(where)
    plan = Plan(program=program, trials=trials, warmup=warmup, setup=setup, prepare=prepare)
    if options["against"] is not None:
        from gitbaseline.cli import against  # noqa: PLC0415 - a record does not compare two trees

        return against.compared(workspace, plan, options)
    require_against(options)
    limits = workspace.registry.state().root.limits
    if not (options["yes"] or options["as_json"] or options["dry_run"]):
        agree(plan, warmup + trials)
    (measured,) = measure(plan, [Arm(folder=where.folder, environment=where.environment)])
    for warning in outliers(measured):
        output.warn(warning)
    taken = entry_of(workspace, options, measured, plan, limits)
    return recording.finish(workspace, taken, options)
