"""The columns of an nccl-tests table: which placement, which number, which unit, which check.

Rules:

- A placement is a group ``time algbw busbw ... #wrong`` (``error`` up to 2.12); what else stands
  in the group (percentiles, copy bandwidth) is not read.
- The line above the header names the placements; two groups without it are out-of-place and
  in-place, one group without it could be either and is refused.
- Units come from the line below the header; without that line they are the documented ones.
"""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.formats.nccl_table import CHECKS, Run, first_cell
from gitbaseline.frozen import dataclass
from gitbaseline.model.units import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One group of columns: where time and check stand among the cells, what ``words`` name."""

    name: str
    at: int
    check: int
    words: tuple[str, ...]
    units: tuple[str, str, str]
    assumed: bool


def placements(name: str, run: Run) -> tuple[Placement, ...]:
    """Return the column groups of a table; InputError where the header makes no sense."""
    cells = run.header[first_cell(run.header) :]
    starts = [at for at in range(len(cells)) if cells[at + 1 : at + 3] == ("algbw", "busbw")]
    said = run.said_placements or ("out-of-place", "in-place")
    if len(starts) > len(said) or (len(starts) == 1 and len(run.said_placements) != 1):
        raise InputError(
            "cannot tell whether the numbers are out-of-place or in-place",
            code="nccl/placement",
            where=f"{name}:{run.line}",
            hint="keep the line above the header: it names the placement",
        )
    width = len(run.brackets) // len(starts)
    return tuple(
        Placement(
            name=said[number],
            at=at,
            check=_check(name, run, cells, at),
            words=cells,
            units=_units(name, run, run.brackets[number * width :][:3] if width > 2 else ()),
            assumed=width < 3,
        )
        for number, at in enumerate(starts)
    )


def _check(name: str, run: Run, cells: tuple[str, ...], at: int) -> int:
    for column in range(at + 3, len(cells)):
        if cells[column] in CHECKS:
            return column
    raise InputError(
        "a placement without a '#wrong' or 'error' column",
        code="nccl/header",
        where=f"{name}:{run.line}",
    )


def _units(name: str, run: Run, brackets: tuple[str, ...]) -> tuple[str, str, str]:
    time, algbw, busbw = brackets or ("us", "GB/s", "GB/s")
    for unit, dimension in ((time, "time"), (algbw, "data/time"), (busbw, "data/time")):
        known = find(unit)
        if known is None or known.dimension != dimension:
            raise InputError(
                f"expected a unit of {dimension}, got {unit!r}",
                code="nccl/header",
                where=f"{name}:{run.line + 1}",
            )
    return time, algbw, busbw
