"""Many clones push to one repository with the hook, at once; and pushes that are killed.

    python bench/push.py [--clones 16 64] [--pushes 64] [--kills 10]

All of it once for each number of clones, which share the pushes evenly:

- ``batch``: every clone holds its entries unpushed; all push at the same moment, one push a clone;
- ``each``: every clone records and pushes one entry after another (``record --push``);
- ``notes``: the peer, every clone appends a line to a note and pushes, fetching and merging
  (``cat_sort_uniq``) where it lost: unsigned, unchecked, without a hook;
- ``inbox``: every clone leaves one entry in the inbox at once, then one collects them;
- ``killed``: one clone records and pushes while SIGKILL ends each push at a random moment, and
  another clone pushes in between.

After each nothing of ours may be lost, nothing be there twice: the server's values are counted and
the whole history is verified. ``wait`` is from the start of a push to its end, other rounds of
a push that lost a race included. A ratio is our median wait over that of the notes. A storm
cannot run in turns; its parts follow each other.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, git

NUMBER = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--accept-regression", "bench")
NOTES = "refs/notes/bench"
OURS = ("batch", "each", "inbox")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What came of one part: the wait of each push, from its start to its end, in seconds."""

    key: str
    title: str
    seconds: float
    waits: list[float]
    rounds: list[int] = field(default_factory=list)
    lost: int = 0
    more: dict[str, float] = field(default_factory=dict)


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


@contextlib.contextmanager
def waited(waits: list[float]) -> Iterator[None]:
    """Add the seconds of what is done meanwhile."""
    begun = time.perf_counter()
    yield
    waits.append(time.perf_counter() - begun)


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


def batch(made: World, count: int, entries: int) -> Storm:
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
        with waited(waits):
            told = made.run(clone, "push", "--json")
        rounds.append(json.loads(told.stdout)["rounds"])

    took = at_once([lambda clone=clone: push(clone) for clone in clones])
    made.verify(wanted)
    title = f"push, {entries} entries each" if entries > 1 else "push, one entry each"
    return Storm(key="batch", title=title, seconds=took, waits=waits, rounds=rounds)


def each(made: World, count: int, entries: int) -> Storm:
    clones = made.clones("each", count)
    wanted = made.values()
    waits: list[float] = []

    def work(number: int, clone: Path) -> None:
        for entry in range(entries):
            value = str(5000 + number * entries + entry)
            with waited(waits):
                made.run(clone, *NUMBER, "--value", value, "--push", "--json")

    took = at_once([lambda n=n, clone=clone: work(n, clone) for n, clone in enumerate(clones)])
    made.verify([*wanted, *(5000 + number for number in range(count * entries))])
    return Storm(key="each", title="record --push", seconds=took, waits=waits)


def notes(made: World, count: int, entries: int) -> Storm:
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
            line = f"value {number * entries + entry}"
            with waited(waits):
                ask(clone, "notes", "--ref", NOTES, "append", "-m", line, "HEAD")
                while not ask(clone, "push", "--quiet", str(bare), NOTES):
                    time.sleep(random.uniform(0, 0.1))
                    ask(clone, "fetch", "--quiet", str(bare), f"+{NOTES}:refs/notes/theirs")
                    merge = ("notes", "--ref", NOTES, "merge", "-s", "cat_sort_uniq")
                    ask(clone, *merge, "refs/notes/theirs")

    took = at_once([lambda n=n, clone=clone: work(n, clone) for n, clone in enumerate(clones)])
    last = clones[0]
    ask(last, "fetch", "--quiet", str(bare), f"+{NOTES}:{NOTES}")
    held = git(last, "notes", "--ref", NOTES, "show", "HEAD").decode().split("\n")
    there = {line for line in held if line}
    return Storm(
        key="notes",
        title="to git notes append, push, merge",
        seconds=took,
        waits=waits,
        lost=count * entries - len(there),
    )


