"""What ``export`` writes: the entries asked for as folders, as a lake, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from gitbaseline.cli import progress, tabled
from gitbaseline.cli.export import IN_TOTO
from gitbaseline.cli.unpointed import Contents
from gitbaseline.cli.workspace import Workspace
from gitbaseline.model.codec import JSON
from gitbaseline.registry import exporting, rows
from gitbaseline.registry.exporting import Written
from gitbaseline.registry.resolve import chosen, resolve
from gitbaseline.registry.signers import Signer
from gitbaseline.report import openmetrics as prometheus
from gitbaseline.report import rows as lines


class Job:
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
        if form == IN_TOTO:
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
