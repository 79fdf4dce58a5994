"""A folder of results: each file by its own format, keys behind the file's path.

Rules:

- ``sweep/all_reduce.log`` gives keys ``sweep.all_reduce.<key>``; two files of one stem
  (``a.json``, ``a.log``) are refused, since their keys could not be told apart.
- A file of no known format is evidence only. A file of a known format that cannot be read
  refuses the whole folder: half a sweep is not a baseline.
- Context and environment are what all files that were read agree on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.base import (
    Format,
    Options,
    PassedOver,
    Reading,
    Source,
    SourceFile,
    capped,
    passed,
)
from gitbaseline.formats.runs import agreed
from gitbaseline.model.metric import Metric
from gitbaseline.model.names import suggest
from gitbaseline.model.text import normal


class Directory:
    """The format of a folder; ``find`` returns a single file's format, or None."""

    NAME = "directory"
    SUMMARY = "a folder of results, each file by its own format"

    def __init__(self, find: Callable[[Source], Format | None]) -> None:
        self._find = find

    def sniff(self, source: Source) -> str | None:
        """Return that it is a folder, or None."""
        return "it is a folder" if source.kind == "directory" else None

    def read(self, source: Source, options: Options) -> Reading:
        """Return the metrics of every file; InputError where there are none."""
        over: list[PassedOver] = []
        readings: dict[str, Reading] = {}
        for file in sorted(source.files, key=lambda file: file.path):
            reading = self._read_file(file, options)
            if reading is None:
                over.append(passed(file.path, 1, "of no known format: kept as evidence"))
                continue
            stem = _stem(file.path)
            if stem in readings:
                raise InputError(
                    f"another file gives its metrics the prefix {stem!r} too",
                    code="directory/same-stem",
                    where=file.path,
                    hint="rename one of them",
                )
            readings[stem] = reading
            over += reading.passed_over
        if not readings:
            raise InputError(
                f"no file of a known format among {len(source.files)}: "
                f"{', '.join(file.path for file in source.files[:5]) or 'the folder is empty'}",
                code="directory/empty",
                where=source.name,
                hint="name the format of a single file: record FILE --format NAME",
            )
        return _joined(source, readings, over)

    def _read_file(self, file: SourceFile, options: Options) -> Reading | None:
        single = Source(name=file.path, kind="file", files=(file,))
        form = self._find(single)
        return form.read(single, options) if form else None


def _joined(source: Source, readings: Mapping[str, Reading], over: list[PassedOver]) -> Reading:
    groups = list(dict.fromkeys(group for r in readings.values() for group in r.context))
    context = {
        group: agreed([r.context.get(group, {}) for r in readings.values()]) for group in groups
    }
    versions = {reading.tool_version for reading in readings.values()}
    names = {reading.suggested_measurement for reading in readings.values()}
    return Reading(
        format=Directory.NAME,
        metrics=dict(_prefixed(readings)),
        context={group: known for group, known in context.items() if known},
        environment=agreed([reading.environment for reading in readings.values()]),
        suggested_measurement=names.pop() if len(names) == 1 else _name(source),
        warnings=tuple(
            f"{stem}: {warning}"
            for stem, reading in readings.items()
            for warning in reading.warnings
        ),
        passed_over=capped(over),
        tool_version=versions.pop() if len(versions) == 1 else None,
    )


def _prefixed(readings: Mapping[str, Reading]) -> Iterator[tuple[str, Metric]]:
    taken: set[str] = set()
    for stem, reading in readings.items():
        for key, metric in reading.metrics.items():
            full = f"{stem}.{key}"
            if full in taken:
                raise InputError(
                    f"two metrics would have the key {full!r}",
                    code="directory/same-key",
                    where=stem,
                    hint="rename one of the files",
                )
            taken.add(full)
            yield full, metric


def _stem(path: str) -> str:
    folder, slash, name = normal(path).rpartition("/")
    return (folder + slash + (name.rpartition(".")[0] or name)).replace("/", ".")


def _name(source: Source) -> str:
    return suggest(source.name.rstrip("/").rpartition("/")[2]) or Directory.NAME
