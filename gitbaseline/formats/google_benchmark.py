"""Google Benchmark, JSON or printed: real and CPU time of each benchmark; of JSON also counters.

Keys are ``<run name>.real_time``, ``.cpu_time`` and ``.<counter>``. Repetitions are samples; where
only aggregates were reported, their median, mean and deviation stand for them.

Rules:

- A row with ``error_occurred`` refuses the file; a skipped one is passed over.
- Aggregate rows beside the repetitions are the same numbers again; a ``cv`` row is a fraction in
  spite of its ``time_unit``. BigO and RMS rows are fits, not measurements. Before 1.5 only the
  names tell aggregates: ``BM_mean`` where there is a ``BM_stddev``.
- ``bytes_per_second`` and ``items_per_second`` are higher-is-better; a user counter has neither
  unit nor direction.
- A debug build of the library and CPU scaling are warnings: the numbers are not to be trusted.

What it prints on a terminal: ``google_benchmark_text``.

Shape: google/benchmark src/json_reporter.cc, 1.0 to 1.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gitbaseline.formats import google_benchmark_text
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, alike, scalars, utc
from gitbaseline.formats.google_benchmark_text import TABLE
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.lines import plain
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction

NAME = "google-benchmark"
SUMMARY = "Google Benchmark: text, JSON (--benchmark_format=json)"

_TIMES = ("real_time", "cpu_time")
_RATES = {"bytes_per_second": "B/s", "items_per_second": "items/s"}
_OWN = frozenset(  # members of a row that are no counters
    {
        "family_index",
        "per_family_instance_index",
        "repetitions",
        "repetition_index",
        "threads",
        "iterations",
        "cpu_coefficient",
        "real_coefficient",
        "rms",
    }
)
_MEMORY = {  # of a MemoryManager; INT64_MAX where it was not counted
    "allocs_per_iter": "allocations",
    "max_bytes_used": "B",
    "total_allocated_bytes": "B",
    "net_heap_growth": "B",
}
_NOT_COUNTED = 2**63 - 1
_OLD_AGGREGATE = re.compile(r"(.+)_(mean|median|stddev)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row: the benchmark's name, and of an aggregate which one it is and of how many runs."""

    part: Part
    name: str
    aggregate: str | None = None
    n: int = 1


