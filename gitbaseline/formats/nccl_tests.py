"""nccl-tests and rccl-tests, since 2.10: one metric for each size, placement and number.

Text as printed (``nccl_table``); JSON of ``-J``, JSON and CSV of rccl-tests (``nccl_json``).

Keys are ``<collective>.<busbw|algbw|time>.<size>.<out|in>``, with dtype, redop and root behind
only where the collective was run with several. ``<collective>.avg_busbw`` is information: a
mean over sizes has no direction here and is never judged.

Rules:

- A run without its ``Out of bounds values`` line is cut off and refused; so are wrong values,
  ``*``, ``FAILED`` and NCCL or CUDA failures.
- ``#wrong`` 0 is valid, ``N/A`` unchecked. The older ``error`` is a deviation: a number without
  ``*`` is within the tool's own bound.
- Several ranks 0, or rows of several ranks, are a launch without MPI support and refused.
- Equal sizes (``-N`` cycles, repeated runs with equal settings) are trials of one metric.
- Rows of size 0 measure nothing and are passed over.
- The collective comes from the log, else from the file's name, else from ``--metric``. One that
  reduces is not believed of a table that does not, nor the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats import nccl_claim, nccl_setting
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, capped, passed, trials
from gitbaseline.formats.lines import lines
from gitbaseline.formats.nccl_columns import Placement, placements
from gitbaseline.formats.nccl_names import NAMES, collective_in
from gitbaseline.formats.nccl_table import Row, Run, Scan, foreign_prefix, scan
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import behind, cut_off, failed
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.units import default_direction

NAME = "nccl-tests"
SUMMARY = "nccl-tests and rccl-tests (all_reduce_perf and the like): text, JSON, CSV"

_FAILURE = re.compile(
    r"\bTest (?:NCCL|CUDA) failure\b|: Test failure\b|^Bitwise mismatches\s*:.*\bFAILED$"
)
_REDUCTIONS = frozenset({"all_reduce", "reduce", "reduce_scatter"})
_NO_REDUCTIONS = frozenset({"all_gather", "alltoall", "broadcast", "gather", "scatter"})
_QUALIFIERS = ("dtype", "redop", "root")


@dataclass(slots=True, kw_only=True)
class _Trials:
    """The numbers that share one key."""

    row: Row
    run: Run
    placement: Placement
    unit: str
    values: list[float] = field(default_factory=list)
    unchecked: bool = False


def sniff(source: Source) -> str | None:
    """Return why this is nccl-tests output, or None."""
    return nccl_claim.claim(source.files[0].data) if source.kind == "file" else None


def read(source: Source, options: Options) -> Reading:
    """Return every number of every row; InputError for a run that is not whole and valid."""
    file = source.files[0]
    if nccl_claim.structured(file.data):
        from gitbaseline.formats import nccl_json  # noqa: PLC0415 - most files are printed text

        found = nccl_json.scan(file.path, file.data)
    else:
        found = scan(file.path, lines(file.data))
    _check_whole(file.path, found)
    for run in found.runs:
        run.collective = run.collective or _inferred(file.path, run, found, options)
    nccl_setting.check_alike(file.path, found.runs)
    over = list(found.over)
    metrics = dict(_metrics(file.path, found.runs, over))
    if not metrics:
        raise InputError("no row with a size above 0", code="nccl/empty", where=file.path)
    metrics.update(nccl_setting.averages(file.path, found.runs, over))
    collectives = list(dict.fromkeys(str(run.collective) for run in found.runs))
    setting = nccl_setting.gather(found)
    one = f"_{collectives[0]}" if len(collectives) == 1 else ""
    return Reading(
        format=NAME,
        metrics=metrics,
        headline=_headline(metrics) if one else None,
        context=setting.context,
        environment=setting.environment,
        suggested_measurement=f"{setting.library}{one}",
        warnings=(*setting.warnings, *_warnings(metrics)),
        passed_over=capped(sorted(over, key=lambda entry: entry.line)),
        tool_version=setting.tool_version,
    )


def _check_whole(name: str, found: Scan) -> None:
    for entry in found.over:
        if _FAILURE.search(entry.text):
            raise failed(f"{name}:{entry.line}", entry.text, code="nccl/failed")
    if not found.runs:
        raise _no_table(name, found)
    devices = [device for run in found.runs for device in run.devices] + found.loose
    labels = {row.label for run in found.runs for row in run.rows}
    if len(labels) > 1 or (len(devices) > 1 and all(device.rank == 0 for device in devices)):
        raise InputError(
            "several ranks that ran each for itself",
            code="nccl/single-rank",
            where=f"{name}:{found.runs[0].line}",
            hint="nccl-tests was built without MPI=1, so every task measured one GPU alone; "
            "build with MPI=1 and give the output of rank 0",
        )
    for run in found.runs:
        if run.bounds is None:
            raise cut_off(
                f"{name}:{run.line}",
                "the table has no 'Out of bounds values' line at its end: the run is cut off",
                code="nccl/truncated",
            )
        line, count, verdict = run.bounds
        if (count, verdict) != ("0", "OK"):
            raise InputError(
                f"Out of bounds values: {count} {verdict}; expected 0 OK",
                code="nccl/wrong",
                where=f"{name}:{line}",
            )


def _no_table(name: str, found: Scan) -> InputError:
    foreign = foreign_prefix(found.over)
    if foreign is None:
        return cut_off(name, "no table of results of nccl-tests in it", code="nccl/truncated")
    return behind(name, *foreign, code="nccl/prefix")


def _inferred(name: str, run: Run, found: Scan, options: Options) -> str:
    """Return the collective of a table that does not tell its own; InputError if it cannot be."""
    collective = _collective(name, found, options)
    redop = next((row.redop for row in run.rows if row.redop), None)
    wrong = _NO_REDUCTIONS if redop not in (None, "none") else _REDUCTIONS
    if redop and collective in wrong:
        raise InputError(
            f"a table with the redop {redop} is not of {collective}, the only collective that the "
            "log or its name speaks of",
            code="nccl/collective",
            where=f"{name}:{run.line}",
            hint="put each collective into a file of its own, with its name: all_reduce.log",
        )
    return collective


def _collective(name: str, found: Scan, options: Options) -> str:
    if len(found.programs) == 1:
        return next(iter(found.programs))
    in_name = collective_in(name.rpartition("/")[2])
    if in_name:
        return in_name
    asked = {key.partition(".")[0] for key in (*options.metric, options.headline or "")}
    if len(asked & NAMES.keys()) == 1:
        return (asked & NAMES.keys()).pop()
    raise InputError(
        "which collective was measured stands neither in the log nor in the file's name",
        code="nccl/collective",
        where=name,
        hint="name it with --metric 'all_reduce.*', or rename the file to all_reduce.log",
    )


def _metrics(name: str, runs: list[Run], over: list[PassedOver]) -> Iterator[tuple[str, Metric]]:
    kept: dict[tuple[object, ...], _Trials] = {}
    for run in runs:
        groups = placements(name, run)
        for row in run.rows:
            if row.size == 0:
                over.append(passed(name, row.line, "a row of size 0 measures nothing"))
                continue
            for group in groups:
                _keep(name, run, row, group, kept)
    several = _several(runs)
    for (column, *_), held in kept.items():
        end = "out" if held.placement.name == "out-of-place" else "in"
        parts = [held.run.collective, column, held.row.size, end]
        parts += [getattr(held.row, q) for q in _QUALIFIERS if (held.run.collective, q) in several]
        yield ".".join(str(part) for part in parts), _metric(name, held)


def _several(runs: list[Run]) -> set[tuple[str | None, str]]:
    """Return which labels take several values within one collective."""
    seen: dict[tuple[str | None, str], set[object]] = {}
    for run in runs:
        for row in run.rows:
            for label in _QUALIFIERS:
                seen.setdefault((run.collective, label), set()).add(getattr(row, label))
    return {key for key, values in seen.items() if len(values) > 1}


def _keep(
    name: str, run: Run, row: Row, group: Placement, kept: dict[tuple[object, ...], _Trials]
) -> None:
    checked = _checked(name, row, group)
    for at, unit in enumerate(group.units, group.at):
        column, cell = group.words[at], row.cells[at]
        value = decimal(cell)
        if value is None or value < 0:
            raise InputError(
                f"{row.size} bytes, {group.name}, {column}: expected a number, got {cell[:40]!r}",
                code="nccl/number",
                where=f"{name}:{row.line}",
            )
        key = (column, run.collective, row.size, group.name, row.dtype, row.redop, row.root)
        held = kept.setdefault(key, _Trials(row=row, run=run, placement=group, unit=unit))
        held.values.append(value)
        held.unchecked |= not checked


def _checked(name: str, row: Row, group: Placement) -> bool:
    """Whether the tool compared the results; InputError where it found them wrong."""
    cell, word = row.cells[group.check], group.words[group.check]
    if cell == "N/A":
        return False
    right = cell == "0" if word == "#wrong" else decimal(cell) is not None
    if not right:
        raise InputError(
            f"{row.size} bytes, {group.name}: {word} is {cell[:40]!r}; the results are wrong",
            code="nccl/wrong",
            where=f"{name}:{row.line}",
            hint="wrong results are no measurement; a number measured on them is refused",
        )
    return True


def _metric(name: str, held: _Trials) -> Metric:
    ranks = len({device.rank for device in held.run.devices})
    dimensions: dict[str, Scalar] = {
        "size_bytes": held.row.size,
        "count": held.row.count,
        "dtype": held.row.dtype,
        "redop": held.row.redop,
        "root": held.row.root,
        "placement": held.placement.name,
        "ranks": ranks or None,
        "nodes": len({device.host for device in held.run.devices}) or None,
    }
    return trials(
        held.values,
        where=f"{name}:{held.row.line}",
        unit=held.unit,
        direction=default_direction(held.unit),
        validity=Validity.UNCHECKED if held.unchecked else Validity.VALID,
        dimensions={key: value for key, value in dimensions.items() if value is not None},
        unit_source="assumed" if held.placement.assumed else "format",
    )


def _headline(metrics: Mapping[str, Metric]) -> str | None:
    best: tuple[int, bool] = (0, False)
    headline = None
    for key, metric in metrics.items():
        size = metric.dimensions.get("size_bytes")
        if ".busbw." in key and isinstance(size, int):
            rank = (size, metric.dimensions["placement"] == "out-of-place")
            if rank > best:
                best, headline = rank, key
    return headline


def _warnings(metrics: Mapping[str, Metric]) -> Iterator[str]:
    judged = [m for m in metrics.values() if m.direction is not Direction.UNKNOWN]
    unchecked = sum(metric.validity is Validity.UNCHECKED for metric in judged)
    if unchecked:
        why = "validation was off (-c 0)" if unchecked == len(judged) else "their #wrong is N/A"
        yield f"{unchecked} of {len(judged)} metrics are unchecked: {why}"
