"""What a person waits for before anything happens, against the bare import of two libraries.

    python bench/startup.py [--pairs 15]

Each round runs all of them once, so that a busy machine slows them alike; what counts are ratios
of medians. ``record`` is a whole process: start, git asked, number signed, branch moved.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, git

VALUE = ["record", "-m", "step_time", "--value", "412.6", "--unit", "ms", "--yes"]
COMMANDS = {
    "imports": [sys.executable, "-c", "import pygit2, click"],
    "help": [PROGRAM, "-h"],
    "record": [PROGRAM, *VALUE],
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=15)
    options = parser.parse_args()
    took = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="bench-startup-") as top:
        environment = {**ENVIRONMENT, "HOME": top, "XDG_CONFIG_HOME": f"{top}/.config"}
        git(top, "init", "--quiet", "code")
        folder = Path(top) / "code"

        def run(command):
            begin = time.perf_counter()
            subprocess.run(
                command,
                cwd=folder,
                env=environment,
                check=True,
                capture_output=True,
                stdin=subprocess.DEVNULL,
            )
            return (time.perf_counter() - begin) * 1000

        run([PROGRAM, "init"])
        for number in range(options.pairs + 1):
            for name, command in COMMANDS.items():
                one = run(command)
                if number:  # the first round fills the caches
                    took[name].append(one)
    median = {name: statistics.median(times) for name, times in took.items()}
    table.show(
        "startup",
        [
            *((f"{name}_ms", number) for name, number in median.items()),
            ("help_ratio", median["help"] / median["imports"]),
            ("record_ratio", median["record"] / median["imports"]),
        ],
    )


if __name__ == "__main__":
    main()
