"""``git baseline run``: measure a command here, then record it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from gitbaseline.cli import intake, output, parse, recording
from gitbaseline.cli.entry_options import entry_options
from gitbaseline.cli.workspace import Where, Workspace
from gitbaseline.errors import InputError, Unable
from gitbaseline.formats import registry as formats
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.pool import pool
from gitbaseline.formats.settle import settle
from gitbaseline.model.root import Limits
from gitbaseline.registry.trials import beside, outliers, reading_of
from gitbaseline.transport import trial as process
from gitbaseline.transport.trial import Trial


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("-n", "--trials", type=click.IntRange(1, 1000), default=5, show_default=True)
@click.option("--warmup", type=click.IntRange(0, 100), default=1, show_default=True)
@click.option("--prepare", metavar="LINE", help="Shell line to run before each trial, untimed.")
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
    prepare: str | None,
    **options: Any,
) -> int:
    """Run PROGRAM several times and record what it took.

    \b
      git baseline run -n 10 -m build_time -- make -j8
      git baseline run --format nccl-tests -- all_reduce_perf -b 8 -e 1G -f 2

    Wall time, CPU times and peak memory of each trial become samples; standard output is the
    source. With --format the output of every trial is read too. A trial that exits with another
    code than 0 ends it all, and nothing is recorded.
    """
    workspace = Workspace(where)
    limits = workspace.registry.state().root.limits
    line = shlex.join(program)
    if not (options["yes"] or options["as_json"] or options["dry_run"]) and output.interactive():
        output.note(f"runs {warmup + trials} times: {line}")
        if not click.confirm("Measure?", default=True, err=True):
            raise click.exceptions.Abort
    measured = _measure(workspace, program, trials=trials, warmup=warmup, prepare=prepare)
    for warning in outliers(measured):
        output.warn(warning)
    source = _source(measured, limits)
    options["measurement"] = options["measurement"] or Path(program[0]).name
    options["environment"] = ("here", *options["environment"])
    wanted = Options(
        units=parse.by_key(options["units"]),
        directions=parse.directions(options["directions"]),
        metric=tuple(options["metric"]),
        headline=options["headline"],
    )
    reading = reading_of(measured, program)
    if options["format_name"]:
        reading = beside(_read_outputs(measured, options["format_name"]), reading)
    taken = intake.take(
        workspace, options, reading=settle(reading, wanted), source=source, command=line
    )
    return recording.finish(workspace, taken, options)


def _measure(
    workspace: Workspace,
    program: tuple[str, ...],
    *,
    trials: int,
    warmup: int,
    prepare: str | None,
) -> list[Trial]:
    environment = dict(workspace.where.environment)
    folder = workspace.where.folder
    done: list[Trial] = []
    for number in range(warmup + trials):
        if prepare:
            code = process.shell(prepare, folder=folder, environment=environment)
            if code != 0:
                raise InputError(f"exited with {code}", code="run/prepare", where=prepare)
        one = process.run(program, folder=folder, environment=environment)
        if one.exit_code != 0:
            raise Unable(
                f"trial {number + 1} of {warmup + trials} {_ended(one.exit_code)}; "
                "a failing run is not recorded",
                code="run/failed",
                where=shlex.join(program),
            )
        done.append(one)
    return done[warmup:]


def _ended(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"exited with {code}"


def _source(measured: list[Trial], limits: Limits) -> Source:
    files = tuple(
        SourceFile(path=f"stdout-{number:03d}.txt", data=one.output)
        for number, one in enumerate(measured, 1)
    )
    total = sum(len(file.data) for file in files)
    if total > limits.entry_bytes or any(len(f.data) > limits.file_bytes for f in files):
        raise InputError(
            f"the trials printed {total} bytes, the registry takes at most {limits.entry_bytes}",
            code="source/large",
            where="standard output",
            hint="send the noise elsewhere: sh -c 'COMMAND > /dev/null'",
        )
    return Source(name="stdout", kind="directory", files=files)


def _read_outputs(measured: list[Trial], name: str) -> Reading:
    names = [f"trial {number}" for number in range(1, len(measured) + 1)]
    readings = []
    for label, one in zip(names, measured, strict=True):
        file = SourceFile(path=label, data=one.output)
        source = Source(name=label, kind="file", files=(file,))
        readings.append(formats.read(source, Options(), name))
    return pool(readings, names)
