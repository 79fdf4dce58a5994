"""One matrix of nvbandwidth, and its pairs as metrics.

Rules:

- The unit stands in the description, ``(GB/s)`` or ``(ns)``; where it does not (the bisect test)
  it is GB/s, marked as assumed.
- ``src`` and ``dst`` follow the data. Between GPUs a read moves it from the column to the row, a
  write from the row to the column, whatever the arrow of the description seems to say; between
  CPU and GPU the arrow is right. In both directions at once the row is ``src``. The one row of
  ``all_to_one`` and ``one_to_all`` is all the other GPUs; where only columns are GPUs
  (``device_local_copy``) each copies within itself.
- ``N/A`` and 0 (the diagonal of versions before 0.5, pairs without peer access) measure nothing.
- A matrix of more than 1024 pairs is its smallest, median and largest pair: a rack is not a list.
- The sum is information, of latencies it means nothing; cells that do not add up to it are refused.

Meaning of rows and columns: NVIDIA/nvbandwidth testcases_ce.cpp, testcases_sm.cpp.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.formats.gather import Gather, Summary
from gitbaseline.formats.numbers import decimal
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Validity, median

_MOST_PAIRS = 1024
_UNIT = re.compile(r"\((GB/s|ns)\)")
_ENDS = re.compile(r"\b(CPU|GPU)\(row\) (<->|->|<-) (CPU|GPU)\(column\)")
_LOCAL = re.compile(r"[^()]*\bGPU\(column\)")
_ROUNDING = 0.005001  # half of the last printed digit, for each cell and for the sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Labels and cells as printed, each row with its line; ``total`` is the tool's own sum.

    ``rough`` is a text of two decimals, else six digits are significant.
    """

    name: str
    line: int
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, str, tuple[str, ...]], ...]
    total: float | None
    rough: bool


def add(found: Gather, matrix: Matrix) -> None:
    """Add the pairs; InputError for a cell that is no number, or a sum that is not theirs."""
    cells = list(_cells(found, matrix))
    values = [value for _, _, _, value in cells]
    if not cells:
        return
    _check_sum(found.file, matrix, values)
    match = _UNIT.search(matrix.description)
    unit, source = (match[1], "format") if match else ("GB/s", "assumed")
    validity = Validity.UNCHECKED if matrix.total is None else Validity.VALID
    shape = _shape(matrix)
    for line, row, column, value in cells if len(cells) <= _MOST_PAIRS else ():
        found.add(
            f"{matrix.name}.{row}.{column}",
            value,
            line=line,
            unit=unit,
            unit_source=source,
            dimensions=shape | _ends(matrix, row, column),
            validity=validity,
        )
    whole = {} if unit == "ns" or matrix.total is None else {"sum": matrix.total}
    if len(cells) > _MOST_PAIRS:
        whole |= {"min": min(values), "median": median(values), "max": max(values)}
    for stat, value in whole.items():
        found.add(
            f"{matrix.name}.{stat}",
            value,
            line=matrix.line,
            unit=unit,
            unit_source=source,
            direction=Direction.UNKNOWN if stat == "sum" else None,
            dimensions=shape,
            validity=validity,
            summary=Summary(stat=stat, n=len(values)),
        )


def _cells(found: Gather, matrix: Matrix) -> Iterator[tuple[int, str, str, float]]:
    nothing = 0
    for line, row, cells in matrix.rows:
        for column, cell in zip(matrix.columns, cells, strict=True):
            value = 0.0 if cell == "N/A" else decimal(cell)
            if value is None or value < 0:
                raise InputError(
                    f"{matrix.name}, row {row}, column {column}: expected a number from 0 or N/A, "
                    f"got {cell[:40]!r}",
                    code="nvbandwidth/number",
                    where=f"{found.file}:{line}",
                )
            if value:
                yield line, row, column, value
            nothing += not value and row != column
    if nothing:
        found.skip(matrix.line, f"{matrix.name}: {nothing} pairs without a measurement")


def _check_sum(file: str, matrix: Matrix, values: list[float]) -> None:
    if matrix.total is None:
        return
    added = math.fsum(values)
    slack = _ROUNDING * (len(values) + 1) if matrix.rough else 1e-5 * abs(added)
    if abs(added - matrix.total) > slack:
        raise InputError(
            f"the cells of {matrix.name} add up to {added:.2f}, its sum is {matrix.total:.2f}",
            code="nvbandwidth/sum",
            where=f"{file}:{matrix.line}",
            hint="rows are missing or two outputs are mixed; give the output of one run",
        )


def _shape(matrix: Matrix) -> dict[str, Scalar]:
    shape: dict[str, Scalar] = {"test": matrix.name}
    engines = [word.upper() for word in matrix.name.split("_") if word in ("ce", "sm")]
    if engines:
        shape["engine"] = engines[0]
    return shape


def _ends(matrix: Matrix, row: str, column: str) -> dict[str, Scalar]:
    if matrix.name.startswith("all_to_one"):
        return {"src": "all", "dst": f"gpu{column}"}
    if matrix.name.startswith("one_to_all"):
        return {"src": f"gpu{column}", "dst": "all"}
    if _LOCAL.match(matrix.description):
        return {"src": f"gpu{column}", "dst": f"gpu{column}"}
    match = _ENDS.search(matrix.description)
    if match is None:
        return {"src": row, "dst": column}
    here, there = f"{match[1].lower()}{row}", f"{match[3].lower()}{column}"
    between_gpus = match[1] == match[3]
    backwards = match[2] == ("->" if between_gpus else "<-")
    return {"src": there, "dst": here} if backwards else {"src": here, "dst": there}
