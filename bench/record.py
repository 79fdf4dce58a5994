"""Signed records, one after another in one process, on a fresh registry.

    python bench/record.py [--count 1000] [--profile]

From the number to the moved ref, secret scan and the server's own rules included; nobody waits for
the disk. In turns with it, batch by batch: the shell script and ``git notes append``, one process
a number, which is the only way they have; and ``floor``, what it takes to store as many small
objects and to move a ref. Our registry grows to all of the count, that of the script to a twentieth
of it, which is in its favour. Set TMPDIR to a memory file system to see the program apart from the
disk.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import secrets
import statistics
import tempfile
import time
from pathlib import Path

import turns
from fresh import REF, record, registry
from headlines import RECORDS_TO_SCRIPTS
from rivals import notes, shell
from turns import Contest, Side, compete

from gitbaseline.model.objects import ObjectKind

OBJECTS = 9  # baseline.json, SOURCE.md, snapshot, index; four trees; the commit
BATCH = 20


def floor(fresh):
    store = fresh.branch.store
    for _ in range(OBJECTS):
        store.write(ObjectKind.BLOB, secrets.token_hex(600).encode())
    tip = store.tip(REF)
    store.advance(REF, expected=tip, new=tip, note="floor")


def profiled(count):
    with tempfile.TemporaryDirectory(prefix="bench-record-") as top:
        fresh = registry(Path(top))
        record(fresh, 0)  # imports what is imported late
        profile = cProfile.Profile()
        profile.enable()
        for number in range(count):
            record(fresh, number)
        profile.disable()
    stats = pstats.Stats(profile)
    stats.sort_stats("cumulative").print_stats("gitbaseline|_pygit2|cryptography", 45)


def contests(count: int) -> tuple[list[Contest], list[float]]:
    """Return the contest and the milliseconds of every single record."""
    took: list[float] = []
    batch = min(BATCH, count)
    with tempfile.TemporaryDirectory(prefix="bench-record-") as name:
        top = Path(name)
        (top / "in_process").mkdir()
        fresh = registry(top / "in_process")

        def one() -> None:
            begin = time.perf_counter()
            record(fresh, len(took))
            took.append((time.perf_counter() - begin) * 1000)

        def bare() -> None:
            floor(fresh)

        def many(action) -> None:
            for _ in range(batch):
                action()

        found = compete(
            "in_process",
            Side(key="record", run=lambda: many(one), per=batch, title="record, in process"),
            shell(top / "script", wanted=RECORDS_TO_SCRIPTS),
            notes(top / "script"),
            Side(key="floor", run=lambda: many(bare), per=batch, title="nine objects and a ref"),
            rounds=count // batch,
        )
    return [found], took[batch:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead")
    options = parser.parse_args()
    if options.profile:
        profiled(options.count)
        return
    found, took = contests(options.count)
    more = [
        ("record_ops_per_s", 1000 * len(took) / sum(took)),
        ("record_median_ms", statistics.median(took)),
        ("record_p99_ms", sorted(took)[int(len(took) * 0.99)]),
    ]
    turns.show("record", found, more)


if __name__ == "__main__":
    main()
