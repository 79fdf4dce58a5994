"""What the group knows before any verb. Apart from ``workspace``, so that ``-h`` stays light."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gitbaseline.frozen import dataclass

if TYPE_CHECKING:
    from gitbaseline.transport.git import Git


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The folder and the environment that a verb works in."""

    folder: Path
    environment: Mapping[str, str]
    git: Git | None = None  # asked ahead, see Git.ask_ahead
