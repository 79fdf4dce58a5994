"""The collectives of nccl-tests by name, as programs, files and rccl-tests' records spell them."""

from __future__ import annotations

import re

NAMES = {
    "all_reduce": r"all[_-]?reduce",
    "all_gather": r"all[_-]?gather",
    "alltoallv": r"all[_-]?to[_-]?all[_-]?v",
    "alltoall": r"all[_-]?to[_-]?all",
    "broadcast": r"broadcast",
    "reduce_scatter": r"reduce[_-]?scatter",
    "sendrecv": r"send[_-]?recv",
    "hypercube": r"hypercube",
    "reduce": r"reduce",
    "gather": r"gather",
    "scatter": r"scatter",
}
_IN_NAME = re.compile(
    "(?<![a-z])(?:" + "|".join(f"(?P<{key}>{word})" for key, word in NAMES.items()) + ")(?![a-z])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def collective_in(text: str) -> str | None:
    """Return the one collective that a name speaks of, or None.

    >>> collective_in("h100-all-reduce.log"), collective_in("ReduceScatter"), collective_in("x")
    ('all_reduce', 'reduce_scatter', None)
    """
    plain = _CAMEL.sub("_", text).lower()
    found = {match.lastgroup for match in _IN_NAME.finditer(plain)}
    return found.pop() if len(found) == 1 else None
