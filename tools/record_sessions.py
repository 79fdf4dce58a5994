"""Make docs/sessions.md from its template: every line is typed, and what is printed is put in.

    python tools/record_sessions.py

The template's ``console`` blocks hold ``$ `` lines alone, and after one ``< `` lines with what a
person answers; ``setup`` blocks are run and not shown. They run in the order of the page, on a
terminal of 80 columns, in a home of their own that is gone afterwards. Clock and machine are made
up, and what still differs from run to run has a stand-in, so that the page can be made again and
compared. A line that does not fit on the terminal is an error.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).parents[1]
DOCS = TOP / "docs"
TEMPLATE = DOCS / "sessions.md.in"
PAGE = DOCS / "sessions.md"

COLUMNS = 80
# By name: what differs from run to run of a program whose clock and machine are real.
VOLATILE = {
    "slug": r"\b[0-9]{8}T[0-9]{6}Z\b",
    "time": r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z",
    "fingerprint": r"SHA256:[A-Za-z0-9+/]{43}",
    "size": r"\b[0-9.]+ kB\b",
    "id": r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{12})\b",
}
_ID = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b")
_SHORT_ID = re.compile(r"\b[0-9a-f]{7,12}\b")
_KEY = re.compile(rf"{VOLATILE['fingerprint']}|\bAAAA[A-Za-z0-9+/]{{40,}}={{0,2}}")
_BLOCK = re.compile(
    r"^```console\n(?P<shown>.*?)^```\n|^```setup\n(?P<hidden>.*?)^```\n\n",
    re.MULTILINE | re.DOTALL,
)
_PROMPT = re.compile(rb"(?:\[[yYnN]/[yYnN]\]|[Pp]assphrase[^:\n]*): $")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")  # git knows no NO_COLOR
_BEGIN = 1_779_271_200  # 2026-05-20, 10:00:00 UTC
_MINUTES = 7  # from one line to the next
_PATIENCE = 120  # seconds without a word: it waits for an answer that nobody gives
_PROGRAM = """#!{python}
import os
import time

time.time = lambda now=float(os.environ["SESSION_NOW"]): now

from gitbaseline.transport import machine

machine.hostname = lambda: "node7"
machine.uname = lambda: "Linux 6.8.0 x86_64"
machine.environment = lambda: {{
    "arch": "x86_64",
    "cpu_count": 64,
    "cpu_model": "EPYC 9354",
    "kernel": "Linux 6.8.0",
    "memory_bytes": 824633720832,
    "os": "Ubuntu 24.04",
    "runtime": "CPython 3.12.3",
}}

from gitbaseline.cli.main import main

main()
"""
_GIT_CONFIG = """[user]
\tname = Ada
\temail = ada@example.com
[init]
\tdefaultBranch = main
"""


@dataclass(slots=True)
class StandIns:
    """Ids and keys by what stands for them: as long, and the same each time the page is made."""

    _found: dict[str, str] = field(default_factory=dict)

    def steady(self, text: str) -> str:
        """Return the text with stand-ins; a short id is known by the full ones seen so far."""
        text = _KEY.sub(lambda found: self._key(found[0]), text)
        text = _ID.sub(lambda found: self._id(found[0]), text)
        return _SHORT_ID.sub(lambda found: self._short(found[0]), text)

    def see(self, text: str) -> None:
        """Know the full ids in a text that is not shown."""
        self.steady(text)

    def _id(self, true: str) -> str:
        digits = hashlib.sha256(f"id {len(self._found)}".encode()).hexdigest()
        return self._found.setdefault(true, digits[: len(true)])

    def _key(self, true: str) -> str:
        begin = re.match("SHA256:|AAAAC3NzaC1lZDI1NTE5AAAAI?|AAAA", true)
        kept = begin[0] if begin else ""
        letters = hashlib.sha512(f"key {len(self._found)}".encode()).hexdigest()
        return self._found.setdefault(true, kept + letters[: len(true) - len(kept)])

    def _short(self, true: str) -> str:
        whole = next((one for one in self._found if one.startswith(true)), None)
        return self._found[whole][: len(true)] if whole else true


@dataclass(slots=True)
class Stage:
    """Where the lines are typed: a home, the folder that a person is in, and the time."""

    home: Path
    environment: dict[str, str]
    folder: Path
    now: int = _BEGIN

    def typed(self, line: str, answers: Sequence[bytes]) -> tuple[int, str]:
        """Return a line's exit code and what is on the screen after it; ``cd`` alone moves."""
        if line.startswith("cd "):
            self.folder = (self.folder / line[3:]).resolve()
            return 0, ""
        self.now += _MINUTES * 60
        date = f"@{self.now} +0000"
        moment = {
            "SESSION_NOW": str(self.now),
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }
        code, shown = on_terminal(
            line, folder=self.folder, environment=self.environment | moment, answers=answers
        )
        shown = _COLOUR.sub("", shown)
        return code, shown.replace(str(self.home), "~").replace(str(TOP), "~/git-baseline")


