"""The peers, each in a repository of its own: what they would write for the same number.

They come from ``.venv-bench``, which ``make bench`` fills from peers/requirements.txt. One that is
not there is said to be absent in the table, and makes no ratio.
"""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

from fresh import ENVIRONMENT, PROGRAM
from turns import Side

PEERS = Path(__file__).parents[1] / ".venv-bench" / "bin"
SHELL = Path(__file__).parent / "peers" / "record.sh"
WHO = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "bench"), ("EMAIL", "bench@localhost"))
}
QUIET = {"DVC_NO_ANALYTICS": "1", "ITERATIVE_DO_NOT_TRACK": "1"}
ABSENT = "not installed"  # in .venv-bench


def environment(home: Path) -> dict[str, str]:
    """Return what every process of a benchmark is given: nothing of the user's but PATH."""
    return {
        **ENVIRONMENT,
        **WHO,
        **QUIET,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }


def program(name: str) -> str | None:
    """Return a peer's program, or None."""
    path = PEERS / name
    return str(path) if path.exists() else None


def repository(folder: Path) -> Path:
    """Make a repository with one commit of code."""
    folder.mkdir(parents=True)
    call(folder, "git", "init", "--quiet", ".")
    call(folder, "git", "commit", "--quiet", "--allow-empty", "-m", "code")
    return folder


def call(folder: Path, *words: str, codes: tuple[int, ...] = (0,)) -> bytes:
    """Run a program in a repository below the benchmark's folder and return what it prints."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment(folder.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def registry(folder: Path) -> Path:
    """Make a repository with one commit of code and a registry."""
    repository(folder)
    call(folder, PROGRAM, "init", "--yes")
    return folder


def writer(key: str, write: Callable[[int], object] | None, **more) -> Side:
    """Return a side that writes one number after another."""
    if write is None:
        return Side(key=key, run=None, absent=ABSENT, **more)
    numbers = itertools.count()
    return Side(key=key, run=lambda: write(next(numbers)), **more)


def value(number: int) -> str:
    return f"{400 + number % 7}.25"


def shell(top: Path, **more) -> Side:
    """Return record.sh in a registry of its own: signed, unchecked."""
    folder = registry(top / "shell")
    key = top / ".config" / "git-baseline" / "id_ed25519"
    words = (str(SHELL), "bench", "step_time")

    def write(number: int) -> None:
        call(folder, *words, value(number), str(key))

    return writer("shell", write, title="record.sh, signed", **more)


def notes(top: Path, **more) -> Side:
    """Return ``git notes append``: unsigned, a line in a note."""
    folder = repository(top / "notes")

    def write(number: int) -> None:
        call(folder, "git", "notes", "append", "-m", f"step_time {value(number)} ms", "HEAD")

    return writer("notes", write, title="git notes append, unsigned", **more)


def dvc(top: Path, **more) -> Side:
    """Return ``dvc exp save`` of a metrics file: unsigned."""
    title = "dvc exp save, unsigned"
    found = program("dvc")
    if not found:
        return writer("dvc", None, title=title, **more)
    folder = repository(top / "dvc")
    call(folder, found, "init", "--quiet")
    (folder / "dvc.yaml").write_text("metrics:\n  - metrics.json\n")
    metrics = folder / "metrics.json"
    metrics.write_text('{"step_time_ms": 400.25}\n')
    call(folder, "git", "add", "--all")
    call(folder, "git", "commit", "--quiet", "-m", "dvc")

    def write(number: int) -> None:
        metrics.write_text(f'{{"step_time_ms": {value(number)}}}\n')
        call(folder, found, "exp", "save", "--quiet", "--force", "--name", f"e{number}")

    return writer("dvc", write, title=title, **more)


def gto(top: Path, **more) -> Side:
    """Return ``gto register``: an annotated tag, without the number even."""
    title = "gto register, unsigned"
    found = program("gto")
    if not found:
        return writer("gto", None, title=title, **more)
    folder = repository(top / "gto")

    def write(number: int) -> None:
        call(folder, found, "register", f"step-{number}", "--version", "v1.0.0")

    return writer("gto", write, title=title, **more)
