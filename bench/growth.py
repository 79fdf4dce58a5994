"""What the verbs cost as a registry grows, and whether with the history or not.

    python bench/growth.py [--large] [--rounds 5] [--only show] [--kept FOLDER]

Whole processes in registries of 100, 1,000 and 10,000 entries, with ``--large`` of 100,000 too:
once with all of them in one measurement (``one``), once spread over 100 (``spread``). And in a
registry of one entry beside as many commits of the code (``code``), ten a second. Of each verb

- the processors' time in ms at each size, the least of some rounds, taken in turns over the sizes:
  a busy machine does not blur it. ``_ms`` in the file is of the clock, ``_cpu_ms`` of processors;
- ``ratio``, of the largest registry to the smallest, and ``exponent``, the slope of the line that
  fits best through log(time) over log(entries): 0 is no growth, 1 is linear;
- ``per_entry_us``, what each further entry costs;
- ``peak_mib``, the largest that one of its processes was, in the largest registry.

``log``, ``list_series``, ``search_none`` and ``verify_full`` look at every entry there is, and
``record_key`` at those of thirty days; nothing else should depend on the history. ``verify_one``
goes on from the entry before the last.

The registries are made once (see synthetic.py) and kept in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, REF, git, registry
from headlines import GROWN, LINEAR
from synthetic import FAMILY, measurement, synthetic

SIZES = (100, 1_000, 10_000)
LARGE = 100_000
SHAPES = {"one": 1, "spread": 100}
CODE = "code"
SINCE = 20  # commits of the code after the one that was measured
KEPT = Path(tempfile.gettempdir()) / f"git-baseline-growth-{os.getuid()}-1"
# These look at every entry, and most of them once will do.
WHOLE = ("log", "list_series", "search_none", "record_key", "verify_full")
ROUNDS_OF_WHOLE = 2
SPENT = (sys.executable, "-I", "-S", str(Path(__file__).with_name("spent.py")))


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
    kept = options.kept.resolve()
    numbers: dict[str, float] = {}
    for shape in (*SHAPES, CODE):
        tasks = TASKS_OF_CODE if shape == CODE else TASKS
        wanted = {key: task for key, task in tasks.items() if key in (options.only or tasks)}
        if wanted:
            make = coded if shape == CODE else case
            cases = [make(kept, count, SHAPES.get(shape, 1)) for count in sizes]
            numbers |= measured(shape, wanted, cases, options.rounds)
    table.write("growth", numbers)


def measured(
    shape: str, tasks: Mapping[str, Task], cases: Sequence[Case], rounds: int
) -> dict[str, float]:
    """Time the tasks at each size, printing a line of each; return their numbers."""
    columns = [*(f"{one.count:,}" for one in cases), "ratio", "exponent", "us/entry", "peak MiB"]
    print("".join([f"{shape}, cpu ms".ljust(20), *(name.rjust(10) for name in columns)]))
    numbers: dict[str, float] = {}
    for key, task in tasks.items():
        whole = key in WHOLE
        spent = timed(task, cases, ROUNDS_OF_WHOLE if whole else rounds, warm=not whole)
        found = told(cases, spent)
        shown = [s.processor * 1000 for s in spent]
        shown += [found[name] for name in ("ratio", "exponent", "per_entry_us", "peak_mib")]
        cells = [table.short(number).rjust(10) for number in shown]
        print("".join([key.ljust(20), *cells, f"  {judged(key, found)}"]).rstrip(), flush=True)
        numbers |= {f"{shape}.{key}.{name}": number for name, number in found.items()}
    return numbers


def judged(key: str, found: Mapping[str, float]) -> str:
    """Say whether a verb grows as little as is wanted."""
    if key in WHOLE:
        return f"exponent {table.short(LINEAR)}: {table.judged(found['exponent'], LINEAR)}"
    return f"ratio {table.short(GROWN)}: {table.judged(found['ratio'], GROWN)}"


def case(kept: Path, count: int, series: int) -> Case:
    """Return a registry of this size, made if it is not there yet."""
    folder = kept / f"g{series}-{count}"
    repository = folder / "registry"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        synthetic(folder, count, series)
        (folder / "whole").touch()
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
        environment=surroundings(folder),
    )


def coded(kept: Path, count: int, series: int) -> Case:
    """Return a registry of one entry, whose code has so many commits, made if it is not there."""
    folder = kept / f"code-{count}"
    name = measurement(0, series)
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        repository = registry(folder).folder
        code(repository, 0, count - SINCE)
        words = [PROGRAM, *RECORD, "-m", name]
        environment = surroundings(folder)
        subprocess.run(words, cwd=repository, env=environment, check=True, capture_output=True)
        code(repository, count - SINCE, count)
        (folder / "whole").touch()
    repository = folder / "registry"
    tip, before = git(repository, "rev-parse", f"{REF}", f"{REF}~1").decode().split()
    return Case(
        folder=folder,
        count=count,
        series=f"{FAMILY}/{name}",
        tip=tip,
        before=before,
        oldest="",
        environment=surroundings(folder),
    )


def code(repository: Path, first: int, last: int) -> None:
    """Make the commits of the code from one number up to, not with, another."""
    head = git(repository, "symbolic-ref", "HEAD").decode().strip()
    commits = [
        f"commit {head}\ncommitter bench <bench@localhost> {1_600_000_000 + number // 10} +0000\n"
        "data 0\n" + (f"from {head}^0\n" if number == first > 0 else "")
        for number in range(first, last)
    ]
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=repository,
        env=ENVIRONMENT,
        input="".join(commits).encode(),
        check=True,
        capture_output=True,
    )


def surroundings(folder: Path) -> dict[str, str]:
    return {
        **ENVIRONMENT,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


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
    "record_key": Task(
        words=(*RECORD, "-m", "{measurement}", "--idempotency-key", "of-none"), before=back
    ),
    "verify_one": Task(words=("verify",), before=verified),
    "hook": Task(words=("hooks/pre-receive",), before=at_parent, server=True),
    "verify_full": Task(words=("verify", "--full")),
}
TASKS_OF_CODE = {
    "diff": TASKS["diff"],
    "show_commit": Task(words=("show", "{series}@commit:HEAD")),
}


def timed(task: Task, cases: Sequence[Case], rounds: int, *, warm: bool) -> list[Spent]:
    """Return the least time and the largest memory of a task at each size.

    With ``warm`` a first round fills the caches and does not count.
    """
    found: list[list[Spent]] = [[] for _ in cases]
    for number in range(0 if warm else 1, rounds + 1):
        for one, spent in zip(cases, found, strict=True):
            if task.before:
                task.before(one)
            took = run(task, one)
            if number:
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
    done = subprocess.run(
        [*SPENT, *words],
        cwd=one.server if task.server else one.repository,
        env=one.environment,
        input=f"{one.before} {one.tip} {REF}\n".encode() if task.server else b"",
        check=False,
        capture_output=True,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr.decode()}")
    return Spent(**json.loads(done.stdout))


def told(cases: Sequence[Case], spent: Sequence[Spent]) -> dict[str, float]:
    """Return the numbers of one verb."""
    work = {one.count: s.processor * 1000 for one, s in zip(cases, spent, strict=True)}
    first, *_, last = work
    clock = {f"{one.count}_ms": s.seconds * 1000 for one, s in zip(cases, spent, strict=True)}
    return {
        **clock,
        **{f"{count}_cpu_ms": ms for count, ms in work.items()},
        "peak_mib": spent[-1].peak / 2**20,
        "ratio": work[last] / work[first],
        "exponent": exponent(work),
        "per_entry_us": (work[last] - work[first]) * 1000 / (last - first),
    }


def exponent(times: Mapping[int, float]) -> float:
    """Return the slope of the least-squares line through log(time) over log(entries)."""
    x, y = map(math.log, times), map(math.log, times.values())
    return statistics.linear_regression(list(x), list(y)).slope


if __name__ == "__main__":
    main()
