"""The site of a large registry: a whole build, one after one more entry, one after none; weights.

    python bench/site.py [--count 10000] [--series 50]

``--series 1`` is the hardest: every entry is in the history of the one that is added.

Whole processes; ``cpu`` is what they and their workers took of the processors, which other work on
the machine does not stretch as it does the clock. Pages are weighed by their largest file of a
kind; ``shared`` is all scripts and styles that the pages share.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, record
from synthetic import measurement, synthetic


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--series", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-site-") as top:
        fresh = synthetic(Path(top), options.count, options.series)
        out = Path(top) / "out"
        rows = timed("build", fresh.folder, out, top)
        record(fresh, options.count, measurement=measurement(options.count, options.series))
        rows += timed("one_more", fresh.folder, out, top)
        rows += timed("none_more", fresh.folder, out, top)
        rows += weights(out)
    above = f"{options.count}_entries_in_{options.series}"
    table.show("site", [(f"{above}.{key}", number) for key, number in rows])


def timed(name: str, folder: Path, out: Path, home: str) -> list[tuple[str, float]]:
    before, begin = os.times(), time.perf_counter()
    subprocess.run(
        [PROGRAM, "site", str(out)],
        cwd=folder,
        env={**ENVIRONMENT, "HOME": home, "XDG_CACHE_HOME": f"{home}/cache"},
        check=True,
        capture_output=True,
    )
    took, after = time.perf_counter() - begin, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return [(f"{name}_s", took), (f"{name}_cpu_s", cpu)]


def weights(out: Path) -> list[tuple[str, float]]:
    largest = {
        "overview": "index.html",
        "family_page": "families/**/*.html",
        "series_page": "series/**/*.html",
        "entry_page": "entries/**/*.html",
        "catalogue_part": "catalogue/*.js",
    }
    rows = [
        (f"{name}_bytes", max((path.stat().st_size for path in out.glob(pattern)), default=0))
        for name, pattern in largest.items()
    ]
    shared = sum(path.stat().st_size for path in (out / "assets").iterdir())
    files = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    return [*rows, ("shared_bytes", shared), ("site_bytes", sum(files))]


if __name__ == "__main__":
    main()
