"""Signed records, one after another in one process, on a fresh registry.

    python bench/record.py [--count 1000] [--profile]

``floor`` is what libgit2 alone takes to store as many objects of that size and to move a ref, in
the same folder, turn by turn: nine files created, linked and unlinked for each record. Set TMPDIR
to a memory file system to see the program apart from the disk.
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

import table
from fresh import REF, record, registry

from gitbaseline.model.objects import ObjectKind

OBJECTS = 9  # baseline.json, SOURCE.md, snapshot, index; four trees; the commit


def timed(action, *arguments):
    """Return the milliseconds that a call takes."""
    begin = time.perf_counter()
    action(*arguments)
    return (time.perf_counter() - begin) * 1000


def floor(fresh, number):
    store = fresh.branch.store
    for _ in range(OBJECTS):
        store.write(ObjectKind.BLOB, secrets.token_hex(600).encode())
    tip = store.tip(REF)
    store.advance(REF, expected=tip, new=tip, note=f"floor {number}")


def profiled(fresh, count):
    profile = cProfile.Profile()
    profile.enable()
    for number in range(count):
        record(fresh, number)
    profile.disable()
    stats = pstats.Stats(profile)
    stats.sort_stats("cumulative").print_stats("gitbaseline|_pygit2|cryptography", 45)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-record-") as top:
        fresh = registry(Path(top))
        record(fresh, 0)  # imports what is imported late
        if options.profile:
            profiled(fresh, options.count)
            return
        took, alone = [], []
        for number in range(options.count):
            took.append(timed(record, fresh, number))
            alone.append(timed(floor, fresh, number))
    table.show(
        "record",
        [
            ("records_per_s", options.count * 1000 / sum(took)),
            ("median_ms", statistics.median(took)),
            ("p99_ms", sorted(took)[int(len(took) * 0.99)]),
            ("floor_per_s", options.count * 1000 / sum(alone)),
            ("share_of_floor_ratio", sum(alone) / sum(took)),
        ],
    )


if __name__ == "__main__":
    main()
