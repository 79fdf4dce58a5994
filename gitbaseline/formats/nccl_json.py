"""JSON of nccl-tests (``-J``), and records of rccl-tests (``rccl_records``), as tables of text.

They become what the printed tables are, so that all further rules (validity, keys, trials, several
collectives) are the same and a run may be compared with one that was printed.

Rules:

- The environment and the host names that ``-J`` writes go no further than counting nodes.
- Of each process the tool lists the first GPU only: those of its other threads follow from it.
- What NCCL warned of last is a warning: a run that failed has no ``out_of_bounds``.
- With ``-I 1`` the time of each iteration is a trial; its bandwidths follow from it exactly, since
  the tool's are bytes over time.

Shapes: NVIDIA/nccl-tests src/util.cu (schema 1 to 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.formats import rccl_records
from gitbaseline.formats.base import passed
from gitbaseline.formats.json_values import items, logged, number, table, text
from gitbaseline.formats.nccl_cells import CELLS, LABELS, cell, fault, loose, whole, wrong
from gitbaseline.formats.nccl_claim import is_rccl_csv
from gitbaseline.formats.nccl_names import collective_in
from gitbaseline.formats.nccl_setting import dotted
from gitbaseline.formats.nccl_table import Device, Row, Run, Scan
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON
from gitbaseline.model.codec import number as spelled

_PLACES = {"out_of_place": "out-of-place", "in_place": "in-place"}
_SETTINGS = {
    "nthreads": "nThread",
    "ngpus": "nGpus",
    "minimum_bytes": "minBytes",
    "maximum_bytes": "maxBytes",
    "warmup_iters": "warmup iters",
    "iterations": "iters",
    "aggregated_iterations": "agg iters",
    "validation": "validation",
    "graph": "graph",
    "unalign": "unalign",
}
_MOST_GPUS = 256  # of one process
_Header = tuple[tuple[str, str], ...]  # of each placement its name and its word for time


def scan(name: str, data: bytes) -> Scan:
    """Return the runs of the file; InputError where it cannot be read or a run failed."""
    found = Scan()
    records: list[rccl_records.Record] = []
    if is_rccl_csv(data):
        records += rccl_records.csv_records(name, data, found.over)
    else:
        for document in logged(name, data, found.over):
            top = table(document.value)
            if "results" in top:
                found.runs += _nccl(name, document.line, top, found)
            else:
                records += rccl_records.json_records(
                    name, document.line, document.value, found.over
                )
    if records:
        found.library = "rccl"
        found.runs += rccl_records.runs(name, records)
    return found


def _nccl(name: str, line: int, top: Mapping[str, JSON], found: Scan) -> Iterator[Run]:
    """Yield one run for each set of placements in a document of ``-J``."""
    for error in filter(None, map(text, items(top.get("errors")))):
        found.over.append(passed(name, line, f"error: {error}"))
    if table(top.get("bitwise_mismatches")).get("okay") in ("false", False):
        raise failed(f"{name}:{line}", "bitwise mismatches", code="nccl/failed")
    version = number(top.get("nccl_version"))
    found.library_version = dotted(int(version)) if version else found.library_version
    config = table(top.get("config"))
    program = text(next(iter(items(top.get("args"))), None)) or ""
    by_header: dict[_Header, list[Row]] = {}
    for result in items(top.get("results")):
        header, rows = _nccl_rows(name, line, table(result))
        by_header.setdefault(header, []).extend(rows)
    for header, rows in by_header.items():
        yield Run(
            line=line,
            header=(*LABELS, *(word for _, time in header for word in (time, *CELLS))),
            said_placements=tuple(place for place, _ in header),
            collective=collective_in(program.rpartition("/")[2].removesuffix("_perf")),
            settings=_settings(config),
            devices=tuple(_devices(config)),
            rows=rows,
            bounds=_bounds(line, top),
            average=_average(line, top),
        )


def _nccl_rows(name: str, line: int, result: Mapping[str, JSON]) -> tuple[_Header, list[Row]]:
    """Return the rows of one size: one, or one for each iteration that was timed."""
    groups = {key: table(result.get(key)) for key in _PLACES if table(result.get(key))}
    if not groups:
        raise fault(name, line, "a result without out_of_place and in_place")
    times = {key: "time" if "time" in group else "cputime" for key, group in groups.items()}
    cells = [_cells(group) for group in groups.values()]
    iterations = [items(table(result.get(f"{key}_per_iter")).get("times_us")) for key in groups]
    timed = [tuple(map(_scaled, cells, each)) for each in zip(*iterations, strict=False)]
    header = tuple((_PLACES[key], times[key]) for key in groups)
    rows = [
        Row(
            line=line,
            label=None,
            size=whole(name, line, "size", result.get("size")),
            count=whole(name, line, "count", result.get("count")),
            dtype=text(result.get("type")) or "unknown",
            redop=text(result.get("redop")),
            root=_root(result.get("root")),
            cells=tuple(one for group in groups_of_cells for one in group),
        )
        for groups_of_cells in timed or [tuple(cells)]
    ]
    return header, rows


def _cells(group: Mapping[str, JSON]) -> tuple[str, str, str, str]:
    time = group.get("time", group.get("cpu_time"))
    return (
        cell(time),
        cell(group.get("alg_bw")),
        cell(group.get("bus_bw")),
        wrong(group.get("nwrong")),
    )


def _scaled(cells: tuple[str, str, str, str], time: JSON) -> tuple[str, ...]:
    """Return the cells of one iteration; those that are no numbers stay, to be refused."""
    mean, taken = decimal(cells[0]), number(time)
    if mean is None or not taken or taken < 0:
        return (cell(time) if taken is None else f"time {taken:g}", *cells[1:])
    rates = [decimal(one) for one in cells[1:3]]
    scaled = [None if rate is None else rate * mean / taken for rate in rates]
    return (
        spelled(taken),
        *(cell(rate) for rate in scaled),
        cells[3],
    )


def _bounds(line: int, top: Mapping[str, JSON]) -> tuple[int, str, str] | None:
    bounds = top.get("out_of_bounds")
    if not isinstance(bounds, dict):
        return None
    right = bounds.get("okay") in ("true", "unchecked", True)
    return line, cell(bounds.get("count")), "OK" if right else "FAILED"


def _average(line: int, top: Mapping[str, JSON]) -> tuple[int, str, str | None] | None:
    """Return the mean over sizes; up to 2.17.8 both names were misspelt."""
    group = top.get("average_bus_bandwidth", top.get("average_bus_bandwidith"))
    if not isinstance(group, dict):
        return None
    value = group.get("bandwidth", group.get("bandwidith"))
    return line, cell(value), "FAILED" if group.get("okay") == "false" else None


def _settings(config: Mapping[str, JSON]) -> dict[str, str]:
    settings = {word: _setting(config[key]) for key, word in _SETTINGS.items() if key in config}
    for key, how in (("step_factor", "factor"), ("step_bytes", "bytes")):
        if number(config.get(key)):
            settings["step"] = f"{_setting(config[key])}({how})"
    return settings


def _setting(value: JSON) -> str:
    switch = {"true": "1", "false": "0"}.get(str(value).lower())
    return switch or cell(value)


def _devices(config: Mapping[str, JSON]) -> Iterator[Device]:
    listed = [
        (int(rank), device)
        for device in map(table, items(config.get("devices")))
        if (rank := number(device.get("rank"))) is not None
    ]
    each = int((number(config.get("nthreads")) or 1) * (number(config.get("ngpus")) or 1))
    if not 1 < each <= _MOST_GPUS or any(rank % each for rank, _ in listed):
        each = 1
    for rank, device in listed:
        for at in range(each):
            yield Device(
                rank=rank + at,
                host=text(device.get("hostname")) or "",
                index=int(number(device.get("device")) or 0) + at,
                model=text(device.get("device_info")) or "",
            )


def _root(value: JSON) -> int | None:
    found = loose(value)
    return None if found is None else int(found)
