"""A site of 10,000 entries, beside ``asv publish`` of 10,000 results.

    python bench/publish.py [--count 10000] [--series 50] [--rounds 2]

Whole processes, each time into a folder that is not there yet: nothing is made anew from what was
there (site.py has that). asv has as many benchmarks as we have measurements, and a commit with a
result of each for every further one. Its pages draw in the browser from one file for each series;
ours have a page for each entry too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import compare
import turns
from fresh import PROGRAM
from headlines import TO_PEER
from rivals import ABSENT, call, program, repository
from synthetic import synthetic
from turns import Contest, Side, compete


def results(folder: Path, series: int, commits: int) -> Path:
    """Make a repository of asv's with a result of each benchmark at each commit."""
    repository(folder)
    for _ in range(commits - 1):
        call(folder, "git", "commit", "--quiet", "--allow-empty", "-m", "code")
    for number, commit in enumerate(
        call(folder, "git", "rev-list", "--reverse", "HEAD").decode().split()
    ):
        found = {f"time_step_{one:03d}": [0.4 + number % 7 / 1000] for one in range(series)}
        compare.asv(folder, "", found, commit)
    return folder


def contests(count: int, series: int, rounds: int) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-publish-") as name:
        top = Path(name)
        fresh = synthetic(top, count, series)
        asv = program("asv")
        theirs = results(top / "asv", series, count // series) if asv else top
        out = top / "site"

        def site() -> None:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(top / ".cache", ignore_errors=True)
            call(fresh.folder, PROGRAM, "site", str(out))

        def publish() -> None:
            shutil.rmtree(top / "html", ignore_errors=True)
            call(theirs, str(asv), "publish", "--html-dir", str(top / "html"))
            drawn = [path.name for path in (top / "html" / "graphs").rglob("time_step_*.json")]
            if len(set(drawn)) != series:
                raise SystemExit(f"asv drew {len(set(drawn))} of {series} series")

        ours = Side(key="site", run=site, title=f"git baseline site, {count:,} entries")
        peer = Side(
            key="asv",
            run=publish if asv else None,
            title=f"asv publish, {count:,} results",
            wanted=TO_PEER,
            absent=ABSENT,
        )
        return [compete("publish", ours, peer, rounds=rounds, warm=False)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--series", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    turns.show("publish", contests(options.count, options.series, options.rounds))


if __name__ == "__main__":
    main()
