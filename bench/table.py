"""What every benchmark ends with: a table for people, and JSON that git baseline records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

OUT = Path(__file__).parent / "out"


def show(name: str, rows: Sequence[tuple[str, float]]) -> None:
    """Print the rows and write ``out/<name>.json``; a key's ending is its unit (``_ms``)."""
    longest = max(len(key) for key, _ in rows)
    for key, number in rows:
        print(f"{name}  {key.ljust(longest)}  {number:>10.4g}")
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(dict(rows), indent=2) + "\n")
