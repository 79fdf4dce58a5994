"""The content of Git LFS pointers for verbs that write files, and what is told where it is none."""

from __future__ import annotations

from pathlib import Path

from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import Unable
from gitbaseline.model.pointer import Pointer


class Contents:
    """Finds content in the local store of Git LFS, and fetches what is not there.

    ``fault`` is the first reason why some was not to be had; after it nothing more is fetched.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.fault: Unable | None = None

    def __call__(self, path: str, pointer: Pointer) -> Path | None:
        """Return the file that holds the checked content of a pointer at a path, or None."""
        try:
            self._workspace.large(path, pointer, fetch=self.fault is None).close()
        except Unable as error:
            self.fault = self.fault or error
            return None
        return self._workspace.shelf.place(pointer.oid)