def on_terminal(
    line: str,
    *,
    folder: Path,
    environment: Mapping[str, str],
    columns: int = COLUMNS,
    answers: Sequence[bytes] = (),
) -> tuple[int, str]:
    """Run a shell line on a terminal of its own; return its exit code and what is on the screen.

    Each question is answered by the next of ``answers``; where none is left it is given up.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    running = subprocess.Popen(
        ["sh", "-c", line], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    left = list(answers)
    shown = b""
    while select.select([ours], [], [], _PATIENCE)[0] and (piece := _read(ours)):
        shown += piece
        if left and _PROMPT.search(shown):
            os.write(ours, left.pop(0) + b"\n")
    os.close(ours)
    text = shown.decode().replace("\r\n", "\n")
    return running.wait(), "\n".join(map(_overwritten, text.split("\n")))


def _overwritten(line: str) -> str:
    """Return what is seen of a line that begins anew at each carriage return: progress is gone."""
    seen = ""
    for part in line.split("\r"):
        seen = part + seen[len(part) :]
    return seen.rstrip()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux says that the other end is closed
        return b""


def page() -> str:
    """Return the whole page, made by running it."""
    top = Path(tempfile.mkdtemp(prefix="sessions-"))
    try:
        stage = _stage(top)
        stand_ins = StandIns()
        return _BLOCK.sub(lambda block: _block(stage, stand_ins, block), TEMPLATE.read_text())
    finally:
        shutil.rmtree(top)


def _stage(top: Path) -> Stage:
    programs, home = top / "bin", top / "home"
    programs.mkdir()
    home.mkdir()
    program = programs / "git-baseline"
    program.write_text(_PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    (home / ".gitconfig").write_text(_GIT_CONFIG)
    environment = {
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PAGER": "cat",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "LOGNAME": "ada",
        "TERM": "xterm",
        "TZ": "UTC",
    }
    return Stage(home=home, environment=environment, folder=home)


def _block(stage: Stage, stand_ins: StandIns, block: re.Match[str]) -> str:
    hidden = block["hidden"] is not None
    lines = list(_lines(stage, stand_ins, block["hidden"] or block["shown"], hidden=hidden))
    return "" if hidden else "".join(["```console\n", *lines, "```\n"])


def _lines(stage: Stage, stand_ins: StandIns, text: str, *, hidden: bool) -> Iterator[str]:
    """Yield what a block shows, line by line: what is typed and what is printed."""
    for line, answers in _typed(text, hidden=hidden):
        code, printed = stage.typed(line, answers)
        if hidden and code:
            raise SystemExit(f"{line}\n{printed}\nexit code {code}")
        for ids in stage.home.glob("*/.git"):
            stand_ins.see(_git(ids, stage.environment))
        shown = [
            *stand_ins.steady(printed).splitlines(),
            *([f"# exit code {code}"] if code else []),
        ]
        wide = [one for one in (f"$ {line}", *shown) if len(one) > COLUMNS]
        if wide and not hidden:
            raise SystemExit("\n".join([f"wider than {COLUMNS} columns:", *wide]))
        yield from (f"{one}\n" for one in (f"$ {line}", *shown))


def _git(folder: Path, environment: Mapping[str, str]) -> str:
    words = ["git", "--git-dir", str(folder), "rev-list", "--all"]
    return subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False
    ).stdout


def _typed(text: str, *, hidden: bool) -> list[tuple[str, list[bytes]]]:
    found: list[tuple[str, list[bytes]]] = []
    for line in text.splitlines():
        if line.startswith("< "):
            found[-1][1].append(line[2:].encode())
        else:
            found.append((line if hidden else line.removeprefix("$ "), []))
    return found


if __name__ == "__main__":
    PAGE.write_text(page())
