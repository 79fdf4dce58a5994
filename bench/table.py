"""What every benchmark ends with: a table for people, and JSON that git baseline records."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

OUT = Path(os.environ.get("BENCH_OUT") or Path(__file__).parent / "out")
UNITS = {  # how a key ends, and what is printed behind its number
    "ops_per_s": "/s",
    "bytes": "",  # by its size
    "mib": "MiB",
    "pct": "%",
    "ratio": "times",
    **{time: time for time in ("us", "ms", "s")},
}


def show(name: str, found: Sequence[tuple[str, float]]) -> None:
    """Print the rows and write ``out/<name>.json``; a key's ending is its unit (``_ms``)."""
    rows(name, found)
    write(name, dict(found))


def rows(name: str, found: Sequence[tuple[str, float]]) -> None:
    """Print numbers, one a line, each with its unit."""
    cells = [[name, _said(key), *_shown(key, number)] for key, number in found]
    if cells:
        print(*aligned(cells, words=(0, 1, 3)), sep="\n")


def write(name: str, numbers: Mapping[str, object]) -> None:
    """Write ``out/<name>.json``."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(numbers, indent=2) + "\n")


def aligned(rows: Sequence[Sequence[str]], words: Collection[int] = (0,)) -> list[str]:
    """Return a line for each row, columns of words to the left, of numbers to the right.

    >>> aligned([["to", "ms"], ["git log", "1,234"]])
    ['to          ms', 'git log  1,234']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def cell(column: int, text: str) -> str:
        return text.ljust(widths[column]) if column in words else text.rjust(widths[column])

    return ["  ".join(map(cell, range(len(widths)), row)).rstrip() for row in rows]


def short(number: float) -> str:
    """Return a number as a person reads it.

    >>> short(0.04871), short(412.6), short(1234.5)
    ('0.0487', '413', '1,234')
    """
    return f"{number:.3g}" if abs(number) < 999.5 else f"{number:,.0f}"


def size(count: float) -> str:
    """Return a number of bytes as a person reads it.

    >>> size(1090), size(26_279_936)
    ('1.09 kB', '26.3 MB')
    """
    unit = next(unit for unit in (1e9, 1e6, 1e3, 1) if count >= unit or unit == 1)
    return f"{short(count / unit)} {({1e9: 'GB', 1e6: 'MB', 1e3: 'kB', 1: 'B'})[unit]}"


def judged(measured: float, wanted: float) -> str:
    """Return whether something is as small as is wanted."""
    return "met" if measured <= wanted else "MISSED"


def _ending(key: str) -> str:
    return next((end for end in UNITS if key.endswith((f"_{end}", f".{end}"))), "")


def _said(key: str) -> str:
    words = key.removesuffix(_ending(key)).rstrip("_.")
    return words.replace(".", ", ").replace("_", " ")


def _shown(key: str, number: float) -> list[str]:
    ending = _ending(key)
    return size(number).split(" ") if ending == "bytes" else [short(number), UNITS.get(ending, "")]
