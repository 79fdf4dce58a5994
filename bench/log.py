"""A long history read: list, show, log, latest, a diff that looks back; beside git and gto.

    python bench/log.py [--count 10000] [--rounds 3]

Whole processes. git knows nothing of measurements: it prints the commits that touched a folder, one
commit, the names of all files. gto has a tag for each entry, as it registers them, and no number;
it takes ten milliseconds of each and more, minutes for 10,000, and so has 200 at most. What lists
every entry is divided by their number.
``log -n 20`` and the GREEN diff read a few entries however many there are; the RED one looks back
over the newest 500. The registry, all in one measurement, is one that growth.py keeps.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import growth
import turns
from fresh import PROGRAM, REF
from headlines import TO_PEER
from rivals import ABSENT, call, program, repository
from turns import Contest, Side, race

SERIES = "bench/step_time"
NEWEST = ("-n", "20")
TAGS = 200  # at most, of gto
WHOLE = ("list", "log")  # of every entry: what one of them takes
OURS = {
    "list": ("list", SERIES),
    "show": ("show", SERIES),
    "latest": ("list", SERIES, "-n", "1"),
    "log_20": ("log", SERIES, *NEWEST),
    "log": ("log", SERIES),
    "diff_green": ("diff", SERIES, "404"),
    "diff_red": ("diff", SERIES, "900"),
}
GIT = {
    "list": ("ls-tree", "-r", "--name-only", REF),
    "show": ("log", "-n", "1", "--patch", REF, "--", SERIES),
    "latest": ("log", "-n", "1", "--format=%H %s", REF, "--", SERIES),
    "log_20": ("log", *NEWEST, "--stat", REF, "--", SERIES),
    "log": ("log", "--stat", REF, "--", SERIES),
}
GTO = {
    "list": ("show",),
    "show": ("show", "step_time"),
    "latest": ("show", "step_time@latest"),
    "log": ("history", "step_time"),
}


def tagged(folder: Path, count: int) -> Path:
    """Make what ``gto register`` leaves after as many commits: an annotated tag at each."""
    repository(folder)
    who = "bench <bench@localhost> {} +0000"
    lines = []
    for number in range(count):
        moment = who.format(1_700_000_000 + number)
        lines.append(f"commit refs/heads/code\nmark :{number + 1}\ncommitter {moment}\n")
        lines.append("data 4\ncode\n\n")
        lines.append(f"tag step_time@v1.0.{number}\nfrom :{number + 1}\ntagger {moment}\n")
        lines.append("data 11\nRegistering\n")
    stream = folder.parent / "stream"
    stream.write_text("".join(lines))
    call(folder, "sh", "-c", "git fast-import --quiet <../stream")
    call(folder, "git", "checkout", "--quiet", "code")
    return folder


def contests(count: int, rounds: int) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-log-") as name:
        top = Path(name)
        kept = growth.case(growth.KEPT, count, 1).repository
        found = program("gto")
        tags = min(count, TAGS)
        folder = tagged(top / "gto", tags) if found else top
        made = []
        for key in OURS:
            ours = _ours(key, kept, count)
            peers = [_git(key, kept, count)] if key in GIT else []
            peers += [_gto(key, folder, tags, found)] if key in GTO else []
            took = race((ours, *peers), rounds)
            made.append(Contest(key=key, ours=ours, peers=tuple(peers), took=took))
        return made


def _ours(key: str, folder: Path, count: int) -> Side:
    each = key in WHOLE
    code = 1 if key == "diff_red" else 0
    return Side(
        key=key,
        run=lambda: call(folder, PROGRAM, *OURS[key], codes=(code,)),
        title=" ".join(OURS[key]) + (", for each entry" if each else ""),
        per=count if each else 1,
    )


def _git(key: str, folder: Path, count: int) -> Side:
    words = ("git", *GIT[key])
    return Side(
        key="git",
        run=lambda: call(folder, *words),
        title=" ".join(words[: words.index(REF)]),
        per=count if key in WHOLE else 1,
    )


def _gto(key: str, folder: Path, tags: int, found: str | None) -> Side:
    return Side(
        key="gto",
        run=(lambda: call(folder, found, *GTO[key])) if found else None,
        title=f"gto {' '.join(GTO[key])}, {tags} tags",
        per=tags if key in WHOLE else 1,
        wanted=TO_PEER,
        absent=ABSENT,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    turns.show("log", contests(options.count, options.rounds))


if __name__ == "__main__":
    main()
