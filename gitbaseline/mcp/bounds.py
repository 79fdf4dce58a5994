"""Which paths an agent may name: those below one folder, wherever links lead.

git's own folder is not among them: what lies there is not a measurement, and some of it is secret.
"""

from __future__ import annotations

import os
from pathlib import Path

from gitbaseline.errors import InputError


def within(text: str, *, root: Path, folder: Path, where: str) -> str:
    """Return the path relative to ``folder``, its links resolved; InputError where it leads out.

    ``root`` and ``folder`` are resolved themselves. What is returned names the same file even if a
    link on the way is changed afterwards. It need not exist.
    """
    if text == "-":
        raise InputError(
            "standard input carries the protocol; name a file", code="mcp/stdin", where=where
        )
    try:
        path = (folder / text).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"not a path: {error}", code="mcp/path", where=where) from None
    if not path.is_relative_to(root):
        raise InputError(
            f"{text!r} lies outside {str(root)!r}",
            code="mcp/outside",
            where=where,
            hint="a person may start the server with another --root",
        )
    if ".git" in (part.lower() for part in path.relative_to(root).parts):
        raise InputError(f"{text!r} lies in git's own folder", code="mcp/outside", where=where)
    short = os.path.relpath(path, folder)
    return os.path.join(os.curdir, short) if short.startswith("-") else short  # noqa: PTH118 - Path drops the dot


def within_if_there(text: str, *, root: Path, folder: Path, where: str) -> str:
    """Return a path as ``within`` does where something lies there, any other text as it is."""
    there = text == "-" or os.path.lexists(folder / text)
    return within(text, root=root, folder=folder, where=where) if there else text
