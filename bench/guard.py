"""What the program costs beside what every machine has: the ratios that CI holds to the registry.

    python bench/guard.py [--rounds 11] > ratios.json
    git baseline diff ratios ratios.json --direction lower --confirm -- make --silent guard

Ratios only, of the processors' time, one for each pair, in JSON on standard output; the tables go
to standard error. Times are of a machine and are not kept. Files lie in memory where there is a
place for that: what a disk does to a ratio is not ours. The peers here come with git and Python;
those of ``make bench`` need an installation of their own, and move by themselves. How far a ratio
may move stands in ``.baseline.yaml``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import replace

import diff
import oneshot
import record
import startup
import turns
import verify
from turns import Contest

PEERS = ("click", "imports", "shell", "log", "json")
MEMORY = "/dev/shm"
COMMITS, METRICS = 100, 1_000


def contests(rounds: int) -> dict[str, list[Contest]]:
    """Return what is guarded, by the script that measures it."""
    return {
        "startup": startup.contests(rounds, verbs=False),
        "oneshot": oneshot.contests(rounds, others=()),
        "record": record.contests(rounds * record.BATCH)[0],
        "verify": verify.contests(COMMITS, rounds),
        "diff": diff.contests(METRICS, rounds),
    }


def kept(found: dict[str, list[Contest]]) -> dict[str, dict[str, list[float]]]:
    """Return the ratios: ``<contest>.<ours>_to_<peer>_cpu_ratio``."""
    made: dict[str, dict[str, list[float]]] = {}
    for each in (one for group in found.values() for one in group):
        peers = tuple(peer for peer in each.peers if peer.key in PEERS)
        made.setdefault(each.key, {}).update(
            turns.ratios(replace(each, peers=peers), "cpu_ratio", each.processor)
        )
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=11)
    if os.access(MEMORY, os.W_OK):
        tempfile.tempdir = MEMORY
    found = contests(parser.parse_args().rounds)
    for name, group in found.items():
        print(*turns.lines(name, group), sep="\n", file=sys.stderr)
    print(json.dumps(kept(found), indent=2))


if __name__ == "__main__":
    main()
