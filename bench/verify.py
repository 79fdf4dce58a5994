"""Checking a whole registry, against stock git checking the signatures of the same commits.

    python bench/verify.py [--count 1000] [--rounds 3] [--long 10000] [--large]

The peers do less: ``git log --format=%G?`` and ``git verify-commit`` start ssh-keygen for each
commit and look at the signature only, not at grammar, digests, order, indexes or derived files.
``process`` is ``git baseline verify --full``, as they are processes; ``in_process`` leaves out its
start. Both in the repository that recorded, where every object is a file, and ``cloned``.

Then a clone of a longer history, without the peers, which take a minute and a half for 10,000
commits: ``commit_ratio`` is what a commit of it takes of the processors to one of the short
history; 1 is linear. ``--large`` has the peers there too, and 100,000 entries.

The longer ones are those that growth.py keeps.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

import growth
import turns
from fresh import PROGRAM, REF, record, registry
from headlines import VERIFY_TO_LOG
from rivals import call
from turns import Contest, Side, race

from gitbaseline.cli.main import collect_rarely
from gitbaseline.model.root import allowed_signers
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.branch import Branch
from gitbaseline.registry.verify import verify
from gitbaseline.signing.sshsig import verify as check
from gitbaseline.store import Store

LARGE = 100_000


def contests(count: int, rounds: int) -> list[Contest]:
    """Return those of a history recorded now, where it was and cloned."""
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as top:
        fresh = registry(Path(top))
        first = int(time.time()) - 60 * count
        for number in range(count):  # a minute apart, as runs are
            record(fresh, number, now=first + 60 * number)
        clone = cloned(fresh.folder, Path(top))
        ours = [*sides(fresh.folder, ""), *sides(clone, "cloned")]
        peers = gits(fresh.folder)
        took = race((*ours, *peers), rounds, warm=False)
    return [Contest(key=f"commits_{count + 1}", ours=each, peers=peers, took=took) for each in ours]


def longer(count: int, rounds: int, *, peers: bool) -> list[Contest]:
    """Return those of a clone of one of the registries that are kept."""
    kept = growth.case(growth.KEPT, count, 1)
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as top:
        clone = cloned(kept.repository, Path(top))
        ours = sides(clone, "cloned")
        others = gits(clone) if peers else ()
        took = race((*ours, *others), rounds, warm=False)
    return [
        Contest(key=f"commits_{count + 1}", ours=each, peers=others, took=took) for each in ours
    ]


def cloned(folder: Path, top: Path) -> Path:
    clone = top / "clone"
    call(top, "git", "clone", "--quiet", "--mirror", "--no-local", str(folder), str(clone))
    return clone


def sides(folder: Path, how: str) -> list[Side]:
    """Return the check itself and the verb that makes it."""
    ending, said = (f"_{how}", f", {how}") if how else ("", "")
    commits = f"{len(listed(folder)):,} commits{said}"
    return [
        Side(
            key=f"in_process{ending}",
            run=partial(in_process, store_of(folder)),
            title=f"in process, {commits}",
        ),
        Side(
            key=f"process{ending}",
            run=partial(call, folder, PROGRAM, "verify", "--full"),
            title=f"verify --full, {commits}",
        ),
    ]


def gits(folder: Path) -> tuple[Side, ...]:
    """Return what git checks of the same commits."""
    signers = folder.parent / "allowed_signers"
    signers.write_bytes(allowed_signers(Branch(store_of(folder), check, ref=REF).state().root))
    git = ("git", "-c", f"gpg.ssh.allowedSignersFile={signers}")
    commits = listed(folder)

    def log() -> None:
        letters = call(folder, *git, "log", "--format=%G?", REF).split()
        if letters != [b"G"] * len(commits):
            raise SystemExit(f"not what was expected: {set(letters)}, {len(letters)}")

    def verify_commit() -> None:
        for at in range(0, len(commits), 1000):  # a command line has an end
            call(folder, *git, "verify-commit", *commits[at : at + 1000])

    return (
        Side(key="log", run=log, title="git log --format=%G?", wanted=VERIFY_TO_LOG),
        Side(key="verify_commit", run=verify_commit, title="git verify-commit"),
    )


def in_process(store: Store) -> None:
    result = verify(Chain(store, check), store.tip(REF))
    if not result.good:
        raise SystemExit(f"not what was expected: {result.violations[:3]}")


def store_of(folder: Path) -> Store:
    inside = folder / ".git"
    return Store(inside if inside.exists() else folder)


def listed(folder: Path) -> list[str]:
    return call(folder, "git", "rev-list", REF).decode().split()


def of_a_commit(contest: Contest) -> float:
    """Return what a commit takes of the processors, at the least, in seconds."""
    return min(contest.processor(contest.ours)) / int(contest.key.removeprefix("commits_"))


def grown(found: list[Contest]) -> list[tuple[str, float]]:
    """Return what a commit of each longer history takes to one of the first, in process."""
    first, *others = [each for each in found if each.ours.key == "in_process_cloned"]
    return [(f"{each.key}.commit_ratio", of_a_commit(each) / of_a_commit(first)) for each in others]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", type=int, default=10_000)
    parser.add_argument("--large", action="store_true", help="100,000 too, and the peers at 10,000")
    options = parser.parse_args()
    collect_rarely()  # as the program does
    found = contests(options.count, options.rounds)
    found += longer(options.long, 1 if options.large else 2, peers=options.large)
    if options.large:
        found += longer(LARGE, 1, peers=False)
    turns.show("verify", found, grown(found))


if __name__ == "__main__":
    main()
