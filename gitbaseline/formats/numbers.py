"""One grammar for a number in text, stricter than float(): no ``1_000``, ``nan``, ``inf``."""

from __future__ import annotations

import math
import re

_DECIMAL = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")


def decimal(text: str) -> float | None:
    """Return the finite number that ``text`` spells in plain decimal, or None.

    >>> decimal("1.5e3"), decimal("1_000"), decimal("nan"), decimal(".5"), decimal("1e999")
    (1500.0, None, None, None, None)
    """
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
