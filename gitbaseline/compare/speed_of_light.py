"""The speed of light: which share of a published ceiling a measured number reaches.

Which ceilings there are is for ``gitbaseline.ceilings``; here is only the arithmetic.

Rules:

- The ceiling is converted to the metric's unit, within one dimension; what is frozen is the
  converted figure, so that value and ceiling read side by side.
- Higher is better: value / ceiling. Lower is better: ceiling / value. A metric without one
  better direction has no share.
- More than 100 % means a wrong ceiling or a wrong number, and is refused unless a person insists.
- The key is frozen with its face, and the source with who stands behind it: a later change of the
  file changes no entry.
"""

from __future__ import annotations

import math
from enum import StrEnum

from gitbaseline.ceilings import Ceiling
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import SpeedOfLight
from gitbaseline.model.metric import Direction
from gitbaseline.model.units import convert

_ROUNDING = 1e-9  # of a figure converted there and back


class Rigor(StrEnum):
    """What the share was taken from, weakest first."""

    L1 = "L1"  # a ratio to a datasheet's peak
    L2 = "L2"  # a share of a profiler's samples
    L3 = "L3"  # counters of each kernel (ncu)
    L4 = "L4"  # hardware counters over the whole workload (DCGM)


def share(
    value: float,
    unit: str,
    direction: Direction,
    ceiling: Ceiling,
    *,
    rigor: Rigor = Rigor.L1,
    over: bool = False,
) -> SpeedOfLight:
    """Return the share in percent; InputError where there is none or it is more than 100 %."""
    try:
        limit = convert(ceiling.value, ceiling.unit, unit)
    except InputError as error:
        raise InputError(
            f"a value in {unit!r} has no share of a ceiling in {ceiling.unit!r}: {error.message}",
            code="sol/unit",
            where=ceiling.key,
            hint="git baseline ceilings list",
        ) from None
    pct = _ratio(value, limit, direction, ceiling.key) * 100
    if pct > 100 and not over:
        raise InputError(
            f"{value} {unit} is {pct:.4g} % of {limit} {unit}: "
            "either this is the wrong ceiling or the number is wrong",
            code="sol/over",
            where=ceiling.key,
            hint="check dense or sparse, one direction or both, one GPU or several; "
            "--sol-over records it all the same",
        )
    return SpeedOfLight(
        pct=pct,
        ceiling_key=ceiling.key,
        ceiling_value=limit,
        ceiling_unit=unit,
        ceiling_source=f"{ceiling.source.url} ({ceiling.verified.value})",
        rigor=rigor.value,
    )


def is_under(sol: SpeedOfLight, key: str, value: float, unit: str) -> bool:
    """Whether a frozen share is of this ceiling, and of its figure: files of ceilings change."""
    if sol.ceiling_key != key:
        return False
    try:
        limit = convert(value, unit, sol.ceiling_unit)
    except InputError:
        return False
    return math.isclose(limit, sol.ceiling_value, rel_tol=_ROUNDING)


def _ratio(value: float, limit: float, direction: Direction, key: str) -> float:
    if direction not in (Direction.HIGHER, Direction.LOWER):
        raise InputError(
            f"the metric is {direction.value}; a share of a ceiling needs one better direction",
            code="sol/direction",
            where=key,
            hint="--direction higher, or lower",
        )
    top, bottom = (value, limit) if direction is Direction.HIGHER else (limit, value)
    ratio = top / bottom if top >= 0 and bottom > 0 else math.nan
    if not math.isfinite(ratio * 100):
        raise InputError(
            f"{value} has no share of {limit}, {direction.value}", code="sol/value", where=key
        )
    return ratio