def sniff(source: Source) -> str | None:
    """Return why this is Google Benchmark output, or None."""
    if holds(source, _is_output, b'"context"', b'"benchmarks"'):
        return "it has a context and benchmarks with real_time"
    if source.kind == "file" and TABLE.search(plain(source.files[0].data)):
        return "it has a table of Benchmark, Time, CPU, Iterations"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the times of every benchmark; InputError where one failed or there is none."""
    gather = Gather(source.files[0].path)
    runs = list(_runs(gather, source))
    for context, parts in runs:
        _warn(gather, context)
        rows = [row for row in _rows(parts) if _counts(gather, row)]
        single = [row for row in rows if row.aggregate is None]
        for row in single:
            _add(gather, row)
        named = {row.name for row in single}
        _add_aggregates(gather, [row for row in rows if row.aggregate and row.name not in named])
    contexts = [context for context, _ in runs]
    return gather.reading(
        NAME,
        context={"stack": alike(map(_stack, contexts))},
        environment=alike(scalars({"cpu_count": part.part("num_cpus")}) for part in contexts),
        captured_at_utc=utc(contexts[0].part("date").maybe_text()) if contexts else None,
        tool_version=contexts[0].part("library_version").maybe_text() if contexts else None,
    )


def _runs(gather: Gather, source: Source) -> Iterator[tuple[Part, list[Part]]]:
    """Yield the context and the rows of each document, or of all tables together."""
    data = source.files[0].data
    if TABLE.search(plain(data)) and not holds(source, _has_benchmarks, b'"benchmarks"'):
        yield google_benchmark_text.read(gather, data)
        return
    for top in gather.documents(data, _has_benchmarks):
        yield top.part("context"), top.part("benchmarks").parts()


def _has_benchmarks(value: JSON) -> bool:
    return {"context", "benchmarks"} <= table(value).keys()


def _is_output(value: JSON) -> bool:
    rows = items(table(value).get("benchmarks"))
    marks = {"real_time", "cpu_time", "rms", "cpu_coefficient", "error_occurred", "error_message"}
    measured = bool(rows) and all(marks & table(row).keys() for row in rows)
    return measured and _has_benchmarks(value)


def _rows(parts: Sequence[Part]) -> list[_Row]:
    names = {part.part("name").maybe_text() for part in parts}
    return [_row(part, names) for part in parts]


def _row(part: Part, names: set[str | None]) -> _Row:
    kind = part.part("run_type").maybe_text()
    name = part.part("run_name").maybe_text() or part.part("name").text()
    if kind == "aggregate":
        told = part.part("aggregate_name").maybe_text() or "?"
        n = int(part.part("iterations").maybe_number() or 1)  # of the repetitions
        return _Row(part=part, name=name, aggregate=told, n=n)
    old = None if kind else _OLD_AGGREGATE.fullmatch(name)
    if old and {f"{old[1]}_mean", f"{old[1]}_stddev"} <= names:
        return _Row(part=part, name=old[1], aggregate=old[2])
    return _Row(part=part, name=name)


def _counts(gather: Gather, row: _Row) -> bool:
    part = row.part
    if part.part("error_occurred").value is True:
        said = part.part("error_message").maybe_text() or "no message"
        raise failed(part.where, f"{row.name[:80]!r}: {said[:80]!r}")
    if part.part("skipped"):
        gather.skip(part.line, f"{row.name}: skipped")
        return False
    return True


def _add(gather: Gather, row: _Row) -> None:
    shape = _shape(row.part)
    for member, number, unit, direction in _numbers(row.part):
        gather.add(
            f"{row.name}.{member}",
            number,
            line=row.part.line,
            unit=unit,
            direction=direction,
            dimensions=shape,
        )


def _numbers(row: Part) -> list[tuple[str, float, str, Direction]]:
    """Return name, number, unit and direction of what a row measures."""
    time_unit = row.part("time_unit").maybe_text() or "ns"
    found = []
    for member, part in row.members():
        number = part.maybe_number()
        if number is None or (member in _MEMORY and number >= _NOT_COUNTED):
            continue
        if member in _TIMES:
            found.append((member, number, time_unit, Direction.LOWER))
        elif member in _RATES:
            found.append((member, number, _RATES[member], Direction.HIGHER))
        elif member in _MEMORY:
            found.append((member, number, _MEMORY[member], Direction.LOWER))
        elif member not in _OWN:
            found.append((member, number, UNKNOWN_UNIT, Direction.UNKNOWN))
    return found


def _add_aggregates(gather: Gather, rows: Sequence[_Row]) -> None:
    """Add benchmarks of which only the aggregates were reported."""
    by_name: dict[str, dict[str, _Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, {})[row.aggregate or "?"] = row
    for name, kinds in by_name.items():
        stat = "median" if "median" in kinds else "mean"
        chosen = kinds.get(stat)
        if chosen is None:
            row = next(iter(kinds.values()))
            gather.skip(row.part.line, f"{name}: {', '.join(kinds)}: no measurement")
            continue
        for member, number, unit, direction in _numbers(chosen.part):
            gather.add(
                f"{name}.{member}",
                number,
                line=chosen.part.line,
                unit=unit,
                direction=direction,
                dimensions=_shape(chosen.part),
                summary=Summary(
                    stat=stat,
                    n=chosen.n,
                    mean=_of(kinds, "mean", member),
                    std=_of(kinds, "stddev", member),
                ),
            )


def _of(kinds: dict[str, _Row], kind: str, member: str) -> float | None:
    return kinds[kind].part.part(member).maybe_number() if kind in kinds else None


def _shape(row: Part) -> dict[str, Scalar]:
    return scalars({key: row.part(key) for key in ("threads", "label")})


def _stack(context: Part) -> dict[str, Scalar]:
    named = {
        "build_type": context.part("library_build_type"),
        "cpu_scaling": context.part("cpu_scaling_enabled"),
        "aslr": context.part("aslr_enabled"),
    }
    return scalars(named)


def _warn(gather: Gather, context: Part) -> None:
    if context.part("library_build_type").value == "debug":
        gather.warn("the benchmark library is a debug build: its overhead is in the numbers")
    if context.part("cpu_scaling_enabled").value is True:
        gather.warn("CPU frequency scaling was on: the numbers move with it")
