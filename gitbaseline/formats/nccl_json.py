"""JSON of nccl-tests (``-J``) and JSON or CSV of rccl-tests (``-x``, ``-X``), as tables of text.

They become what the printed tables are, so that all further rules (validity, keys, trials, several
collectives) are the same and a run may be compared with one that was printed.

Rules:

- The environment and the host names that ``-J`` writes go no further than counting nodes.
- With ``-I 1`` the time of each iteration is a trial; its bandwidths follow from it exactly, since
  the tool's are bytes over time.
- rccl-tests writes one record a placement, and nothing that tells whether all were written.

Shapes: NVIDIA/nccl-tests src/util.cu (schema 1 to 3), ROCm/rccl-tests since October 2024.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import items, logged, number, one_line, table, text
from gitbaseline.formats.lines import lines
from gitbaseline.formats.nccl_names import collective_in
from gitbaseline.formats.nccl_setting import dotted
from gitbaseline.formats.nccl_table import Device, Row, Run, Scan
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON
from gitbaseline.model.codec import number as spelled

_LABELS = ("size", "count", "type", "redop", "root")
_CELLS = ("algbw", "busbw", "#wrong")
_PLACES = {"out_of_place": "out-of-place", "in_place": "in-place"}
_NCCL = (b'"nccl_version"', b'"bus_bw"', b'"results"')
_RCCL_CSV = re.compile(rb"^[^\n]{0,200}\binPlace[^\n]{0,80}\balgBw\s*,\s*busBw\b", re.MULTILINE)
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
_MOST_RANKS = 1 << 17  # that a record may claim

_Record = tuple[int, Mapping[str, JSON]]  # its line and its members
_Header = tuple[tuple[str, str], ...]  # of each placement its name and its word for time


def reason(data: bytes) -> str | None:
    """Return why these are such files, or None."""
    if all(mark in data for mark in _NCCL):
        return "it is the JSON of nccl-tests -J"
    if b'"busBw"' in data and b'"inPlace"' in data:
        return "it is the JSON of rccl-tests"
    return "it is the CSV of rccl-tests" if _RCCL_CSV.search(data) else None


def scan(name: str, data: bytes) -> Scan:
    """Return the runs of the file; InputError where it cannot be read or a run failed."""
    found = Scan()
    records: list[_Record] = []
    if _RCCL_CSV.search(data):
        records += _csv_records(name, data, found.over)
    else:
        for document in logged(name, data, found.over):
            top = table(document.value)
            if "results" in top:
                found.runs += _nccl(name, document.line, top, found)
            else:
                records += _json_records(name, document.line, document.value, found.over)
    if records:
        found.library = "rccl"
        found.runs += _rccl(name, records)
    return found


def _nccl(name: str, line: int, top: Mapping[str, JSON], found: Scan) -> Iterator[Run]:
    """Yield one run for each set of placements in a document of ``-J``."""
    errors = top.get("errors")
    if errors:
        raise failed(f"{name}:{line}", one_line(str(errors)), code="nccl/failed")
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
            header=(*_LABELS, *(word for _, time in header for word in (time, *_CELLS))),
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
        raise _fault(name, line, "a result without out_of_place and in_place")
    times = {key: "time" if "time" in group else "cputime" for key, group in groups.items()}
    cells = [_cells(group) for group in groups.values()]
    iterations = [items(table(result.get(f"{key}_per_iter")).get("times_us")) for key in groups]
    timed = [tuple(map(_scaled, cells, each)) for each in zip(*iterations, strict=False)]
    header = tuple((_PLACES[key], times[key]) for key in groups)
    rows = [
        Row(
            line=line,
            label=None,
            size=_whole(name, line, "size", result.get("size")),
            count=_whole(name, line, "count", result.get("count")),
            dtype=text(result.get("type")) or "unknown",
            redop=text(result.get("redop")),
            root=_root(result.get("root")),
            cells=tuple(cell for group in groups_of_cells for cell in group),
        )
        for groups_of_cells in timed or [tuple(cells)]
    ]
    return header, rows


def _cells(group: Mapping[str, JSON]) -> tuple[str, str, str, str]:
    time = group.get("time", group.get("cpu_time"))
    return (
        _cell(time),
        _cell(group.get("alg_bw")),
        _cell(group.get("bus_bw")),
        "N/A" if group.get("nwrong") is None else _cell(group["nwrong"]),
    )


def _scaled(cells: tuple[str, str, str, str], time: JSON) -> tuple[str, ...]:
    """Return the cells of one iteration; those that are no numbers stay, to be refused."""
    mean, taken = decimal(cells[0]), number(time)
    if mean is None or not taken or taken < 0:
        return (_cell(time) if taken is None else f"time {taken:g}", *cells[1:])
    rates = [decimal(cell) for cell in cells[1:3]]
    scaled = [None if rate is None else rate * mean / taken for rate in rates]
    return (
        spelled(taken),
        *(_cell(rate) for rate in scaled),
        cells[3],
    )


def _cell(value: JSON) -> str:
    """Return a number as the table would print it, anything else so that it is refused."""
    found = number(value)
    return one_line(str(value)) if found is None else spelled(found)


def _bounds(line: int, top: Mapping[str, JSON]) -> tuple[int, str, str] | None:
    bounds = top.get("out_of_bounds")
    if not isinstance(bounds, dict):
        return None
    right = bounds.get("okay") in ("true", "unchecked", True)
    return line, _cell(bounds.get("count")), "OK" if right else "FAILED"


def _average(line: int, top: Mapping[str, JSON]) -> tuple[int, str, str | None] | None:
    """Return the mean over sizes; up to 2.17.8 both names were misspelt."""
    group = top.get("average_bus_bandwidth", top.get("average_bus_bandwidith"))
    if not isinstance(group, dict):
        return None
    value = group.get("bandwidth", group.get("bandwidith"))
    return line, _cell(value), "FAILED" if group.get("okay") == "false" else None


def _settings(config: Mapping[str, JSON]) -> dict[str, str]:
    settings = {word: _setting(config[key]) for key, word in _SETTINGS.items() if key in config}
    for key, how in (("step_factor", "factor"), ("step_bytes", "bytes")):
        if number(config.get(key)):
            settings["step"] = f"{_setting(config[key])}({how})"
    return settings


def _setting(value: JSON) -> str:
    switch = {"true": "1", "false": "0"}.get(str(value).lower())
    return switch or _cell(value)


def _devices(config: Mapping[str, JSON]) -> Iterator[Device]:
    for item in items(config.get("devices")):
        device = table(item)
        rank, index = number(device.get("rank")), number(device.get("device"))
        if rank is not None:
            yield Device(
                rank=int(rank),
                host=text(device.get("hostname")) or "",
                index=int(index or 0),
                model=text(device.get("device_info")) or "",
            )


def _json_records(name: str, line: int, value: JSON, over: list[PassedOver]) -> Iterator[_Record]:
    for item in items(value) or (value,):
        if "busBw" in table(item):
            yield line, table(item)
        else:
            over.append(passed(name, line, "JSON that is no result"))


def _csv_records(name: str, data: bytes, over: list[PassedOver]) -> Iterator[_Record]:
    names: list[str] = []
    for line in lines(data):
        cells = [cell.strip() for cell in next(csv.reader([line.text]), [])]
        if "busBw" in cells:
            names = cells
        elif names and len(cells) == len(names):
            yield line.number, dict(zip(names, cells, strict=True))
        elif line.text:
            over.append(passed(name, line.number, line.text))


def _rccl(name: str, records: Sequence[_Record]) -> Iterator[Run]:
    """Yield one run for each collective and placement."""
    by_run: dict[tuple[str | None, str], list[Row]] = {}
    for line, record in records:
        collective = collective_in(text(record.get("name")) or "")
        place = "in-place" if _count(record.get("inPlace")) else "out-of-place"
        by_run.setdefault((collective, place), []).append(_rccl_row(name, line, record))
    devices = tuple(_ranks(records[0][1]))
    for (collective, place), rows in by_run.items():
        yield Run(
            line=rows[0].line,
            header=(*_LABELS[:4], "time", *_CELLS),
            said_placements=(place,),
            collective=collective,
            settings={},
            devices=devices,
            rows=rows,
            bounds=(rows[-1].line, "0", "OK"),
        )


def _rccl_row(name: str, line: int, record: Mapping[str, JSON]) -> Row:
    wrong = record.get("#wrong", record.get("wrong"))
    numbers = [_cell(record.get(key)) for key in ("time", "algBw", "busBw")]
    return Row(
        line=line,
        label=None,
        size=_whole(name, line, "size", record.get("size")),
        count=None,
        dtype=text(record.get("type")) or "unknown",
        redop=text(record.get("redop")),
        root=None,
        cells=(*numbers, "N/A" if wrong is None else _cell(wrong)),
    )


def _ranks(record: Mapping[str, JSON]) -> Iterator[Device]:
    ranks, nodes = _count(record.get("ranks", record.get("gpus"))), _count(record.get("nodes"))
    if 0 < ranks <= _MOST_RANKS:
        for rank in range(ranks):
            node = rank * max(nodes, 1) // ranks
            yield Device(rank=rank, host=str(node), index=rank, model="")


def _root(value: JSON) -> int | None:
    found = _read(value)
    return None if found is None else int(found)


def _read(value: JSON) -> float | None:
    """Return a number that JSON may write as text, and CSV always does."""
    return decimal(value.strip()) if isinstance(value, str) else number(value)


def _count(value: JSON) -> int:
    found = _read(value)
    return int(found) if found and found > 0 else 0


def _whole(name: str, line: int, key: str, value: JSON) -> int:
    found = _read(value)
    if found is None or found < 0 or not found.is_integer():
        got = one_line(str(value))[:40]
        raise _fault(name, line, f"{key}: expected a whole number from 0, got {got}")
    return int(found)


def _fault(name: str, line: int, what: str) -> InputError:
    return InputError(
        what,
        code="nccl/row",
        where=f"{name}:{line}",
        hint="the file is cut or was edited; give what the tool wrote",
    )
