"""What the verbs cost as a registry grows, and whether with the history or not.

    python bench/growth.py [--large] [--rounds 5] [--only show] [--kept FOLDER]

Whole processes in registries of 100, 1,000 and 10,000 entries, with ``--large`` of 100,000 too:
once with all of them in one measurement (``one``), once spread over 100 (``spread``). Of each verb

- ``_ms``, the quickest of some rounds on the clock, taken in turns over the sizes;
- ``peak_mib``, the largest that one of its processes was, in the largest registry;
- ``ratio``, of the largest registry to the smallest, and ``exponent``, the slope of the line that
  fits best through log(time) over log(entries): 0 is no growth, 1 is linear. Both are of processor
  time, which a busy machine does not blur;
- ``per_entry_us``, what each further entry costs in processor time.

``log``, ``list_series``, ``search_none`` and ``verify_full`` look at every entry there is; nothing
else should depend on the history. ``verify_one`` goes on from the entry before the last.

The registries are made once (see synthetic.py) and kept in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, REF, git
from synthetic import FAMILY, measurement, synthetic

SIZES = (100, 1_000, 10_000)
LARGE = 100_000
SHAPES = {"one": 1, "spread": 100}
KEPT = Path(tempfile.gettempdir()) / f"git-baseline-growth-{os.getuid()}-1"
WHOLE = ("log", "list_series", "search_none", "verify_full")  # look at every entry
ROUNDS_OF_WHOLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One registry, and the tips that are gone back to."""

    folder: Path
    count: int
    series: str
    tip: str
    before: str
    oldest: str
    environment: Mapping[str, str]

    @property
    def repository(self) -> Path:
        return self.folder / "registry"

    @property
    def server(self) -> Path:
        return self.folder / "server.git"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one process took: seconds on the clock and of processors, bytes at its largest."""

    seconds: float
    processor: float
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One verb to be timed, with what has to be done before each time and is not timed."""

    words: tuple[str, ...]
    before: Callable[[Case], None] | None = None
    server: bool = False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="100,000 entries too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", metavar="VERB", help="of TASKS, repeatable")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where registries are kept")
    options = parser.parse_args()
    sizes = (*SIZES, LARGE) if options.large else SIZES
    rows: list[tuple[str, float]] = []
    for shape, series in SHAPES.items():
        cases = [case(options.kept.resolve(), count, series) for count in sizes]
        for name, task in TASKS.items():
            if not options.only or name in options.only:
                rounds = ROUNDS_OF_WHOLE if name in WHOLE else options.rounds
                found = told(f"{shape}.{name}", cases, timed(task, cases, rounds))
                table.rows("growth", found)
                rows += found
    table.write("growth", dict(rows))


