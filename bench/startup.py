"""What a person waits for before anything happens, against the bare import of two libraries.

    python bench/startup.py [--rounds 11]

Whole processes. ``-h`` of the program against ``import click``, without which there is none; ``-h``
of every verb, and real runs of those that do little, against ``import pygit2, click``. ``record``
starts, asks git, signs a number and moves the branch.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import turns
from fresh import PROGRAM
from headlines import HELP_TO_CLICK as HELP
from headlines import RECORD_TO_IMPORTS as RECORDING
from rivals import call, registry
from turns import Contest, Side, Took, race

from gitbaseline.cli.main import VERBS

RECORD = ("record", "-m", "step_time", "--value", "412.6", "--unit", "ms", "--yes")
RUNS = {
    "version": ("--version",),
    "explain": ("explain", "append-only/deleted"),
    "formats": ("formats", "list"),
    "list": ("list",),
    "show": ("show", "step_time"),
    "log": ("log", "step_time"),
    "diff": ("diff", "step_time", "412.6", "--unit", "ms"),
    "verify": ("verify",),
    "record": RECORD,
}


def contests(rounds: int, *, verbs: bool = True) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-startup-") as name:
        folder = registry(Path(name) / "code")
        call(folder, PROGRAM, *RECORD)

        def side(key: str, *words: str, **more) -> Side:
            return Side(key=key, run=lambda: call(folder, *words), **more)

        alone = (sys.executable, "-c", "import click")
        click = side("click", *alone, title="import click", wanted=HELP)
        bare = (sys.executable, "-c", "import pygit2, click")
        both = side("imports", *bare, title="import pygit2, click")
        kept = side("imports", *bare, title="import pygit2, click", wanted=RECORDING)
        program = side("help", PROGRAM, "-h", title="git baseline -h")
        runs = [
            side(f"run_{key.replace('-', '_')}", PROGRAM, *words, title=" ".join(words))
            for key, words in RUNS.items()
            if verbs or key == "record"
        ]
        helps = [
            side(f"help_{verb.replace('-', '_')}", PROGRAM, verb, "-h", title=f"{verb} -h")
            for verb in VERBS
            if verbs
        ]
        took = race((click, both, program, *runs, *helps), rounds)
    return [
        _contest(program, (click, both), took),
        *(_contest(run, (kept if run.key == "run_record" else both,), took) for run in runs),
        *(_contest(verb, (both,), took) for verb in helps),
    ]


def _contest(ours: Side, peers: tuple[Side, ...], took: dict[str, list[Took]]) -> Contest:
    own = {side.key: took[side.key] for side in (ours, *peers)}
    return Contest(key="startup", ours=ours, peers=peers, took=own)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=11)
    turns.show("startup", contests(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
