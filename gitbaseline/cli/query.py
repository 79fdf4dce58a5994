"""``git baseline query``: SQL over the registry."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gitbaseline import lake
from gitbaseline.cli import output, progress
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError
from gitbaseline.lake import Answer, Table
from gitbaseline.model.codec import JSON
from gitbaseline.report import document
from gitbaseline.report import rows as lines
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table

_NUMBERS = ("BIGINT", "HUGEINT", "INTEGER", "DOUBLE", "FLOAT", "DECIMAL", "U", "SMALLINT")
_PLAN = ["explain_key", "explain_value"]  # of EXPLAIN: a drawing of many lines


@click.command()
@click.argument("sql")
@click.option(
    "--registry",
    "folders",
    multiple=True,
    type=PATH,
    metavar="DIR",
    help="A repository with a registry; repeat for several. Default: this one.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to print the rows; json is --json.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="Take at most so many rows of the result.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    sql: str,
    folders: tuple[Path, ...],
    form: str,
    max_rows: int,
    as_json: bool,
) -> int:
    """Ask the registry in SQL: tables entries, metrics, samples and tags.

    SQL is DuckDB's. It reads copies in memory: no file, no network, nothing of the registry can be
    changed by it. The columns are in docs/lake.md; DESCRIBE metrics lists them. Needs the
    extra lake: pip install 'duckdb>=2'

    \b
      git baseline query "SELECT entry, metric, value, unit FROM metrics WHERE headline"
      git baseline query --registry ../a --registry ../b "SELECT registry, count(*) FROM entries
        GROUP BY ALL"
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry import rows  # noqa: PLC0415

    lake.require()
    tables = _tables(where, folders)
    answer = lake.query(tables, sql, views={"samples": rows.SAMPLES}, most=max_rows)
    if answer.more:
        output.warn(f"there are more than {max_rows} rows; --max-rows N takes more")
    if as_json or form == "json":
        output.document(document.envelope("query", _plain(answer)))
    elif form == "csv":
        for line in lines.csv_lines([name for name, _ in answer.columns], answer.rows):
            click.echo(line)
    else:
        _tell(answer)
    return 0


def _tables(where: Where, folders: Sequence[Path]) -> list[Table]:
    from gitbaseline.cli import tabled  # noqa: PLC0415 - as above
    from gitbaseline.registry import rows, tags  # noqa: PLC0415 - as above
    from gitbaseline.registry.resolve import chosen  # noqa: PLC0415 - as above

    entries: list[str] = []
    metrics: list[str] = []
    marks: list[str] = []
    for workspace, called in _workspaces(where, folders):
        whence, signers = tabled.known(workspace, called)
        reader = workspace.reader
        pairs = chosen(reader, ())
        total = sum(len(reader.paths(*pair)) for pair in pairs)
        done = itertools.count(1)
        with progress.counting("read", "entries") as told:
            for pair in pairs:
                for entry, own in rows.of_series(reader, pair, whence, signers):
                    told(next(done), total)
                    entries.append(lines.json_line(entry))
                    metrics += [lines.json_line(rows.of_metric(entry, metric)) for metric in own]
        marks += map(lines.json_line, tags.rows(workspace.store, called))
    return [
        Table(name="entries", columns=rows.ENTRY, lines=entries),
        Table(name="metrics", columns=rows.OF_METRIC, lines=metrics),
        Table(name="tags", columns=tags.COLUMNS, lines=marks),
    ]


def _workspaces(where: Where, folders: Sequence[Path]) -> Iterator[tuple[Workspace, str]]:
    """Yield each repository with what it is called: by its name, or as given where two share it."""
    from gitbaseline.cli import tabled  # noqa: PLC0415 - as above

    found = [Workspace(where)] if not folders else []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(
                "expected a folder", code="option/folder", where=f"--registry {folder}"
            )
        found.append(Workspace(Where(folder=folder, environment=where.environment)))
    names = [tabled.name(workspace) for workspace in found]
    for index, (workspace, called) in enumerate(zip(found, names, strict=True)):
        yield workspace, str(folders[index]) if names.count(called) > 1 else called


def _plain(answer: Answer) -> dict[str, object]:
    return {
        "columns": [{"name": name, "type": kind} for name, kind in answer.columns],
        "rows": [list(row) for row in answer.rows],
        "truncated": answer.more,
    }


def _tell(answer: Answer) -> None:
    if not answer.rows:
        output.note("no rows")
        return
    head = [name for name, _ in answer.columns]
    cells = [[_cell(value) for value in row] for row in answer.rows]
    if head == _PLAN:
        output.say("\n".join(plan for _, plan in cells))
        return
    right = frozenset(
        index
        for index, (_, kind) in enumerate(answer.columns)
        if kind.startswith(_NUMBERS) and not kind.endswith("]")
    )
    words = [index for index in range(len(head)) if index not in right]
    output.say(table(head, cells, right=right, columns=output.columns(), words=words))


def _cell(value: JSON) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return amount(value)
    return value if isinstance(value, str) else lines.json_line(value)
