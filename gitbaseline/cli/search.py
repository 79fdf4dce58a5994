"""``git baseline search``: entries by words and by fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.list_ import part
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.report import document
from gitbaseline.report.entry import status_cell, value_cells
from gitbaseline.report.table import table

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.search import Found

_HEAD = ("Entry", "Value", "Unit", "Tier", "Status", "Operator", "Match")
_SPARE = (5, 3, 4)  # columns that a narrow terminal does without, the least first


@click.command()
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@click.option("-n", "--max-count", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.option("--skip", type=click.IntRange(min=0), default=0, help="Leave out so many before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where, /, *, terms: tuple[str, ...], max_count: int | None, skip: int, as_json: bool
) -> int:
    """Find entries that hold every TERM: a word or phrase, or a field and its value.

    A word is looked for in names of series, notes, prompts, commands, levers and the context as
    key=value. Case is ignored.

    \b
      git baseline search llama "cuda graph"
      git baseline search family:nccl unit:GB/s since:2026-05-01
      git baseline search tier:verdict operator:tess since:30d
      git baseline search model:llama* tp:8 concurrency:>=16
      git baseline search lever:fusion status:ok

    \b
    Fields: family, measurement, operator, team, agent, tier, status, unit, metric, value, format,
    branch, sha, schema, harness, artifact; since, until; notes, prompt, command, lever (which
    contain it); and every key of context and environment, alone or as group.key. A value is
    matched whole, * and ? stand for anything; numbers may be bounded by >, >=, <, <=. text:WORD
    looks for a word that has a colon in it.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry import search as searching  # noqa: PLC0415

    reader = Workspace(where).reader
    query = searching.parse(terms, now=clock())
    shown, more = part(searching.search(reader, query), skip, max_count)
    if as_json:
        content = {
            "registry_id": reader.state.root.registry_id,
            "tip": reader.state.commit,
            "terms": list(terms),
            "entries": [_plain(one) for one in shown],
            "more": more,
        }
        output.document(document.envelope("search", content))
        return 0
    if shown:
        rows = [_row(one) for one in shown]
        columns = output.columns()
        right = frozenset((1,))
        output.say(table(_HEAD, rows, right=right, columns=columns, spare=_SPARE, words=(6,)))
    else:
        output.note("no entry fits")
    if more:
        output.note(f"and more: --skip {skip + len(shown)}")
    return 0


def _plain(found: Found) -> dict[str, object]:
    entry = found.entry
    matches = [{"field": match.field, "excerpt": match.excerpt} for match in found.matches]
    return {**document.summary(entry.path, entry.baseline, entry.status), "matches": matches}


def _row(found: Found) -> tuple[str, ...]:
    entry = found.entry
    value, unit, _ = value_cells(entry.baseline)
    return (
        f"{entry.path.series}@{entry.path.slug}",
        value,
        unit,
        str(entry.baseline.tier),
        status_cell(entry.baseline, entry.status),
        entry.baseline.registered_by.operator_user,
        "; ".join(f"{match.field}: {match.excerpt}" for match in found.matches),
    )
