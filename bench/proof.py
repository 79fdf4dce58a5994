"""Proving the first of many entries, which needs every commit after it, and checking that proof.

    python bench/proof.py [--count 1000]

The entry proved is the oldest: the most that a proof in a registry of this size can take.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import table
from fresh import record, registry

from gitbaseline.registry.prove import examine, make
from gitbaseline.registry.reader import Reader
from gitbaseline.signing.sshsig import verify as check


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-proof-") as top:
        fresh = registry(Path(top))
        first = int(time.time()) - 60 * options.count
        for number in range(options.count):  # a minute apart, as runs are
            record(fresh, number, now=first + 60 * number)
        branch = fresh.branch
        reader = Reader(branch.store, branch.chain.trees, branch.state())
        family = reader.families()[0]
        (measurement, *_) = reader.measurements(family)
        path = reader.paths(family, measurement)[0]
        sizes, times = {}, {}
        for name, later in (("with_later", True), ("without_later", False)):
            begin = time.perf_counter()
            data, _ = make(branch.store, check, reader, path, later=later)
            made = time.perf_counter()
            found = examine(data, check, (), where=name)
            times[name] = (made - begin) * 1000, (time.perf_counter() - made) * 1000
            sizes[name] = len(data)
            if not found.good:
                raise SystemExit(f"not what was expected: {found.violations[:3]}")
    rows = []
    for name, (made, checked) in times.items():
        above = f"{options.count}_entries.{name}"
        rows += [(f"{above}.prove_ms", made), (f"{above}.check_ms", checked)]
        rows.append((f"{above}.proof_bytes", sizes[name]))
    table.show("proof", rows)


if __name__ == "__main__":
    main()
