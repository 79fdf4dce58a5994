"""What every benchmark ends with: a table for people, and JSON that git baseline records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

OUT = Path(__file__).parent / "out"


def show(name: str, found: Sequence[tuple[str, float]]) -> None:
    """Print the rows and write ``out/<name>.json``; a key's ending is its unit (``_ms``)."""
    rows(name, found)
    write(name, dict(found))


def rows(name: str, found: Sequence[tuple[str, float]]) -> None:
    """Print numbers, one a line."""
    longest = max((len(key) for key, _ in found), default=0)
    for key, number in found:
        print(f"{name}  {key.ljust(longest)}  {number:>10.4g}")


def write(name: str, numbers: Mapping[str, object]) -> None:
    """Write ``out/<name>.json``."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(numbers, indent=2) + "\n")
