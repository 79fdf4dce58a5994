"""Trials that are one trial: a file named twice is refused, and files of the same bytes are told.

A trial that is counted twice makes the noise look smaller than it is. The same bytes alone are no
proof of that: what is counted, not timed, may well print the same again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source


def require_distinct(paths: Sequence[str]) -> None:
    """Raise InputError where two of the paths lead to one file or folder, or both mean stdin."""
    known: dict[Hashable, str] = {}
    for path in paths:
        identity = _identity(path)
        if identity in known:
            first = known[identity]
            raise InputError(
                "is named twice" if first == path else f"is the same as {first}",
                code="trials/twice",
                where="standard input" if path == "-" else path,
                hint="name each trial once: one that counts twice hides noise",
            )
        known[identity] = path


def copies(sources: Sequence[Source]) -> tuple[str, ...]:
    """Return a warning for each source that holds the same bytes as an earlier one."""
    known: dict[Hashable, str] = {}
    warnings = []
    for source in sources:
        content = tuple(file.data for file in source.files)
        if content in known:
            warnings.append(
                f"{source.name} holds the same bytes as {known[content]}; "
                "a copy is no trial, and makes the noise look smaller than it is"
            )
        known.setdefault(content, source.name)
    return tuple(warnings)


def _identity(path: str) -> Hashable:
    if path == "-":
        return path
    try:
        found = Path(path).stat()
    except (OSError, ValueError):  # who reads it says what is wrong with it
        return path
    return found.st_dev, found.st_ino