def inbox(made: World, count: int) -> Storm:
    clones = made.clones("inbox", count)
    wanted = made.values()
    for number, clone in enumerate(clones):
        made.run(clone, *NUMBER, "--value", str(30_000 + number))
        wanted.append(30_000 + number)
    waits: list[float] = []
    rounds: list[int] = []

    def leave(clone: Path) -> None:
        with waited(waits):
            told = made.run(clone, "push", "--inbox", "--json")
        rounds.append(json.loads(told.stdout)["rounds"])

    took = at_once([lambda clone=clone: leave(clone) for clone in clones])
    begun = time.perf_counter()
    told = json.loads(made.run(made.seed, "collect", "--json").stdout)
    collected = time.perf_counter() - begun
    if len(told["collected"]) != count:
        raise SystemExit(f"{len(told['collected'])} collected, expected {count}")
    made.verify(wanted)
    return Storm(
        key="inbox",
        title=f"push --inbox; then collect: {collected:.1f} s",
        seconds=took,
        waits=waits,
        rounds=rounds,
        more={"collect_s": collected},
    )


def killed(made: World, kills: int) -> int:
    """Kill pushes at random moments, another clone making them lose races; return how many."""
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
    return kills - done


def storm(count: int, entries: int, only: str | None) -> list[Storm]:
    """Return what so many clones find, all in one world."""
    parts: dict[str, Callable[[World], Storm]] = {
        "batch": lambda made: batch(made, count, entries),
        "each": lambda made: each(made, count, entries),
        "notes": lambda made: notes(made, count, entries),
        "inbox": lambda made: inbox(made, count),
    }
    with tempfile.TemporaryDirectory(prefix="bench-push-") as top:
        made = world(Path(top))
        return [part(made) for name, part in parts.items() if only in (None, name)]


def lines(count: int, storms: Sequence[Storm]) -> list[str]:
    """Return the table of so many clones."""
    head = ("pushes", "pushes/s", "median wait s", "worst wait s", "rounds", "lost")
    rows = [[f"push: {count} clones at once", *head]]
    for one in storms:
        waits = (statistics.median(one.waits), max(one.waits))
        rounds = table.short(statistics.fmean(one.rounds)) if one.rounds else ""
        speed = len(one.waits) / one.seconds
        numbers = [table.short(number) for number in (len(one.waits), speed, *waits)]
        rows.append([f"  {one.title}", *numbers, rounds, str(one.lost)])
    return table.aligned(rows)


def numbers(storms: Sequence[Storm]) -> dict[str, object]:
    """Return every wait, by part, and the ratio of our median wait to that of the notes."""
    found: dict[str, object] = {}
    for one in storms:
        of_part: dict[str, object] = {
            "wait_s": [round(wait, 4) for wait in one.waits],
            "ops_per_s": len(one.waits) / one.seconds,
        }
        if one.rounds:
            of_part["rounds_to_pushes_ratio"] = statistics.fmean(one.rounds)
        found[one.key] = of_part | one.more
    middle = {one.key: statistics.median(one.waits) for one in storms}
    if "notes" in middle:
        found |= {
            f"{key}_to_notes_wait_ratio": middle[key] / middle["notes"]
            for key in OURS
            if key in middle
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clones", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--pushes", type=int, default=64)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--only", choices=["batch", "each", "notes", "inbox", "killed"])
    options = parser.parse_args()
    found: dict[str, object] = {}
    for count in options.clones if options.only != "killed" else ():
        storms = storm(count, max(1, options.pushes // count), options.only)
        print(*lines(count, storms), sep="\n", flush=True)
        found[f"clones_{count}"] = numbers(storms)
    if options.only in (None, "killed"):
        with tempfile.TemporaryDirectory(prefix="bench-push-") as top:
            ended = killed(world(Path(top)), options.kills)
        print(f"push: {ended} of {options.kills} ended by SIGKILL; nothing lost, nothing twice")
    if found:
        table.write("push", found)


if __name__ == "__main__":
    main()
