"""Records of rccl-tests, JSON (``-x``) or CSV (``-X``), as runs with their rows.

rccl-tests writes one record a placement, and nothing that tells whether all were written.

Shapes: ROCm/rccl-tests since October 2024.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import items, table, text
from gitbaseline.formats.lines import lines
from gitbaseline.formats.nccl_cells import CELLS, LABELS, cell, loose, whole, wrong
from gitbaseline.formats.nccl_names import collective_in
from gitbaseline.formats.nccl_table import Device, Row, Run
from gitbaseline.model.codec import JSON

_MOST_RANKS = 1 << 17  # that a record may claim

Record = tuple[int, Mapping[str, JSON]]  # its line and its members


def json_records(name: str, line: int, value: JSON, over: list[PassedOver]) -> Iterator[Record]:
    """Yield the records of one JSON document; what is none goes into ``over``."""
    for item in items(value) or (value,):
        if "busBw" in table(item):
            yield line, table(item)
        else:
            over.append(passed(name, line, "JSON that is no result"))


def csv_records(name: str, data: bytes, over: list[PassedOver]) -> Iterator[Record]:
    """Yield the records of a CSV file; what is none goes into ``over``."""
    names: list[str] = []
    for line in lines(data):
        cells = [one.strip() for one in next(csv.reader([line.text]), [])]
        if "busBw" in cells:
            names = cells
        elif names and len(cells) == len(names):
            yield line.number, dict(zip(names, cells, strict=True))
        elif line.text:
            over.append(passed(name, line.number, line.text))


def runs(name: str, records: Sequence[Record]) -> Iterator[Run]:
    """Yield one run for each collective and placement."""
    by_run: dict[tuple[str | None, str], list[Row]] = {}
    for line, record in records:
        collective = collective_in(text(record.get("name")) or "")
        place = "in-place" if _count(record.get("inPlace")) else "out-of-place"
        by_run.setdefault((collective, place), []).append(_row(name, line, record))
    devices = tuple(_ranks(records[0][1]))
    for (collective, place), rows in by_run.items():
        yield Run(
            line=rows[0].line,
            header=(*LABELS[:4], "time", *CELLS),
            said_placements=(place,),
            collective=collective,
            settings={},
            devices=devices,
            rows=rows,
            bounds=(rows[-1].line, "0", "OK"),
        )


def _row(name: str, line: int, record: Mapping[str, JSON]) -> Row:
    numbers = [cell(record.get(key)) for key in ("time", "algBw", "busBw")]
    return Row(
        line=line,
        label=None,
        size=whole(name, line, "size", record.get("size")),
        count=None,
        dtype=text(record.get("type")) or "unknown",
        redop=text(record.get("redop")),
        root=None,
        cells=(*numbers, wrong(record.get("#wrong", record.get("wrong")))),
    )


def _ranks(record: Mapping[str, JSON]) -> Iterator[Device]:
    ranks, nodes = _count(record.get("ranks", record.get("gpus"))), _count(record.get("nodes"))
    if 0 < ranks <= _MOST_RANKS:
        for rank in range(ranks):
            node = rank * max(nodes, 1) // ranks
            yield Device(rank=rank, host=str(node), index=rank, model="")


def _count(value: JSON) -> int:
    found = loose(value)
    return int(found) if found and found > 0 else 0
