"""This program in a process of its own, for a server that answers many calls.

A call can neither stop the server nor change its folder; one that hangs is ended. No shell is
in between, and standard input is empty. The folder that the process starts in is not on Python's
path (``-P``): a repository cannot put a module of its own in the place of one of ours.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gitbaseline.errors import Unable


class Verb:
    """One call at work."""

    def __init__(
        self, words: Sequence[str], *, folder: Path, environment: Mapping[str, str], seconds: float
    ) -> None:
        self._seconds = seconds
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gitbaseline", *words],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except (OSError, ValueError) as error:  # too many words, or one that holds a NUL
            reason = getattr(error, "strerror", None) or str(error)
            raise Unable(f"cannot be started: {reason}", code="mcp/start") from None

    def answer(self) -> tuple[int, bytes, bytes]:
        """Return exit code, standard output and standard error; Unable where it takes too long."""
        try:
            out, err = self._process.communicate(timeout=self._seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            self._process.communicate()
            raise Unable(
                f"it took more than {self._seconds:g} s and was ended", code="mcp/timeout"
            ) from None
        return self._process.returncode, out, err

    def stop(self) -> None:
        """End it; a record that has not moved the branch yet leaves no trace."""
        self._process.kill()
