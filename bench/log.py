"""A long history read: list, show, log, latest, a diff that looks back; beside git and gto.

    python bench/log.py [--count 2000] [--rounds 5]

Whole processes. git knows nothing of measurements: it prints the commits that touched a folder, one
commit, the names of all files. gto has a tag for each entry, as it registers them, and no number.
``log -n 20`` and the GREEN diff read a few entries however many there are; the RED one looks back
over the newest 500.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import turns
from fresh import PROGRAM, REF, git, record, registry
from rivals import ABSENT, call, program, repository
from turns import Contest, Side, race

SERIES = "bench/step_time"
NEWEST = ("-n", "20")
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
        fresh = registry(top)
        for number in range(count):
            record(fresh, number)
        git(fresh.folder, "gc", "--quiet")
        found = program("gto")
        tags = tagged(top / "gto", count) if found else top
        return [_contest(key, fresh.folder, tags, found, rounds) for key in OURS]


def _contest(key: str, folder: Path, tags: Path, gto: str | None, rounds: int) -> Contest:
    def run(words: tuple[str, ...], where: Path = folder):
        codes = (0, 1) if key == "diff_red" else (0,)
        return lambda: call(where, *words, codes=codes)

    ours = Side(key=key, run=run((PROGRAM, *OURS[key])), title=" ".join(OURS[key]))
    peers = []
    if key in GIT:
        words = ("git", *GIT[key])
        peers.append(Side(key="git", run=run(words), title=" ".join(words[:4])))
    if key in GTO:
        line = (gto or "gto", *GTO[key])
        able = run(line, tags) if gto else None
        peers.append(Side(key="gto", run=able, title=" ".join(("gto", *GTO[key])), absent=ABSENT))
    took = race((ours, *peers), rounds)
    return Contest(key=key, ours=ours, peers=tuple(peers), took=took)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    turns.show("log", contests(options.count, options.rounds))


if __name__ == "__main__":
    main()
