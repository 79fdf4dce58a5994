"""History of a measurement with change points, and a diff that looks back over it.

    python bench/log.py [--count 2000]

Whole processes. ``log_last_20_ms`` and ``diff_green_ms`` read a few entries however many there
are; ``diff_red_ms`` looks back over the newest 500.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, git, record, registry

SERIES = "bench/step_time"
COMMANDS = {
    "log_ms": ["log", SERIES],
    "log_last_20_ms": ["log", SERIES, "-n", "20"],
    "diff_green_ms": ["diff", SERIES, "404"],
    "diff_red_ms": ["diff", SERIES, "900"],
}
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    took = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="bench-log-") as top:
        fresh = registry(Path(top))
        for number in range(options.count):
            record(fresh, number)
        git(fresh.folder, "gc", "--quiet")
        for number in range(ROUNDS + 1):
            for name, words in COMMANDS.items():
                begin = time.perf_counter()
                subprocess.run(
                    [PROGRAM, *words],
                    cwd=fresh.folder,
                    env=ENVIRONMENT,
                    check=name != "diff_red_ms",
                    capture_output=True,
                )
                if number:  # the first round fills the caches
                    took[name].append((time.perf_counter() - begin) * 1000)
    table.show("log", [(name, statistics.median(times)) for name, times in took.items()])


if __name__ == "__main__":
    main()
