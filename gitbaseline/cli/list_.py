"""``git baseline list``: what is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.report import document
from gitbaseline.report.entry import status_cell, value_cells
from gitbaseline.report.table import table

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.reader import Entry, Reader

Thing = TypeVar("Thing")

_HEAD = ("Measurement", "Latest", "Value", "Unit", "Better", "Tier", "Status", "Operator")
_SPARE = (7, 4, 5)  # columns that a narrow terminal does without, the least first


@click.command("list")
@click.argument("series", required=False, metavar="[FAMILY[/MEASUREMENT]]")
@click.option(
    "--all", "every", is_flag=True, help="Every entry, not the latest of each measurement."
)
@click.option("-n", "--max-count", type=click.IntRange(min=1), help="At most so many.")
@click.option("--skip", type=click.IntRange(min=0), default=0, help="Leave out so many before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    series: str | None,
    every: bool,
    max_count: int | None,
    skip: int,
    as_json: bool,
) -> int:
    """List the registry: the latest entry of each measurement, or every entry of one."""
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import pager  # noqa: PLC0415
    from gitbaseline.registry.resolve import chosen  # noqa: PLC0415

    workspace = Workspace(where)
    reader = workspace.reader
    pairs = chosen(reader, [series] if series else [])
    every = every or (series is not None and "/" in series)
    found = (
        entry
        for pair in pairs
        for entry in (reader.entries(*pair) if every else _latest(reader, pair))
    )
    if as_json:
        rows, more = part(map(_summary, found), skip, max_count)
        content = {
            "registry_id": reader.state.root.registry_id,
            "tip": reader.state.commit,
            "entries": rows,
            "more": more,
        }
        output.document(document.envelope("list", content))
        return 0
    cells, more = part(map(_row, found), skip, max_count)
    if cells:
        columns = output.columns()
        whole = table(_HEAD, cells, right=frozenset((2,)), columns=columns, spare=_SPARE)
        pager.show(whole, workspace)
    else:
        output.note("no more entries" if skip else "no entries yet: git baseline record FILE")
    if more:
        output.note(f"and more: --skip {skip + len(cells)}")
    return 0


def part(found: Iterator[Thing], skip: int, most: int | None) -> tuple[list[Thing], bool]:
    """Return a part of what is found, and whether more follows it; no more is looked at."""
    end = None if most is None else skip + most + 1
    shown = list(islice(found, skip, end))
    return shown[:most], most is not None and len(shown) > most


def _latest(reader: Reader, pair: tuple[str, str]) -> list[Entry]:
    """Return the latest entry that counts, else the latest of any kind."""
    first: Entry | None = None
    for entry in reader.entries(*pair):
        if entry.counts:
            return [entry]
        first = first or entry
    return [first] if first else []


def _summary(entry: Entry) -> dict[str, object]:
    return document.summary(entry.path, entry.baseline, entry.status)


def _row(entry: Entry) -> tuple[str, ...]:
    value, unit, better = value_cells(entry.baseline)
    return (
        entry.path.series,
        str(entry.path.slug),
        value,
        unit,
        better,
        str(entry.baseline.tier),
        status_cell(entry.baseline, entry.status),
        entry.baseline.registered_by.operator_user,
    )