def case(kept: Path, count: int, series: int) -> Case:
    """Return a registry of this size, made if it is not there yet."""
    folder = kept / f"g{series}-{count}"
    repository = folder / "registry"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        synthetic(folder, count, series)
        (folder / "whole").touch()
    environment = {
        **ENVIRONMENT,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    tip, before = git(repository, "rev-parse", f"{REF}", f"{REF}~1").decode().split()
    name = f"{FAMILY}/{measurement(0, series)}"
    first = git(repository, "ls-tree", "--name-only", "-d", f"{tip}:{name}").decode().split()[0]
    return Case(
        folder=folder,
        count=count,
        series=name,
        tip=tip,
        before=before,
        oldest=f"{name}/{first}",
        environment=environment,
    )


def back(one: Case) -> None:
    """Put the branch back where it was, and forget what was written since."""
    git(one.repository, "update-ref", REF, one.tip)


def verified(one: Case) -> None:
    """Have the cache remember the tip's parent as verified."""
    spare = one.folder / "cache-before"
    if not spare.exists():
        words = [PROGRAM, "verify", "--ref", one.before]
        subprocess.run(
            words, cwd=one.repository, env=one.environment, check=True, capture_output=True
        )
        shutil.copytree(one.cache, spare)
    shutil.rmtree(one.cache, ignore_errors=True)
    shutil.copytree(spare, one.cache)


def at_parent(one: Case) -> None:
    """Have a server whose branch ends before the newest entry; to install its hooks verifies it."""
    if not (one.server / "hooks" / "pre-receive").exists():
        shutil.rmtree(one.server, ignore_errors=True)
        git(one.folder, "clone", "--quiet", "--bare", str(one.repository), str(one.server))
        words = [PROGRAM, "hooks", "install", "--server", str(one.server)]
        subprocess.run(words, env=one.environment, check=True, capture_output=True)
    git(one.server, "update-ref", REF, one.before)


RECORD = ("record", "-f", FAMILY, "--unit", "ms", "--value", "404.25", "--yes")
TASKS = {
    "list": Task(words=("list",)),
    "list_family": Task(words=("list", FAMILY)),
    "list_20": Task(words=("list", "{series}", "-n", "20")),
    "list_series": Task(words=("list", "{series}")),
    "show_latest": Task(words=("show", "{series}")),
    "show_oldest": Task(words=("show", "{oldest}")),
    "log_20": Task(words=("log", "{series}", "-n", "20")),
    "log": Task(words=("log", "{series}")),
    "diff": Task(words=("diff", "{series}", "404")),
    "search_20": Task(words=("search", f"family:{FAMILY}", "-n", "20")),
    "search_none": Task(words=("search", "nowhere-to-be-found")),
    "record": Task(words=(*RECORD, "-m", "{measurement}"), before=back),
    "verify_one": Task(words=("verify",), before=verified),
    "hook": Task(words=("hooks/pre-receive",), before=at_parent, server=True),
    "verify_full": Task(words=("verify", "--full")),
}


def timed(task: Task, cases: Sequence[Case], rounds: int) -> list[Spent]:
    """Return the least time and the largest memory of a task at each size."""
    found: list[list[Spent]] = [[] for _ in cases]
    for number in range(rounds + 1):
        for one, spent in zip(cases, found, strict=True):
            if task.before:
                task.before(one)
            took = run(task, one)
            if number:  # the first round fills the caches
                spent.append(took)
    for one in cases if task.before is back else ():
        back(one)
    return [
        Spent(
            seconds=min(s.seconds for s in spent),
            processor=min(s.processor for s in spent),
            peak=max(s.peak for s in spent),
        )
        for spent in found
    ]


def run(task: Task, one: Case) -> Spent:
    """Run a verb, or the server's hook for the newest entry, to its end."""
    known = {
        "series": one.series,
        "measurement": one.series.partition("/")[2],
        "oldest": one.oldest,
    }
    words = [] if task.server else [PROGRAM]
    words += [word.format_map(known) for word in task.words]
    begin = time.perf_counter()
    process = subprocess.Popen(
        words,
        cwd=one.server if task.server else one.repository,
        env=one.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(f"{one.before} {one.tip} {REF}\n".encode() if task.server else b"")
    process.stdin.close()
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {process.returncode}\n{said.decode()}")
    processor = usage.ru_utime + usage.ru_stime
    return Spent(seconds=seconds, processor=processor, peak=usage.ru_maxrss * 1024)


def told(name: str, cases: Sequence[Case], spent: Sequence[Spent]) -> list[tuple[str, float]]:
    """Return the rows of one verb."""
    clock = {one.count: s.seconds * 1000 for one, s in zip(cases, spent, strict=True)}
    work = {one.count: s.processor * 1000 for one, s in zip(cases, spent, strict=True)}
    first, *_, last = work
    return [
        *((f"{name}.{count}_ms", ms) for count, ms in clock.items()),
        (f"{name}.peak_mib", spent[-1].peak / 2**20),
        (f"{name}.ratio", work[last] / work[first]),
        (f"{name}.exponent", exponent(work)),
        (f"{name}.per_entry_us", (work[last] - work[first]) * 1000 / (last - first)),
    ]


def exponent(times: Mapping[int, float]) -> float:
    """Return the slope of the least-squares line through log(time) over log(entries)."""
    x, y = map(math.log, times), map(math.log, times.values())
    return statistics.linear_regression(list(x), list(y)).slope


if __name__ == "__main__":
    main()
