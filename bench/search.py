"""A search through a large registry.

    python bench/search.py [--count 10000] [--rounds 3]

Whole processes. A word or field that few entries hold is the usual question; ``every_ms`` prints
them all, which reads each one; ``unknown_ms`` is the error for a field that no entry has.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM
from synthetic import synthetic

SPREAD = 20  # measurements
COMMANDS = {
    "none_ms": ["nowhere-to-be-found"],
    "family_newest_20_ms": ["family:bench", "-n", "20"],
    "measurement_ms": ["measurement:step_time_007"],
    "value_ms": ["value:>405", "-n", "20"],
    "every_ms": ["tier:draft", "--json"],
    "unknown_ms": ["conurrency:8"],
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    took = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="bench-search-") as top:
        fresh = synthetic(Path(top), options.count, SPREAD)
        for number in range(options.rounds + 1):
            for name, words in COMMANDS.items():
                begin = time.perf_counter()
                subprocess.run(
                    [PROGRAM, "search", *words],
                    cwd=fresh.folder,
                    env=ENVIRONMENT,
                    check=name != "unknown_ms",
                    capture_output=True,
                )
                if number:  # the first round fills the caches
                    took[name].append((time.perf_counter() - begin) * 1000)
    table.write("search", {f"{options.count}_entries": took})
    middle = {name: statistics.median(times) for name, times in took.items()}
    table.rows("search", [(f"{options.count}_entries.{name}", ms) for name, ms in middle.items()])


if __name__ == "__main__":
    main()
