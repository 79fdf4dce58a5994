"""What a family's name says of its numbers: their unit, and which way is better.

Units come from the family's UNIT, else from the name's ending; a ``_perc`` is a fraction of 1, as
vLLM's are.
"""

from __future__ import annotations

import re

from gitbaseline.formats.scrape import Family
from gitbaseline.model.metric import UNKNOWN_UNIT

_ENDINGS = {
    "seconds": "s",
    "milliseconds": "ms",
    "ms": "ms",
    "us": "us",
    "ns": "ns",
    "bytes": "B",
    "ratio": "ratio",
    "percent": "%",
    "perc": "ratio",
    "hit_rate": "ratio",
    "acceptance_rate": "ratio",
    "celsius": "Cel",
    "joules": "J",
    "watts": "W",
    "tokens": "tokens",
    "requests": "requests",
    "toks_per_s": "tokens/s",
}
_BETTER_HIGHER = re.compile(r"hit_rate|acceptance_rate|throughput|(?:generation|prompt)_tokens")
_BETTER_LOWER = re.compile(r"preempt|error|fail|abort|_latency|queue_time")


def unit(family: Family) -> str:
    """Return the unit of a family's numbers."""
    if family.unit in _ENDINGS:
        return _ENDINGS[family.unit]
    name = family.name.removesuffix("_total")
    for ending, found in _ENDINGS.items():
        if name.endswith(f"_{ending}"):
            return found
    return UNKNOWN_UNIT


def counted_unit(family: Family) -> str:
    """Return the unit of a counter: what it adds up, or counts."""
    found = unit(family)
    return "count" if found in (UNKNOWN_UNIT, "ratio", "%") else found


def is_better_higher(family: Family) -> bool:
    """Whether the name is of something that there should be more of."""
    return _BETTER_HIGHER.search(family.name) is not None


def is_better_lower(family: Family) -> bool:
    """Whether the name is of something that there should be less of."""
    return _BETTER_LOWER.search(family.name) is not None
