"""``git baseline list``: what is there."""

from __future__ import annotations

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Where, Workspace
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.resolve import find_series
from gitbaseline.report import document, text

_HEAD = ("Measurement", "Latest", "Value", "Unit", "Better", "Tier", "Status", "Operator")


@click.command("list")
@click.argument("series", required=False, metavar="[FAMILY[/MEASUREMENT]]")
@click.option(
    "--all", "every", is_flag=True, help="Every entry, not the latest of each measurement."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, series: str | None, every: bool, as_json: bool) -> int:
    """List the registry: the latest entry of each measurement, or every entry of one."""
    workspace = Workspace(where)
    reader = workspace.reader
    chosen = _chosen(reader, series)
    every = every or (series is not None and "/" in series)
    entries = [
        entry
        for pair in chosen
        for entry in (reader.entries(*pair) if every else _latest(reader, pair))
    ]
    if as_json:
        rows = [document.summary(e.path, e.baseline, e.status) for e in entries]
        content = {
            "registry_id": reader.state.root.registry_id,
            "tip": reader.state.commit,
            "entries": rows,
        }
        output.document(document.envelope("list", content))
    elif entries:
        output.say(text.table(_HEAD, [_row(entry) for entry in entries], right=frozenset((2,))))
    else:
        output.note("no entries yet: git baseline record FILE")
    return 0


def _chosen(reader: Reader, series: str | None) -> list[tuple[str, str]]:
    if series and "/" in series:
        return [find_series(reader, series, series)]
    families = [f for f in reader.families() if series in (None, f)]
    pairs = [(family, name) for family in families for name in reader.measurements(family)]
    return pairs or ([find_series(reader, series, series)] if series else [])


def _latest(reader: Reader, pair: tuple[str, str]) -> list[Entry]:
    """Return the latest entry that counts, else the latest of any kind."""
    first: Entry | None = None
    for entry in reader.entries(*pair):
        if entry.counts:
            return [entry]
        first = first or entry
    return [first] if first else []


def _row(entry: Entry) -> tuple[str, ...]:
    value, unit, better = text.value_cells(entry.baseline)
    return (
        entry.path.series,
        str(entry.path.slug),
        value,
        unit,
        better,
        str(entry.baseline.tier),
        entry.status,
        entry.baseline.registered_by.operator_user,
    )
