"""``git baseline export``: the registry as files that other programs read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import click

from gitbaseline.cli import output, progress, tabled
from gitbaseline.cli.unpointed import Contents
from gitbaseline.cli.workspace import Where, Workspace
from gitbaseline.errors import InputError, Unable
from gitbaseline.model.codec import JSON
from gitbaseline.registry import exporting, rows
from gitbaseline.registry.exporting import Written
from gitbaseline.registry.resolve import chosen, resolve
from gitbaseline.registry.signers import Signer
from gitbaseline.report import document
from gitbaseline.report import openmetrics as prometheus
from gitbaseline.report import rows as lines
from gitbaseline.report.numbers import counted

_FOLDERS, _PARQUET = "folders", "parquet"
_IN_TOTO = "in-toto"
_INTO_A_FOLDER = (_FOLDERS, _PARQUET)
_FORMATS = (*_INTO_A_FOLDER, "csv", "jsonl", "openmetrics", _IN_TOTO)


@click.command()
@click.argument("out", required=False, type=click.Path(path_type=Path))
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
    if out is None and (form in _INTO_A_FOLDER or as_json):
        raise InputError(
            f"{form} is written into a folder" if form in _INTO_A_FOLDER else "--json is on stdout",
            code="export/where",
            where="OUT",
            hint=f"git baseline export --format {form} OUT",
        )
    if references and form != _IN_TOTO:
        raise InputError(
            f"picks one statement, and {form} has none",
            code="export/entry",
            where="--entry",
            hint=f"git baseline export --format {_IN_TOTO} --entry ENTRY",
        )
    with progress.counting("exported", "entries") as told:
        job = _Job(Workspace(where), wanted, references, told)
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
        rows = "" if form in (_FOLDERS, _IN_TOTO) else f", {counted(job.rows, 'row')}"
        same = f", {len(written) - new} unchanged" if len(written) > new else ""
        entries, files = counted(job.entries, "entry"), counted(new, "file")
        output.say(f"Exported {entries}{rows} to {out}: {files} written{same}")
    return 0


def _elsewhere(count: int, fault: Unable | None) -> str:
    """Say that the sources of some entries are Git LFS pointers in what was written, and why."""
    why = fault or "an earlier export wrote them; export into an empty folder"
    verb = "is a Git LFS pointer" if count == 1 else "are Git LFS pointers"
    return f"{counted(count, 'source')} {verb} there: {why}"


class _Job:
    """One export; counts the entries and the rows that it went through."""

    def __init__(
        self,
        workspace: Workspace,
        wanted: tuple[str, ...],
        references: tuple[str, ...],
        told: progress.Told,
    ) -> None:
        self._told = told
        self._workspace = workspace
        self._references = references
        self._reader = workspace.reader
        self.contents = Contents(workspace)
        self._pairs = chosen(self._reader, wanted)
        self._total = sum(len(self._reader.paths(*pair)) for pair in self._pairs)
        self.entries = 0
        self.rows = 0

    def folders(self, top: Path) -> Iterator[Written]:
        """Write the entries' folders."""
        for pair in self._pairs:
            entries = len(self._reader.paths(*pair))
            of_pair = exporting.series(self._reader, pair, top, self.contents)
            for index, written in enumerate(of_pair):
                if index < entries:
                    self._count()
                yield written

    def parquet(self, top: Path) -> Iterator[Written]:
        """Write a file for each measurement."""
        from gitbaseline import lake  # noqa: PLC0415 - an extra that the other formats do without

        lake.require()
        columns = {
            name: kind for name, kind in rows.FLAT.items() if name not in exporting.PARTITIONS
        }
        for pair in self._pairs:
            flat = ({name: row[name] for name in columns} for row in self._of(pair))
            table = lake.Table(name="part", columns=columns, lines=map(lines.json_line, flat))
            yield exporting.partition(table, pair, top)

    def text(self, form: str) -> Iterator[str]:
        """Return the lines of a format that is one file."""
        if form == _IN_TOTO:
            return map(lines.json_line, self._statements())
        every = (row for pair in self._pairs for row in self._of(pair))
        if form == "csv":
            return lines.csv_lines(list(rows.FLAT), (list(row.values()) for row in every))
        return map(lines.json_line, every) if form == "jsonl" else prometheus.lines(every)

    def _statements(self) -> Iterator[dict[str, JSON]]:
        from gitbaseline.cli import in_toto  # noqa: PLC0415 - rules that the other formats do without

        code = self._workspace.code
        named = [resolve(self._reader, text, code).entry.path for text in self._references]
        every = (path for pair in self._pairs for path in self._reader.paths(*pair))
        paths = named if self._references else every
        for statement in in_toto.statements(self._workspace, paths):
            self._count()
            yield statement

    @cached_property
    def _known(self) -> tuple[rows.Whence, dict[str, Signer]]:
        return tabled.known(self._workspace, tabled.name(self._workspace))

    def _count(self) -> None:
        self.entries += 1
        self._told(self.entries, self._total)

    def _of(self, pair: tuple[str, str]) -> Iterator[rows.Row]:
        whence, signers = self._known
        for entry, metrics in rows.of_series(self._reader, pair, whence, signers):
            self._count()
            for metric in metrics:
                self.rows += 1
                yield rows.flat(entry, metric)
