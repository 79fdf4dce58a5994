"""``git baseline log``: the history of a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, takewhile
from sys import intern
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.keys import fits, require_known
from gitbaseline.compare.step import History, Step, steps
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Tier
from gitbaseline.model.names import utc_begin, utc_fault
from gitbaseline.report import document
from gitbaseline.report import history as report
from gitbaseline.report.entry import code_cell, status_cell, value_cells
from gitbaseline.report.table import table

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.history import Line
    from gitbaseline.registry.reader import Entry, Reader

_HEAD = ("UTC", "Entry", "Value", "Unit", "n", "Tier", "Status", "Code", "Operator", "Notes")
_SPARE = (0, 8, 9, 7, 5)  # columns that a narrow terminal does without, the least first
_NAMED = 10
_COLUMNS = 80  # of a chart that goes to no terminal


@click.command()
@click.argument("series", required=False, default="", metavar="[FAMILY/MEASUREMENT]")
@click.option("-n", "--max-count", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.option("--since", metavar="DATE", help="Not before this day or UTC second.")
@click.option("--tier", type=click.Choice(["draft", "verdict"]), help="Only this tier.")
@click.option("--metric", metavar="KEY", help="The history of this metric, not of the headline.")
@click.option("--plot", is_flag=True, help="Draw a chart in place of the sparkline.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    series: str,
    max_count: int | None,
    since: str | None,
    tier: str | None,
    metric: str | None,
    plot: bool,
    as_json: bool,
) -> int:
    """Show the history of a measurement, the newest first, with a sparkline and change points.

    A change point is where the level of the headline, or of --metric, stepped: between which
    commits, by how much, and whether for the worse. It is searched in the entries listed, as far
    as they are comparable with the newest; candidates take part, what was withdrawn does not.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import pager  # noqa: PLC0415
    from gitbaseline.registry.resolve import find_series  # noqa: PLC0415

    workspace = Workspace(where)
    reader = workspace.reader
    family, measurement = find_series(reader, series, series or "(no measurement given)")
    begin = _second(since) if since else ""
    wanted = Tier(tier.upper()) if tier else None
    # Asked for anew each time: an entry is a hundred times what is told of it.
    entries = partial(_chosen, reader, (family, measurement), max_count, begin, wanted)
    metric = _key(entries(), metric) if metric else None
    line = _line(workspace, entries(), metric)
    if as_json:
        told = [output.item(_summary(entry, metric)) for entry in _along(line, entries())]
    else:
        rows = [_row(entry, metric) for entry in _along(line, entries())]
    history = line.history() if line else None
    found = steps(history) if history else ()
    if as_json:
        content = {
            "series": f"{family}/{measurement}",
            "metric": history.key if history else None,
            "comparable": len(history.points) if history else 0,
            "change_points": [report.plain(step) for step in found],
        }
        output.document(document.envelope("log", content), items=("entries", told))
        return 0
    named = [f"{family}/{measurement}", *([metric] if metric else [])]
    drawn = _drawn(history, found, plot=plot)
    columns = output.columns()
    lines = ["  ".join(filter(None, [*named, "" if plot else drawn]))]
    lines += ["", drawn, ""] if plot and drawn else []
    lines += [report.change_points(found, columns), ""] if found else []
    right = frozenset((2, 4))
    lines.append(table(_HEAD, rows, right=right, columns=columns, spare=_SPARE))
    pager.show("\n".join(lines), workspace)
    return 0


def _chosen(
    reader: Reader, series: tuple[str, str], most: int | None, begin: str, tier: Tier | None
) -> Iterator[Entry]:
    """Yield the entries that the options leave, the newest first; no older one is read."""
    since = takewhile(lambda entry: entry.baseline.original_utc >= begin, reader.entries(*series))
    return islice((entry for entry in since if tier in (None, entry.baseline.tier)), most)


def _second(text_: str) -> str:
    full = utc_begin(text_)
    fault = utc_fault(full)
    if fault:
        raise InputError(
            f"{fault} or YYYY-MM-DD, got {text_!r}", code="option/date", where="--since"
        )
    return full


def _key(entries: Iterable[Entry], wanted: str) -> str:
    """Return the one metric that is called so, or that a shell pattern fits."""
    known: set[str] = set()
    for entry in entries:
        if wanted in entry.baseline.metrics:
            return wanted
        known.update(entry.baseline.metrics)
    if not known:
        return wanted
    require_known((wanted,), known, option="--metric", what="metric")
    fitting = sorted(name for name in known if fits(name, (wanted,)))
    if len(fitting) > 1:
        raise InputError(
            f"could be any of {', '.join(fitting[:_NAMED])}", code="key/ambiguous", where="--metric"
        )
    return fitting[0]


def _line(workspace: Workspace, entries: Iterable[Entry], key: str | None) -> Line | None:
    """Return the line of one metric, like the newest entry that has it; None where none has."""
    from gitbaseline.cli import defaults  # noqa: PLC0415 - as above
    from gitbaseline.registry.diffing import matching_of  # noqa: PLC0415 - as above
    from gitbaseline.registry.history import Line  # noqa: PLC0415 - as above

    for entry in entries:
        found = entry.baseline.metric(key)
        if found and not (entry.retracted or entry.distrusted):
            return Line(entry.baseline, *found, matching_of(defaults.team(workspace.place.top)))
    return None


def _along(line: Line | None, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries, and let the line take them in."""
    for entry in entries:
        if line:
            line.add(entry)
        yield entry


def _drawn(history: History | None, found: Sequence[Step], *, plot: bool) -> str:
    if history is None:
        return ""
    if not plot:
        return report.line(history, found, ascii_only=output.ascii_only())
    from gitbaseline.report import plot as chart  # noqa: PLC0415 - only where it is asked for

    columns = output.columns() or _COLUMNS
    return chart.render(history, found, columns=columns, ascii_only=output.ascii_only())


def _summary(entry: Entry, key: str | None) -> dict[str, object]:
    return document.summary(entry.path, entry.baseline, entry.status, key=key)


def _row(entry: Entry, key: str | None) -> tuple[str, ...]:
    baseline = entry.baseline
    value, unit, _ = value_cells(baseline, key)
    found = baseline.metric(key)
    alike = (
        unit,
        str(found[1].n) if found else "",
        str(baseline.tier),
        status_cell(baseline, entry.status),
        code_cell(baseline, 10),
        baseline.registered_by.operator_user,
        (baseline.notes or "").split("\n")[0][:40],
    )
    # What most rows have in common is kept once.
    return (baseline.original_utc, str(entry.path.slug), value, *map(intern, alike))
