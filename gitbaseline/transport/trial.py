"""Running the measured command: its output, wall time, exit code and resource use.

Resource use is the kernel's own account of that one child and its descendants (``wait4``), not
a difference of totals. A child begins with the peak memory of the process that started it, so a
peak that is no larger than ours says nothing about the child and is left out. The command's
standard error passes through to the terminal.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass

_STDERR = 2
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts, in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run of the command. Times in seconds, ``max_rss`` in bytes, None where not known."""

    output: bytes
    exit_code: int
    wall: float
    user: float
    system: float
    max_rss: int | None


def run(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Trial:
    """Run the command once and return what it printed and used."""
    try:
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.perf_counter()
        child = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
    except OSError as error:
        raise InputError(
            f"cannot start it: {error.strerror}", code="run/start", where=command[0]
        ) from None
    with child:
        try:
            output = child.stdout.read() if child.stdout else b""
            _, status, used = os.wait4(child.pid, 0)
            wall = time.perf_counter() - begin
        except BaseException:
            child.send_signal(signal.SIGTERM)
            raise
        child.returncode = os.waitstatus_to_exitcode(status)
    return Trial(
        output=output,
        exit_code=child.returncode,
        wall=wall,
        user=used.ru_utime,
        system=used.ru_stime,
        max_rss=used.ru_maxrss * _RSS_UNIT if used.ru_maxrss > ours else None,
    )


def shell(line: str, *, folder: Path, environment: Mapping[str, str]) -> int:
    """Run one line of the user's own shell, for ``--prepare``; return its exit code.

    What it prints goes to standard error: standard output is for the answer.
    """
    done = subprocess.run(  # noqa: S602 - a shell line is what the option takes, as in hyperfine
        line, shell=True, cwd=folder, env=dict(environment), stdout=_STDERR, check=False
    )
    return done.returncode
