"""``nvbandwidth --json``: test cases with their matrices, all cells as text.

Rules:

- ``Waived`` is passed over by name; any other status than ``Passed`` is a failed run.
- Up to 0.8 a bidirectional test appends its three matrices into one and keeps the last
  description and sum: three times as many rows as columns are split again.

Shape: NVIDIA/nvbandwidth json_output.cpp, 0.5 to 0.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.formats.gather import Gather
from gitbaseline.formats.json_values import items, logged, number, table, text
from gitbaseline.formats.nvbandwidth_matrix import Matrix
from gitbaseline.formats.nvbandwidth_text import Machine
from gitbaseline.formats.part import Part, whole
from gitbaseline.formats.refused import failed

_NAME = re.compile(rb'"name"\s{0,20}:\s{0,20}"(\w{1,100})"', re.ASCII)
_MODEL = re.compile(  # 0: NVIDIA GB200 (00000008:01:00): (host)
    r"(?:[0-9]{1,4}: )?(.{1,100}?):?(?: \([0-9A-Fa-f:.]{4,20}\))?(?:: \([^()]{0,255}\))?"
)


def scan(found: Gather, data: bytes) -> tuple[list[Matrix], Machine]:
    """Return all matrices and the machine; InputError for a run that failed."""
    matrices: list[Matrix] = []
    machine, places = Machine(), _places(data)
    for document in logged(found.file, data, found.over):
        if not isinstance(table(document.value).get("nvbandwidth"), dict):
            found.skip(document.line, "JSON that is no result")
            continue
        top = whole(found.file, document).part("nvbandwidth")
        fault = text(top.part("error").value)
        if fault:
            raise _failed(top.where, fault)
        _learn(found, machine, top)
        for case in top.part("testcases").parts():
            name = case.part("name").text()
            matrices += _case(found, places.get(name, case.line), name, case)
    return matrices, machine


def _learn(found: Gather, machine: Machine, top: Part) -> None:
    warning = text(top.part("warning").value)
    if warning:
        found.warn(f"nvbandwidth warned: {warning}")
    cuda = number(top.part("CUDA Runtime Version").value)
    versions = [text(top.part(name).value) for name in ("version", "Version", "git_version")]
    told = {
        "tool": next((version for version in versions if version), None),
        "cuda": f"{cuda:.0f}" if cuda else None,
        "driver": text(top.part("Driver Version").value),
    }
    machine.versions |= {name: value for name, value in told.items() if value}
    for device in items(top.part("GPU Device list").value):
        match = _MODEL.fullmatch(text(device) or "")
        machine.models += [match[1]] if match else []


def _case(found: Gather, line: int, name: str, case: Part) -> Iterator[Matrix]:
    status = text(case.part("status").value)
    if status == "Waived":
        found.skip(line, f"Waived: {name}")
        return
    if status != "Passed" or case.part("error"):
        reason = text(case.part("error").value) or f"status is {status or 'absent'}"
        raise _failed(f"{found.file}:{line}", f"{name}: {reason}")
    rows = [
        (line, str(at), tuple(cell.text() for cell in row.parts()))
        for at, row in enumerate(case.part("bandwidth_matrix").parts())
    ]
    widths = {len(cells) for _, _, cells in rows}
    if len(widths) != 1:
        raise case.part("bandwidth_matrix").fault("rows of one length")
    yield from _split(
        Matrix(
            name=name,
            line=line,
            description=case.part("bandwidth_description").text(),
            columns=tuple(map(str, range(widths.pop()))),
            rows=tuple(rows),
            total=case.part("sum").maybe_number(),
            rough=False,
        )
    )


def _split(whole_: Matrix) -> Iterator[Matrix]:
    """Yield the matrix, or the three that were appended into one."""
    size = len(whole_.columns)
    if " Total " not in whole_.description or len(whole_.rows) != 3 * size:
        yield whole_
        return
    way = "write" if "write" in whole_.name else "read"
    for at, ending in enumerate((f"{way}1", f"{way}2", "total")):
        rows = whole_.rows[at * size : (at + 1) * size]
        yield Matrix(
            name=f"{whole_.name}_{ending}",
            line=whole_.line,
            description=whole_.description,
            columns=whole_.columns,
            rows=tuple((line, str(n), cells) for n, (line, _, cells) in enumerate(rows)),
            total=whole_.total if ending == "total" else None,
            rough=False,
        )


def _places(data: bytes) -> dict[str, int]:
    """Return the line on which each test is named first."""
    places: dict[str, int] = {}
    line, at = 1, 0
    for match in _NAME.finditer(data):
        line += data.count(b"\n", at, match.start(1))
        at = match.start(1)
        places.setdefault(match[1].decode("ascii"), line)
    return places


def _failed(where: str, what: str) -> InputError:
    return failed(where, what, code="nvbandwidth/failed")
