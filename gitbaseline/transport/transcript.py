"""Running a line as a person would type it, and what the terminal would show.

One process at a time, no input. Standard error and output come back as one text, in the order in
which they were written. It judges nothing: the exit code is part of the answer.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from gitbaseline.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One line that was run, its exit code, and everything that it printed."""

    line: str
    exit_code: int
    printed: str


def typed(line: str, *, folder: Path, environment: Mapping[str, str]) -> Typed:
    """Run one shell line in a folder."""
    done = subprocess.run(  # noqa: S602 - the lines are the program's own, shown as they are run
        line,
        shell=True,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = done.stdout.decode(errors="replace")
    return Typed(line=line, exit_code=done.returncode, printed=printed)
