"""Exports in a bundle: the one that counts at each concurrency, and what it tells.

- The concurrency stands in the file's name or folder (``perfbench_names``) or in the export's own
  settings; where both speak they must agree.
- Of one level's exports JSON counts before CSV or printed tables; the others are passed over as the
  same run. Two of one kind at one level are refused, and nobody guesses which counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats import perf_export
from gitbaseline.formats.base import PassedOver, SourceFile, passed
from gitbaseline.formats.perf_stats import Export
from gitbaseline.formats.perfbench_keys import THROUGHPUT
from gitbaseline.formats.perfbench_names import concurrency, only
from gitbaseline.model.units import convert, find

_TAKEN = (
    (THROUGHPUT, "output_token_throughput", "avg"),
    ("ttft_p50_ms", "time_to_first_token", "p50"),
    ("ttft_p95_ms", "time_to_first_token", "p95"),
    ("ttft_p99_ms", "time_to_first_token", "p99"),
    ("itl_p50_ms", "inter_token_latency", "p50"),
    ("tps_per_user", "output_token_throughput_per_user", "avg"),
    ("request_latency_p50_ms", "request_latency", "p50"),
    ("errors", "error_request_count", "avg"),
)


def counting(files: Sequence[SourceFile], over: list[PassedOver]) -> dict[int, tuple[str, Export]]:
    """Return the one export that counts at each concurrency, with its file's path."""
    by_level: dict[int, list[SourceFile]] = {}
    read_ones: dict[str, Export] = {}
    for file in files:
        level = concurrency(file.path)
        if level is None:
            export = perf_export.load(file.path, file.data)
            read_ones[file.path] = export
            said = export.dimensions.get("concurrency")
            level = said if isinstance(said, int) and not isinstance(said, bool) else None
        if level is None or level < 1:
            raise InputError(
                "neither its name nor its content says at which concurrency it was made",
                code="perfbench/concurrency",
                where=file.path,
                hint="rename it: aiperf-c16.log",
            )
        by_level.setdefault(level, []).append(file)
    found: dict[int, tuple[str, Export]] = {}
    for level, same in by_level.items():
        file = _best(level, same, over)
        export = read_ones.get(file.path) or perf_export.load(file.path, file.data)
        said = export.dimensions.get("concurrency", level)
        if said != level:
            raise InputError(
                f"its name says concurrency {level}, its content {said}",
                code="perfbench/ambiguous",
                where=file.path,
                hint="give the file the name of its own concurrency",
            )
        found[level] = (file.path, export)
    return found


def numbers(path: str, export: Export) -> Iterator[tuple[str, float]]:
    """Yield the numbers of an export by the names that they have in a document."""
    for key, tag, statistic in _TAKEN:
        found = export.find(tag, statistic)
        if found is None:
            continue
        value, unit = found
        if key.endswith("_ms"):
            known = find(unit)
            if known is None or known.dimension != "time":
                raise InputError(
                    f"{tag} is in {unit!r}; expected a time", code="perfbench/unit", where=path
                )
            value = convert(value, unit, "ms")
        yield key, value


def _best(level: int, files: Sequence[SourceFile], over: list[PassedOver]) -> SourceFile:
    ranked = sorted(files, key=_rank)
    best = [file for file in ranked if _rank(file) == _rank(ranked[0])]
    chosen = only(best, f"exports at concurrency {level}")
    over += [
        passed(file.path, 1, f"the run of {chosen.path} in another form")
        for file in ranked
        if file is not chosen
    ]
    return chosen


def _rank(file: SourceFile) -> int:
    if perf_export.form_of(file.data) == "json":
        return 0
    return 1 if perf_export.is_csv(file.data) else 2
