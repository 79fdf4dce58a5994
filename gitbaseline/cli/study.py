"""``git baseline study``: how noisy a measurement is, and the tolerance that this calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitbaseline.cli import output
from gitbaseline.cli.program import WithProgram
from gitbaseline.cli.run_options import run_options
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.judge import judge
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.study import describe, study
from gitbaseline.config import TEAM_FILES
from gitbaseline.errors import InputError
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.profiles import Tolerance
from gitbaseline.report import document
from gitbaseline.report.study import Report, Row, content, text

if TYPE_CHECKING:
    from gitbaseline.cli.study_inputs import Studied
    from gitbaseline.cli.where import Where


@click.command(cls=WithProgram)
@click.argument("what", nargs=-1, metavar="[FILE...|FAMILY/MEASUREMENT]")
@click.option(
    "-n",
    "--runs",
    type=click.IntRange(1, 1000),
    default=30,
    show_default=True,
    help="Runs of COMMAND, or newest entries of a measurement.",
)
@click.option(
    "--trials",
    type=click.IntRange(1, 1000),
    help="Samples a side that later diffs will have; default: 5, or what an entry has.",
)
@run_options
@click.option("-m", "--measurement", help="Measurement; default: what run or record calls it.")
@click.option("--format", "format_name", metavar="NAME", help="Do not detect the format.")
@click.option("--metric", multiple=True, metavar="KEY", help="Study only these.")
@click.option("--unit", "units", multiple=True, metavar="[KEY=]UNIT", help="Unit, or of KEY.")
@click.option(
    "--direction",
    "directions",
    multiple=True,
    metavar="[KEY=]DIRECTION",
    help="higher, lower, two-sided.",
)
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    default=1.0,
    show_default=True,
    metavar="N",
    help="No tolerance below this, in %.",
)
@click.option("--write", is_flag=True, help="Put the tolerances into .baseline.yaml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, **options: Any) -> int:
    """Find the tolerance that keeps false alarms under 1 %: the same code against itself.

    \b
      git baseline study -n 30 -- ./bench          runs it 30 times
      git baseline study run-*.json                trials that are there, one a file
      git baseline study fam/meas                  the recorded entries that are comparable

    The samples are split at random into two sides, 1,000 times with a fixed seed, and held to each
    other by the rule of diff. Printed is the tolerance at which fewer than 1 % of them alarm.
    --write puts it into .baseline.yaml, where diff finds it; all else there stays as it is.

    A study knows the noise of what it saw. Runs of one hour on one machine do not show how the
    next day or another machine differs; entries do. Exits with 4 where no metric has samples
    enough to tell.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import study_inputs  # noqa: PLC0415
    from gitbaseline.registry import team_file  # noqa: PLC0415

    workspace = Workspace(where)
    studied = study_inputs.gather(workspace, options)
    side = options["trials"] or studied.side
    rows = _rows(studied, side=side, options=options)
    found = {row.key: row.study.tolerance for row in rows if row.study.tolerance}
    written = None
    if options["write"] and found:
        written = _write(workspace, studied.measurement, found)
    report = Report(
        measurement=studied.measurement,
        format=studied.format,
        kind=studied.kind,
        source=studied.source,
        side=side,
        at_least=options["at_least"],
        rows=rows,
        warnings=studied.warnings,
        config=team_file.snippet(studied.measurement, found) if found else None,
        written=written,
    )
    if options["as_json"]:
        output.document(document.envelope("study", content(report)))
    else:
        output.say(text(report, output.columns()))
    return 0 if found else 4


def _rows(studied: Studied, *, side: int, options: dict[str, Any]) -> list[Row]:
    rows = []
    for key, (metric, sessions) in studied.metrics.items():
        judged = _judged(key, metric, studied.rules, named=bool(options["metric"]))
        if judged:
            found = study(sessions, metric.direction, side=side, at_least=options["at_least"])
        else:
            found = describe(sessions, side=side)
        rows.append(
            Row(key=key, unit=metric.unit, direction=metric.direction, judged=judged, study=found)
        )
    return sorted(rows, key=lambda row: not row.judged)


def _judged(key: str, metric: Metric, rules: Rules, *, named: bool) -> bool:
    """Whether diff judges the metric, or would if it had the tolerance that a person asks for."""
    if named:
        return metric.direction is not Direction.UNKNOWN
    return judge({key: metric}, {key: metric}, rules).rows[0].judged


def _write(workspace: Workspace, measurement: str, found: dict[str, Tolerance]) -> str:
    from gitbaseline.cli import defaults  # noqa: PLC0415 - as above
    from gitbaseline.registry import team_file  # noqa: PLC0415 - as above

    top = workspace.place.top
    if top is None:
        raise InputError(
            "a bare repository has no work tree to write in",
            code="study/bare",
            where="--write",
            hint="leave --write out, and put what is printed into .baseline.yaml",
        )
    path = defaults.team_file(top) or top / TEAM_FILES[0]
    team_file.write(path, measurement, found)
    return str(path)
