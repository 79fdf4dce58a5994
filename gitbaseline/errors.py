"""The ways in which git-baseline could not answer, each with its exit code and a hint.

A regression, a broken rule or a bad signature is an answer and travels as a value;
only "could not do it" is raised. Exit codes are those of the command-line contract:
2 for bad input that a person gave, 3 for something that could not be done.
"""

from __future__ import annotations

import sys
from typing import ClassVar


class GitBaselineError(Exception):
    """Base of every error shown to a person as ``error: ...`` and ``hint: ...``.

    ``code`` is a stable identifier for programs, ``where`` the place (a file and line, a
    JSON path, a ref), ``hint`` a next step, where possible a command that can be pasted.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self, message: str, *, code: str, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(GitBaselineError):
    """What a person gave is wrong: the message says where, what was expected, what was got."""

    exit_code = 2


class Unable(GitBaselineError):  # noqa: N818 - reads as a sentence: raise Unable("no key ...")
    """The work could not be done: no key, no repository, a tip that moved too often."""

    exit_code = 3


class NotInstalled(Unable):
    """A package that few need is missing; the hint installs it for the Python that runs this."""

    def __init__(self, what: str, package: str, *, code: str) -> None:
        import shlex  # noqa: PLC0415 - most runs end without

        super().__init__(
            f"this needs {what}, which is not installed",
            code=code,
            hint=f"{shlex.quote(sys.executable)} -m pip install {shlex.quote(package)}",
        )


class Incomplete(Unable):
    """This repository lacks a part of its registry; the command line says how to bring it.

    ``cut`` says that it is commits, as in a shallow clone, and not what one of them holds.
    """

    def __init__(
        self, message: str, *, where: str | None = None, hint: str | None = None, cut: bool = False
    ) -> None:
        code = "history/missing" if cut else "registry/incomplete"
        super().__init__(message, code=code, where=where, hint=hint)
        self.cut = cut


class RefLocked(Unable):
    """Another process holds the ref's lock at this moment, or left it behind."""


class TipMoved(Unable):
    """The ref no longer holds the value that the new commit was built on; try again on it."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} moved while the commit was being made", code="ref/moved")
