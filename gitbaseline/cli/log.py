"""``git baseline log``: the history of a measurement."""

from __future__ import annotations

import sys

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Where, Workspace
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Tier
from gitbaseline.model.names import utc_fault
from gitbaseline.registry.reader import Entry
from gitbaseline.registry.resolve import find_series
from gitbaseline.report import document, text

_HEAD = ("UTC", "Entry", "Value", "Unit", "n", "Tier", "Status", "Code", "Operator", "Notes")


@click.command()
@click.argument("series", required=False, default="", metavar="[FAMILY/MEASUREMENT]")
@click.option("-n", "--max-count", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.option("--since", metavar="DATE", help="Not before this day or UTC second.")
@click.option("--tier", type=click.Choice(["draft", "verdict"]), help="Only this tier.")
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
    as_json: bool,
) -> int:
    """Show the history of a measurement, the newest first, with a sparkline of what counts."""
    workspace = Workspace(where)
    reader = workspace.reader
    family, measurement = find_series(reader, series, series or "(no measurement given)")
    begin = _second(since) if since else ""
    wanted = Tier(tier.upper()) if tier else None
    entries: list[Entry] = []
    for entry in reader.entries(family, measurement):
        if entry.baseline.registered_at_utc < begin or len(entries) == max_count:
            break
        if wanted in (None, entry.baseline.tier):
            entries.append(entry)
    if as_json:
        content = {
            "series": f"{family}/{measurement}",
            "entries": [document.summary(e.path, e.baseline, e.status) for e in entries],
        }
        output.document(document.envelope("log", content))
        return 0
    output.say(f"{family}/{measurement}  {_sparkline(entries)}".rstrip())
    output.say(text.table(_HEAD, [_row(entry) for entry in entries], right=frozenset((2, 4))))
    return 0


def _second(text_: str) -> str:
    full = f"{text_}T00:00:00Z" if len(text_) == 10 else text_
    fault = utc_fault(full)
    if fault:
        raise InputError(
            f"{fault} or YYYY-MM-DD, got {text_!r}", code="option/date", where="--since"
        )
    return full


def _sparkline(entries: list[Entry]) -> str:
    """Return the headline values that count, oldest first, as far as they share one unit."""
    values: list[float] = []
    unit: str | None = None
    for entry in entries:
        if not entry.counts or entry.baseline.headline is None:
            continue
        metric = entry.baseline.headline[1]
        unit = unit or metric.unit
        if metric.unit == unit:
            values.append(metric.value)
    if len(values) < 2:
        return ""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return text.sparkline(values[:60][::-1], ascii_only=encoding != "utf8")


def _row(entry: Entry) -> tuple[str, ...]:
    baseline = entry.baseline
    value, unit, _ = text.value_cells(baseline)
    return (
        baseline.registered_at_utc,
        str(entry.path.slug),
        value,
        unit,
        str(baseline.headline[1].n) if baseline.headline else "",
        str(baseline.tier),
        entry.status,
        baseline.git.sha[:10],
        baseline.registered_by.operator_user,
        (baseline.notes or "").split("\n")[0][:40],
    )
