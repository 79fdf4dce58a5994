"""One record as a whole process, beside what else could keep the number.

    python bench/oneshot.py [--rounds 15]

The shell script writes the very same entry, byte for byte what ``git baseline verify`` calls good,
and judges nothing. The others sign nothing and keep a line, a metrics file, a tag.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import turns
from fresh import PROGRAM
from headlines import RECORD_TO_SCRIPT as WANTED
from rivals import call, dvc, gto, notes, registry, shell, value, writer
from turns import Contest, Side, compete

WORDS = ("record", "-f", "bench", "-m", "step_time", "--unit", "ms", "--yes", "--value")


def contests(
    rounds: int, others: Sequence[Callable[[Path], Side]] = (notes, dvc, gto)
) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-oneshot-") as name:
        top = Path(name)
        folder = registry(top / "ours")
        ours = writer(
            "record",
            lambda number: call(folder, PROGRAM, *WORDS, value(number)),
            title="git baseline record, signed and judged",
        )
        peers = (shell(top, wanted=WANTED), *(make(top) for make in others))
        found = compete("oneshot", ours, *peers, rounds=rounds)
        for place in ("ours", "shell"):
            call(top / place, PROGRAM, "verify", "--full")
    return [found]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    turns.show("oneshot", contests(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
