"""Every benchmark, one after another, and at the end what each headline came to; ``make bench``.

    python bench/run.py [--large] [--only NAME ...]

``--large`` has registries of 100,000 entries too and takes far longer. Each script prints its table
and leaves ``bench/out/<name>.json``, which records as it is:

    git baseline record -f git_baseline -m startup bench/out/startup.json

One that fails, or does not come to an end, keeps no other from running; it is told at the end, and
the exit code is 1. A headline that is missed is no failure.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import headlines

BENCH = Path(__file__).parent
MINUTES = 20  # for one script
LARGE_MINUTES = 120
SECONDS_TO_CLEAR_UP = 20


@dataclass(frozen=True, slots=True)
class Script:
    """One benchmark, and the words it gets, always and for large registries."""

    name: str
    words: tuple[str, ...] = ()
    large: tuple[str, ...] | None = None

    def line(self, *, large: bool) -> list[str]:
        words = self.large if large and self.large is not None else self.words
        return [sys.executable, str(BENCH / f"{self.name}.py"), *words]


SCRIPTS = (
    Script("startup"),
    Script("oneshot"),
    Script("record"),
    Script("verify", large=("--large",)),
    Script("hook", large=("--large",)),
    Script("diff"),
    Script("compare"),
    Script("log", large=("--count", "100000", "--rounds", "1")),
    Script("growth", large=("--large",)),
    Script("search"),
    Script("site"),
    Script("publish"),
    Script("push"),
    Script("disk", ("--shape", "spread"), large=()),
    Script("importing"),
    Script("proof"),
    Script("verdicts"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="100,000 entries too")
    parser.add_argument("--only", nargs="+", choices=[script.name for script in SCRIPTS])
    options = parser.parse_args()
    begin = time.monotonic()
    scripts = [each for each in SCRIPTS if options.only is None or each.name in options.only]
    minutes = LARGE_MINUTES if options.large else MINUTES
    ends = {each.name: told(each.name, each.line(large=options.large), minutes) for each in scripts}
    failed = {name: how for name, how in ends.items() if how}
    print(f"\n== headlines, after {since(begin)}; {load()}")
    print(*headlines.lines(ends.keys() - failed), sep="\n")
    if failed:
        raise SystemExit("\n".join(f"{name}.py: {how}" for name, how in failed.items()))


def told(name: str, line: list[str], minutes: float) -> str:
    """Run a script to its end, saying what it took; return how it failed, or nothing."""
    print(f"\n== {name}; {load()}", flush=True)
    begin = time.monotonic()
    how = ended(line, minutes)
    print(f"== {name}: {how or 'done'}, {since(begin)}", flush=True)
    return how


def ended(line: list[str], minutes: float) -> str:
    """Run a program; end it and all that it started when the time is up or we are interrupted."""
    process = subprocess.Popen(line, start_new_session=True)
    try:
        code = process.wait(60 * minutes)
    except subprocess.TimeoutExpired:
        return f"not at its end after {minutes:g} minutes"
    finally:
        stop(process)
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"exit {code}" if code else ""


def stop(process: subprocess.Popen) -> None:
    """End a process and those of its session: by the first signal it still clears up."""
    for sent in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sent)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_TO_CLEAR_UP)


def since(begin: float) -> str:
    return f"{time.monotonic() - begin:.0f} s"


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
