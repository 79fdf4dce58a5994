"""What a registry takes on disk while it is recorded, packed and cloned.

    python bench/disk.py [--counts 1000 10000] [--shape spread]

Entries are recorded one after another by what the verbs record with, its maintenance included, and
nobody calls ``git gc``. Measured each ``--every`` entries is all of ``objects`` as the file system
counts it (blocks): ``peak`` is the most, ``after`` the last once git is done, ``packed`` one pack,
made anew, of all that. Clones go by git's own transport: of everything, and of the tip alone
(``depth_1``). ``spread`` has the entries in 100 measurements, ``one`` in one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import table
from fresh import ENVIRONMENT, Fresh, git, record, registry
from headlines import PACKED

from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace

SHAPES = {"spread": 100, "one": 1}
BEGIN = 1_700_000_000
APART = 60  # seconds between two entries
BLOCK = 512  # bytes, of st_blocks
LARGE = 10_000  # entries from which on what is wanted is wanted
HEAD = [
    *("disk: entries", "in", "peak", "after", "packed", "to packed", "at most"),
    *("full clone", "tip's clone"),
]
QUIET = 1.0  # seconds without a process of git's maintenance, after which it is over


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--shape", choices=SHAPES, nargs="+", default=list(SHAPES))
    parser.add_argument("--every", type=int, default=100)
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    rows = [HEAD]
    for shape in options.shape:
        for count in options.counts:
            with tempfile.TemporaryDirectory(prefix="bench-disk-") as top:
                sizes = measured(Path(top), count, SHAPES[shape], options.every)
            found[f"{shape}_{count}"] = sizes
            rows.append(row(count, SHAPES[shape], sizes))
    print(*table.aligned(rows, words=(6,)), sep="\n")
    table.write("disk", found)


def row(count: int, series: int, sizes: Mapping[str, float]) -> list[str]:
    """Return the line of one registry; what is wanted is wanted of a large one."""
    ratio = sizes["after_to_packed_ratio"]
    return [
        f"{count:,}",
        str(series),
        *(table.size(sizes[f"{key}_bytes"]) for key in ("peak", "after", "packed")),
        table.short(ratio),
        f"{table.short(PACKED)}: {table.judged(ratio, PACKED)}" if count >= LARGE else "",
        *(
            f"{table.size(sizes[f'{key}_clone_bytes'])}, {sizes[f'{key}_clone_s']:.2f} s"
            for key in ("full", "depth_1")
        ),
    ]


def measured(top: Path, count: int, series: int, every: int) -> dict[str, float]:
    fresh = maintained(top)
    objects = fresh.folder / ".git" / "objects"
    peak = 0.0
    begin = time.perf_counter()
    for number in range(count):
        name = f"step_{number % series:03d}"
        record(fresh, number, measurement=name, now=BEGIN + APART * number)
        if number % every == every - 1:
            peak = max(peak, taken(objects))
    took = time.perf_counter() - begin
    settle(fresh.folder / ".git")
    after = taken(objects)
    git(fresh.folder, "gc", "--quiet")
    git(fresh.folder, "repack", "-a", "-d", "-f", "-q")  # as though nothing was packed before
    packed = taken(objects)
    git(fresh.folder, "fsck", "--full", "--strict", "--no-dangling")
    recorded = int(git(fresh.folder, "rev-list", "--count", "baselines")) - 1
    if recorded != count:
        raise SystemExit(f"{recorded} entries are there, expected {count}")
    peak = max(peak, after)
    return {
        "record_s": took,
        "peak_bytes": peak,
        "after_bytes": after,
        "packed_bytes": packed,
        "peak_to_packed_ratio": peak / packed,
        "after_to_packed_ratio": after / packed,
        **cloned(fresh.folder, top / "full", "full"),
        **cloned(fresh.folder, top / "tip", "depth_1", "--depth", "1"),
    }


def maintained(top: Path) -> Fresh:
    """Return a registry that is written as the verbs write it: to the disk, and maintained."""
    fresh = registry(top)
    workspace = Workspace(Where(folder=fresh.folder, environment={**ENVIRONMENT, "HOME": str(top)}))
    return Fresh(folder=fresh.folder, branch=workspace.branch, author=fresh.author)


def taken(folder: Path) -> int:
    files = (Path(top, name) for top, _, names in os.walk(folder) for name in names)
    return sum(map(blocks, files)) * BLOCK


def blocks(path: Path) -> int:
    try:
        return path.stat().st_blocks
    except FileNotFoundError:  # packed while it was being counted
        return 0


def settle(git_dir: Path) -> None:
    """Wait until git's maintenance holds none of its locks for a while."""
    locks = (git_dir / "gc.pid", git_dir / "objects" / "maintenance.lock")
    since = time.monotonic()
    while time.monotonic() - since < QUIET:
        if any(lock.exists() for lock in locks):
            since = time.monotonic()
        time.sleep(0.02)


def cloned(source: Path, target: Path, name: str, *options: str) -> dict[str, float]:
    words = ("clone", "--quiet", "--bare", "--branch", "baselines", *options)
    begin = time.perf_counter()
    git(target.parent, *words, source.as_uri(), str(target))
    took = time.perf_counter() - begin
    return {f"{name}_clone_s": took, f"{name}_clone_bytes": taken(target / "objects")}


if __name__ == "__main__":
    main()
