"""How two measurements are to be compared: all that a caller decides, as one value."""

from __future__ import annotations

from dataclasses import field

from gitbaseline.compare.match import MatchRules
from gitbaseline.compare.tolerance import Tolerances
from gitbaseline.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``headlines``, ``allow_missing`` and ``only`` are keys or shell patterns of metrics.

    ``only`` narrows both sides, empty means all. ``obstacles`` are reasons, known to the caller,
    why the baseline cannot be held to anything.
    """

    tolerances: Tolerances
    matching: MatchRules = field(default_factory=MatchRules)
    headlines: tuple[str, ...] = ()
    allow_missing: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
