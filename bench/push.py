"""Many clones push to one repository with the hook, at once; and pushes that are killed.

    python bench/push.py [--clones 16 64] [--pushes 64] [--kills 30]

All of it once for each number of clones, which share the pushes evenly:

- ``batch``: every clone holds its entries unpushed; all push at the same moment, one push a clone;
- ``each``: every clone records and pushes one entry after another (``record --push``);
- ``notes``: the peer, every clone appends a line to a note and pushes, fetching and merging
  (``cat_sort_uniq``) where it lost: unsigned, unchecked, without a hook;
- ``inbox``: every clone leaves one entry in the inbox at once, then one collects them;
- ``killed``: one clone records and pushes while SIGKILL ends each push at a random moment, and
  another clone pushes in between.

After each nothing may be lost, nothing be there twice: the server's values are counted and
the whole history is verified. ``wait`` is from the start of a push to its end. A ratio is our
median wait over that of the notes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, git

NUMBER = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--accept-regression", "bench")
NOTES = "refs/notes/bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A server with the hook, a clone with a key, and the environment of both."""

    top: Path
    server: Path
    seed: Path
    environment: dict[str, str]

    def run(self, folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [PROGRAM, *words], cwd=folder, env=self.environment, capture_output=True, check=False
        )
        if check and done.returncode:
            raise SystemExit(f"{words} in {folder}: {done.stderr.decode()}")
        return done

    def clones(self, name: str, count: int) -> list[Path]:
        made = []
        for number in range(count):
            made.append(self.top / f"{name}-{number}")
            shutil.copytree(self.seed, made[-1])
        return made

    def values(self) -> list[float]:
        """Return what the server holds, each number once for each time it is there."""
        listed = self.run(self.server, "list", "--all", "--json")
        return sorted(entry["value"] for entry in json.loads(listed.stdout)["entries"])

    def verify(self, wanted: list[float]) -> None:
        self.run(self.server, "verify", "--full")
        held = self.values()
        if held != sorted(wanted):
            missing = sorted(set(wanted) - set(held))
            raise SystemExit(f"{len(held)} values, expected {len(wanted)}; missing {missing}")


