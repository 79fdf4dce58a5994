"""``git baseline export``: the registry as files that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output, progress
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError, Unable
from gitbaseline.report import document
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


IN_TOTO = "in-toto"
_FOLDERS, _PARQUET = "folders", "parquet"
_INTO_A_FOLDER = (_FOLDERS, _PARQUET)
_FORMATS = (*_INTO_A_FOLDER, "csv", "jsonl", "openmetrics", IN_TOTO)


@click.command()
@click.argument("out", required=False, type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default=_FOLDERS,
    show_default=True,
    help="What to write.",
)
@click.option(
    "--series", "wanted", multiple=True, metavar="FAMILY[/MEASUREMENT]", help="Only these."
)
@click.option(
    "--entry", "references", multiple=True, metavar="ENTRY", help="Only this one; with in-toto."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    out: Path | None,
    form: str,
    wanted: tuple[str, ...],
    references: tuple[str, ...],
    as_json: bool,
) -> int:
    """Export the registry into OUT; what is there already and the same is left as it is.

    folders is the layout that import reads, every file byte for byte; what Git LFS keeps is
    fetched, and written in the place of its pointer. The others have one row for
    each metric: parquet is a folder for Spark, Trino, ClickHouse or DuckDB (family=.../
    measurement=.../part.parquet), csv, jsonl and openmetrics are one file, or stdout. in-toto is
    one line for each entry that still stands: a Statement, not signed.

    \b
      git baseline export experiments/artifacts/perf-baselines
      git baseline export --format parquet lake
      git baseline export --format csv --series llama > llama.csv
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli.export_job import Job  # noqa: PLC0415
    from gitbaseline.registry import exporting  # noqa: PLC0415

    if out is None and (form in _INTO_A_FOLDER or as_json):
        raise InputError(
            f"{form} is written into a folder" if form in _INTO_A_FOLDER else "--json is on stdout",
            code="export/where",
            where="OUT",
            hint=f"git baseline export --format {form} OUT",
        )
    if references and form != IN_TOTO:
        raise InputError(
            f"picks one statement, and {form} has none",
            code="export/entry",
            where="--entry",
            hint=f"git baseline export --format {IN_TOTO} --entry ENTRY",
        )
    with progress.counting("exported", "entries") as told:
        job = Job(Workspace(where), wanted, references, told)
        if out is None:
            for line in job.text(form):
                click.echo(line)
            return 0
        if form == _FOLDERS:
            written = list(job.folders(out))
        elif form == _PARQUET:
            written = list(job.parquet(out))
        else:
            written = [exporting.file(out, job.text(form))]
    new = sum(one.new for one in written)
    pointers = sum(one.pointers for one in written)
    if pointers:
        output.warn(_elsewhere(pointers, job.contents.fault))
    if as_json:
        content = {
            "format": form,
            "out": str(out),
            "entries": job.entries,
            "rows": job.rows,
            "written": new,
            "unchanged": len(written) - new,
            "pointers": pointers,
        }
        output.document(document.envelope("export", content))
    else:
        rows = "" if form in (_FOLDERS, IN_TOTO) else f", {counted(job.rows, 'row')}"
        same = f", {len(written) - new} unchanged" if len(written) > new else ""
        entries, files = counted(job.entries, "entry"), counted(new, "file")
        output.say(f"Exported {entries}{rows} to {out}: {files} written{same}")
    return 0


def _elsewhere(count: int, fault: Unable | None) -> str:
    """Say that the sources of some entries are Git LFS pointers in what was written, and why."""
    why = fault or "an earlier export wrote them; export into an empty folder"
    verb = "is a Git LFS pointer" if count == 1 else "are Git LFS pointers"
    return f"{counted(count, 'source')} {verb} there: {why}"
