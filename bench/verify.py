"""Checking a whole registry, against stock git checking the signatures of the same commits.

    python bench/verify.py [--count 1000] [--rounds 3]

The peers do less: ``git log --format=%G?`` and ``git verify-commit`` start ssh-keygen for each
commit and look at the signature only, not at grammar, digests, order, indexes or derived files.
``process`` is ``git baseline verify --full``, as they are processes; ``in_process`` leaves out its
start. Both in the repository that recorded, where every object is a file, and ``cloned``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

import turns
from fresh import PROGRAM, REF, record, registry
from rivals import call
from turns import Contest, Side, race

from gitbaseline.cli.main import collect_rarely
from gitbaseline.model.root import allowed_signers
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.verify import verify
from gitbaseline.signing.sshsig import verify as check
from gitbaseline.store import Store

WANTED = 1 / 40


def contests(count: int, rounds: int) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as top:
        fresh = registry(Path(top))
        first = int(time.time()) - 60 * count
        for number in range(count):  # a minute apart, as runs are
            record(fresh, number, now=first + 60 * number)
        state = fresh.branch.state()
        signers = Path(top) / "allowed_signers"
        signers.write_bytes(allowed_signers(state.root))
        folder = fresh.folder
        git = ("git", "-c", f"gpg.ssh.allowedSignersFile={signers}")
        commits = call(folder, "git", "rev-list", REF).decode().split()

        clone = Path(top) / "clone"
        call(folder, "git", "clone", "--quiet", "--mirror", "--no-local", str(folder), str(clone))

        def in_process(store: Store) -> None:
            result = verify(store, Chain(store, check), state.commit)
            if not result.good:
                raise SystemExit(f"not what was expected: {result.violations[:3]}")

        def log() -> None:
            letters = call(folder, *git, "log", "--format=%G?", REF).split()
            if letters != [b"G"] * len(commits):
                raise SystemExit(f"not what was expected: {set(letters)}, {len(letters)}")

        ours = [
            side
            for ending, place, store in (
                ("", folder, fresh.branch.store),
                ("_cloned", clone, Store(clone)),
            )
            for side in (
                Side(
                    key=f"in_process{ending}",
                    run=partial(in_process, store),
                    title=f"verify, in process{ending.replace('_', ', ')}",
                ),
                Side(
                    key=f"process{ending}",
                    run=partial(call, place, PROGRAM, "verify", "--full"),
                    title=f"git baseline verify --full{ending.replace('_', ', ')}",
                ),
            )
        ]
        peers = (
            Side(key="log", run=log, title="git log --format=%G?", wanted=WANTED),
            Side(
                key="verify_commit",
                run=lambda: call(folder, *git, "verify-commit", *commits),
                title="git verify-commit",
            ),
        )
        took = race((*ours, *peers), rounds, warm=False)
    key = f"commits_{len(commits)}"
    return [Contest(key=key, ours=each, peers=peers, took=took) for each in ours]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    collect_rarely()  # as the program does
    turns.show("verify", contests(options.count, options.rounds))


if __name__ == "__main__":
    main()
