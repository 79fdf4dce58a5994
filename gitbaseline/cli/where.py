"""What the group knows before any verb. Apart from ``workspace``, so that ``-h`` stays light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The folder and the environment that a verb works in."""

    folder: Path
    environment: Mapping[str, str]