def world(top: Path) -> World:
    environment = {
        **ENVIRONMENT,
        "HOME": str(top),
        "XDG_CONFIG_HOME": str(top / ".config"),
        "GIT_AUTHOR_NAME": "bench",
        "GIT_AUTHOR_EMAIL": "bench@localhost",
        "GIT_COMMITTER_NAME": "bench",
        "GIT_COMMITTER_EMAIL": "bench@localhost",
    }
    made = World(top=top, server=top / "server.git", seed=top / "seed", environment=environment)
    git(top, "init", "--quiet", "--bare", str(made.server))
    git(top, "init", "--quiet", str(made.seed))
    subprocess.run(
        ["git", "commit", "--quiet", "--allow-empty", "-m", "code"],
        cwd=made.seed,
        env=environment,
        check=True,
    )
    git(made.seed, "remote", "add", "origin", str(made.server))
    made.run(made.seed, "init", "--yes")
    made.run(made.seed, "push")
    made.run(made.top, "hooks", "install", "--server", str(made.server))
    git(made.seed, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    return made


def at_once(jobs: list[Callable[[], None]]) -> float:
    """Run every job in a thread of its own, from one moment on; return the seconds of all."""
    start = threading.Barrier(len(jobs) + 1)
    failed: list[BaseException] = []

    def begin(job: Callable[[], None]) -> None:
        start.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - told by whoever waits
            failed.append(error)

    threads = [threading.Thread(target=begin, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - begun


def batch(made: World, count: int, entries: int) -> list[tuple[str, float]]:
    clones = made.clones("batch", count)
    wanted = made.values()
    for number, clone in enumerate(clones):
        for entry in range(entries):
            value = 1000 + number * entries + entry
            made.run(clone, *NUMBER, "--value", str(value))
            wanted.append(value)
    rounds: list[int] = []
    waits: list[float] = []

    def push(clone: Path) -> None:
        begun = time.perf_counter()
        told = made.run(clone, "push", "--json")
        waits.append(time.perf_counter() - begun)
        rounds.append(json.loads(told.stdout)["rounds"])

    took = at_once([lambda clone=clone: push(clone) for clone in clones])
    made.verify(wanted)
    return [
        ("batch_pushes_per_s", count / took),
        ("batch_entries_per_s", count * entries / took),
        ("batch_worst_wait_s", max(waits)),
        ("batch_rounds_mean", statistics.fmean(rounds)),
    ]


def each(made: World, count: int, entries: int) -> list[tuple[str, float]]:
    clones = made.clones("each", count)
    wanted = made.values()
    waits: list[float] = []

    def work(number: int, clone: Path) -> None:
        for entry in range(entries):
            begun = time.perf_counter()
            value = str(5000 + number * entries + entry)
            made.run(clone, *NUMBER, "--value", value, "--push", "--json")
            waits.append(time.perf_counter() - begun)

    took = at_once([lambda n=n, clone=clone: work(n, clone) for n, clone in enumerate(clones)])
    made.verify([*wanted, *(5000 + number for number in range(count * entries))])
    return [
        ("each_pushes_per_s", count * entries / took),
        ("each_median_wait_s", statistics.median(waits)),
        ("each_worst_wait_s", max(waits)),
    ]


def notes(made: World, count: int, entries: int) -> list[tuple[str, float]]:
    bare = made.top / "notes.git"
    git(made.top, "init", "--quiet", "--bare", str(bare))
    clones = made.clones("notes", count)
    waits: list[float] = []

    def ask(clone: Path, *words: str) -> bool:
        done = subprocess.run(
            ["git", *words], cwd=clone, env=made.environment, capture_output=True, check=False
        )
        return done.returncode == 0

    def work(number: int, clone: Path) -> None:
        for entry in range(entries):
            begun = time.perf_counter()
            line = f"value {number * entries + entry}"
            ask(clone, "notes", "--ref", NOTES, "append", "-m", line, "HEAD")
            while not ask(clone, "push", "--quiet", str(bare), NOTES):
                time.sleep(random.uniform(0, 0.1))
                ask(clone, "fetch", "--quiet", str(bare), f"+{NOTES}:refs/notes/theirs")
                merge = ("notes", "--ref", NOTES, "merge", "-s", "cat_sort_uniq")
                ask(clone, *merge, "refs/notes/theirs")
            waits.append(time.perf_counter() - begun)

    took = at_once([lambda n=n, clone=clone: work(n, clone) for n, clone in enumerate(clones)])
    last = clones[0]
    ask(last, "fetch", "--quiet", str(bare), f"+{NOTES}:{NOTES}")
    held = git(last, "notes", "--ref", NOTES, "show", "HEAD").decode().split("\n")
    lines = {line for line in held if line}
    return [
        ("notes_pushes_per_s", count * entries / took),
        ("notes_median_wait_s", statistics.median(waits)),
        ("notes_worst_wait_s", max(waits)),
        ("notes_lost_count", count * entries - len(lines)),
    ]


def inbox(made: World, count: int) -> list[tuple[str, float]]:
    clones = made.clones("inbox", count)
    wanted = made.values()
    for number, clone in enumerate(clones):
        made.run(clone, *NUMBER, "--value", str(30_000 + number))
        wanted.append(30_000 + number)
    waits: list[float] = []
    rounds: list[int] = []

    def leave(clone: Path) -> None:
        begun = time.perf_counter()
        told = made.run(clone, "push", "--inbox", "--json")
        waits.append(time.perf_counter() - begun)
        rounds.append(json.loads(told.stdout)["rounds"])

    took = at_once([lambda clone=clone: leave(clone) for clone in clones])
    begun = time.perf_counter()
    told = json.loads(made.run(made.seed, "collect", "--json").stdout)
    collected = time.perf_counter() - begun
    made.verify(wanted)
    return [
        ("inbox_pushes_per_s", count / took),
        ("inbox_worst_wait_s", max(waits)),
        ("inbox_rounds_max", max(rounds)),
        ("inbox_collected_count", len(told["collected"])),
        ("inbox_collect_s", collected),
    ]


def killed(made: World, kills: int) -> list[tuple[str, float]]:
    """Kill a push at a random moment, again and again; another clone makes it lose races."""
    mine, other = made.clones("killed", 2)
    wanted = made.values()
    done = 0
    moments = random.Random(5)
    begun = time.perf_counter()
    made.run(mine, *NUMBER, "--value", "9999", "--push")
    longest = time.perf_counter() - begun  # a record and a push: some pushes shall come through
    wanted.append(9999)
    for number in range(kills):
        if number % 3 == 0:
            made.run(other, *NUMBER, "--value", str(20_000 + number), "--push")
            wanted.append(20_000 + number)
        made.run(mine, *NUMBER, "--value", str(10_000 + number))
        wanted.append(10_000 + number)
        process = subprocess.Popen(
            [PROGRAM, "push"],
            cwd=mine,
            env=made.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0, longest))
            done += 1
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for lock in (*mine.glob(".git/**/*.lock"), *made.server.glob("**/*.lock")):
            lock.unlink(missing_ok=True)  # the one thing that a kill may leave
    made.run(mine, "push")
    made.verify(wanted)
    return [("killed_count", kills - done), ("killed_lost_count", 0)]


def storm(count: int, entries: int, only: str | None) -> list[tuple[str, float]]:
    """Return what so many clones find, each in a world of its own."""
    parts: dict[str, Callable[[World], list[tuple[str, float]]]] = {
        "batch": lambda made: batch(made, count, entries),
        "each": lambda made: each(made, count, entries),
        "notes": lambda made: notes(made, count, entries),
        "inbox": lambda made: inbox(made, count),
    }
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-push-") as top:
        made = world(Path(top))
        for name, part in parts.items():
            if only in (None, name):
                found |= part(made)
    if only is None:
        ratio = found["each_median_wait_s"] / found["notes_median_wait_s"]
        found["each_to_notes_median_wait_ratio"] = ratio
    return [(f"clones_{count}.{key}", value) for key, value in found.items()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clones", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--pushes", type=int, default=64)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--only", choices=["batch", "each", "notes", "inbox", "killed"])
    options = parser.parse_args()
    rows: list[tuple[str, float]] = []
    if options.only != "killed":
        for count in options.clones:
            rows += storm(count, max(1, options.pushes // count), options.only)
    if options.only in (None, "killed"):
        with tempfile.TemporaryDirectory(prefix="bench-push-") as top:
            rows += killed(world(Path(top)), options.kills)
    table.show("push", rows)


if __name__ == "__main__":
    main()
