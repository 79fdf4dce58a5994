"""The server's hook on a large registry, and what a commit costs as one grows.

    python bench/hook.py [--count 10000] [--rounds 15] [--pushed 1000] [--large] [--profile]

- ``hook``: pre-receive as git starts it, for one new entry, against starting Python with pygit2
  and nothing else;
- ``push``: 1,000 new entries pushed for real over a local path, against the same push to a
  repository without a hook; ``judge_1000`` is judging them alone, in process;
- ``commit_at``: what ``verify`` takes for a commit, 500 and 5,000 in one measurement, and for the
  last 200 before a measurement is full, the dearest there are.

The last two are of processor time, which a busy machine does not blur. ``--large`` has the first
two on 100,000 entries too. The registries, all in one measurement, are those that growth.py keeps.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import growth
import turns
from fresh import REF, git
from growth import Case
from headlines import HOOK_TO_START
from turns import Contest, Side, compete

from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import RefUpdate
from gitbaseline.registry.receive import Guard, judge
from gitbaseline.registry.verify import verify
from gitbaseline.signing.sshsig import verify as check
from gitbaseline.store import Store

LARGE = 100_000
FULL = 4_096  # entries of a measurement
BARE_START = (sys.executable, "-I", "-c", "import pygit2")
PUSHES = 3
SMALL = 5_000  # entries; more are there to say what a commit costs as a registry grows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--pushed", type=int, default=1_000)
    parser.add_argument("--large", action="store_true", help="100,000 entries too")
    parser.add_argument("--profile", action="store_true", help="say where judging 1,000 goes")
    options = parser.parse_args()
    kept = growth.case(growth.KEPT, options.count, 1)
    commits = listed(kept)
    if options.profile:
        profile(kept, commits[-options.pushed - 1 :])
        return
    newest = commits[-options.pushed - 1 :]
    contests = [one(kept, options.rounds), many(kept, newest, PUSHES)]
    more = [(f"judge_{options.pushed}_cpu_ms", least(judging(kept, newest), rounds=3))]
    if options.count > SMALL:
        more += commit_at(kept, commits)
    if options.large:
        large = growth.case(growth.KEPT, LARGE, 1)
        newest = listed(large)[-options.pushed - 1 :]
        contests += [one(large, options.rounds), many(large, newest, 1)]
    turns.show("hook", contests, more)


def listed(kept: Case) -> list[str]:
    """Return the commits, the genesis first: that of an entry is at its number."""
    return git(kept.repository, "rev-list", "--reverse", kept.tip).decode().split()


def one(kept: Case, rounds: int) -> Contest:
    """Return the hook for the newest entry beside the start of Python."""
    growth.at_parent(kept)
    lines = f"{kept.before} {kept.tip} {REF}\n".encode()
    return compete(
        f"entries_{kept.count}",
        Side(
            key="hook",
            run=running(kept, kept.server, "hooks/pre-receive", give=lines),
            title=f"hook for one entry, {kept.count:,} there",
        ),
        Side(
            key="start",
            run=running(kept, kept.server, *BARE_START),
            title="Python with pygit2",
            wanted=HOOK_TO_START,
        ),
        rounds=rounds,
    )


def running(kept: Case, folder: Path, *words: str, give: bytes = b"") -> Callable[[], object]:
    def run() -> None:
        done = subprocess.run(
            words, cwd=folder, env=kept.environment, input=give, capture_output=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr.decode()}")

    return run


def many(kept: Case, newest: list[str], rounds: int) -> Contest:
    """Return the push of all after the first of these commits, with the hook and without."""
    growth.at_parent(kept)
    with tempfile.TemporaryDirectory(prefix="bench-hook-") as top:
        before = receiving(kept, Path(top, "before.git"), newest[0])

        def pushing(hooks: str) -> Callable[[], object]:
            places = [
                shutil.copytree(before, Path(top, f"{hooks}-{number}.git"))
                for number in range(rounds)
            ]
            for place in places:
                git(place, "config", "core.hooksPath", str(kept.server / hooks))

            def push() -> None:
                words = ("git", "push", "--quiet", str(places.pop()), REF)
                running(kept, kept.repository, *words)()

            return push

        return compete(
            f"entries_{kept.count}",
            Side(
                key="push",
                run=pushing("hooks"),
                title=f"push of {len(newest) - 1:,} entries, {kept.count:,} then",
            ),
            Side(key="bare", run=pushing("none"), title="the same without a hook"),
            rounds=rounds,
            warm=False,
        )


def receiving(kept: Case, place: Path, tip: str) -> Path:
    """Make a repository that has the registry up to a commit, and is told what the server was."""
    git(place.parent, "init", "--quiet", "--bare", str(place))
    git(kept.repository, "push", "--quiet", str(place), f"{tip}:{REF}")
    for line in ("root", "branch"):
        value = git(kept.server, "config", f"baseline.{line}").decode().strip()
        git(place, "config", f"baseline.{line}", value)
    git(place, "config", "receive.fsckObjects", "true")
    return place


def judging(kept: Case, newest: list[str]) -> Callable[[], None]:
    """Return what judges all after the first of these commits, where the branch is still there."""
    growth.at_parent(kept)
    git(kept.server, "update-ref", REF, newest[0])
    guard = Guard(ref=REF, pins=("0" * 64,), now=int(time.time()), mark=None)
    update = RefUpdate(old=newest[0], new=newest[-1], ref=REF)

    def run() -> None:
        found = judge(Store(kept.server), check, guard, [update])
        if found:
            raise SystemExit(f"refused: {found[0]}")

    return run


def least(run: Callable[[], object], rounds: int) -> float:
    """Return the milliseconds of the processors' time, the processes started for it included."""
    return min(turns.timed(run, 1).processor for _ in range(rounds)) * 1000


def commit_at(kept: Case, commits: list[str]) -> list[tuple[str, float]]:
    """Return the milliseconds a commit at 500 entries, at 5,000, and before a series is full."""

    def chain() -> Chain:  # another each time: one remembers what it read
        return Chain(Store(kept.repository / ".git"), check)

    def whole(until: int) -> None:
        if not verify(chain(), commits[until]).good:
            raise SystemExit("the registry does not verify")

    def last_200() -> None:
        judging, state = nearly.pop()
        for oid in commits[FULL - 200 : FULL]:
            state = judging.check(oid, state).state

    nearly = [(each, each.load(commits[FULL - 201])) for each in (chain(), chain(), chain())]
    at_500 = least(lambda: whole(500), rounds=3) / 501
    at_5000 = least(lambda: whole(SMALL), rounds=2) / (SMALL + 1)
    return [
        ("commit_at_500_cpu_ms", at_500),
        ("commit_at_5000_cpu_ms", at_5000),
        ("commit_5000_to_500_cpu_ratio", at_5000 / at_500),
        ("commit_nearly_full_cpu_ms", least(last_200, rounds=3) / 200),
    ]


def profile(kept: Case, newest: list[str]) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(judging(kept, newest))
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
