"""The server's hook on a registry of 10,000 entries, and what a commit costs as one grows.

    python bench/hook.py [--rounds 15] [--profile]

- ``hook_one``: the pre-receive hook as git starts it, one new entry, against starting Python with
  pygit2 and nothing else, in turns;
- ``push_1000``: 1,000 new entries, judged in process, and pushed for real over a local path;
- ``commit_at``: what ``verify`` takes for a commit, 500 and 5,000 in one measurement, and for the
  last 200 before a measurement is full, the dearest there are.

The registry is made once (half a minute) and kept in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, REF, git, record, registry

from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import RefUpdate
from gitbaseline.registry.receive import Guard, judge
from gitbaseline.registry.verify import verify
from gitbaseline.signing.sshsig import verify as check
from gitbaseline.store import Store

ONE_SERIES = 5_000
OTHERS = ("gemm", "attention", "all_reduce", "startup", "memory")
TOTAL = 10_000
FULL = 4_096
KEPT = Path(tempfile.gettempdir()) / f"git-baseline-bench-{os.getuid()}-2"
BARE_START = ("-I", "-c", "import pygit2")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--profile", action="store_true", help="say where judging 1,000 goes")
    options = parser.parse_args()
    source = big_registry()
    commits = git(source, "rev-list", "--reverse", REF).decode().split()
    with tempfile.TemporaryDirectory(prefix="bench-hook-") as top:
        server = Path(top, "server.git")
        protected(source, server)
        if options.profile:
            profile(server, commits)
            return
        start, hook = hook_one(server, commits, options.rounds)
        judged, pushed, bare = push_1000(source, server, commits)
    at_500, at_5000, nearly_full = growth(source, commits)
    table.show(
        "hook",
        [
            ("entries", len(commits) - 1),
            ("python_pygit2_ms", start),
            ("hook_one_ms", hook),
            ("hook_one_to_start_ratio", hook / start),
            ("judge_1000_ms", judged),
            ("push_1000_ms", pushed),
            ("push_1000_without_hook_ms", bare),
            ("commit_at_500_ms", at_500),
            ("commit_at_5000_ms", at_5000),
            ("commit_5000_to_500_ratio", at_5000 / at_500),
            ("commit_nearly_full_ms", nearly_full),
        ],
    )


def big_registry() -> Path:
    """Return the registry of TOTAL entries, made if it is not there yet."""
    if not (KEPT / "whole").exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(mode=0o700)
        fresh = registry(KEPT)
        begin = int(time.time())
        for number in range(TOTAL):
            name = "step_time" if number < ONE_SERIES else OTHERS[number % len(OTHERS)]
            record(fresh, number, measurement=name, now=begin + number // 40)
        git(fresh.folder, "repack", "-adq")
        (KEPT / "whole").touch()
    return KEPT / "registry"


def protected(source: Path, server: Path) -> None:
    """Make a server with the registry up to its last entry but 1,000, hooks installed."""
    git(source.parent, "clone", "--quiet", "--bare", str(source), str(server))
    git(server, "repack", "-adq")
    git(server, "update-ref", REF, f"{REF}~1000")
    environment = {**ENVIRONMENT, "HOME": str(server)}
    words = [PROGRAM, "hooks", "install", "--server", str(server)]
    subprocess.run(words, env=environment, check=True, capture_output=True)


def hook_one(server: Path, commits: list[str], rounds: int) -> tuple[float, float]:
    """Return the median milliseconds of a bare start and of the hook, run in turns."""
    old, new = commits[-2:]
    before = git(server, "rev-parse", REF).decode().strip()
    git(server, "update-ref", REF, old)
    lines = f"{old} {new} {REF}\n".encode()
    starts, hooks = [], []
    for _ in range(rounds):
        starts.append(took([sys.executable, *BARE_START], server, b""))
        hooks.append(took(["hooks/pre-receive"], server, lines))
    git(server, "update-ref", REF, before)
    return statistics.median(starts), statistics.median(hooks)


def push_1000(source: Path, server: Path, commits: list[str]) -> tuple[float, float, float]:
    """Return the milliseconds of judging in process, of a push, and of one without a hook."""
    judged = min(judge_1000(server, commits) for _ in range(3))
    empty = server.with_name("receiving.git")
    times = []
    for hooks in ("hooks", "none"):
        shutil.rmtree(empty, ignore_errors=True)
        refspec = f"{commits[-1001]}:{REF}"
        git(source.parent, "init", "--quiet", "--bare", str(empty))
        git(source, "push", "--quiet", str(empty), refspec)
        for line in ("root", "branch"):
            value = git(server, "config", f"baseline.{line}").decode().strip()
            git(empty, "config", f"baseline.{line}", value)
        git(empty, "config", "receive.fsckObjects", "true")
        git(empty, "config", "core.hooksPath", str(server / hooks))
        times.append(took(["git", "push", "--quiet", str(empty), REF], source, b""))
    return judged, times[0], times[1]


def judge_1000(server: Path, commits: list[str]) -> float:
    old, new = commits[-1001], commits[-1]
    guard = Guard(ref=REF, pins=("0" * 64,), now=int(time.time()), mark=None)
    update = RefUpdate(old=old, new=new, ref=REF)
    begin = time.process_time()
    found = judge(Store(server), check, guard, [update])
    spent = (time.process_time() - begin) * 1000
    if found:
        raise SystemExit(f"refused: {found[0]}")
    return spent


def growth(source: Path, commits: list[str]) -> tuple[float, float, float]:
    """Return the milliseconds a commit at 500 entries, at 5,000, and before a series is full.

    Of processor time, like all that is judged in process: a busy machine does not blur the ratio.
    """

    def spent(until: int, since: int = 0) -> float:
        store = Store(source / ".git")
        chain = Chain(store, check)
        state = chain.load(commits[since]) if since else None
        begin = time.process_time()
        if since:
            for oid in commits[since + 1 : until + 1]:
                state = chain.check(oid, state).state
        elif not verify(store, chain, commits[until]).good:
            raise SystemExit("the registry does not verify")
        return (time.process_time() - begin) * 1000

    small = min(spent(500) for _ in range(3)) / 501
    full = min(spent(FULL - 1, FULL - 201) for _ in range(3)) / 200
    return small, min(spent(5_000) for _ in range(2)) / 5_001, full


def profile(server: Path, commits: list[str]) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(judge_1000, server, commits)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def took(words: list[str], folder: Path, give: bytes) -> float:
    begin = time.perf_counter()
    subprocess.run(words, cwd=folder, env=ENVIRONMENT, input=give, check=True, capture_output=True)
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
