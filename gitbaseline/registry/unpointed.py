"""An entry's files as they would be without Git LFS: content in the place of pointers.

All of an entry's pointers give way or none does: files are read by name, and ``source-snapshot``
and ``source-snapshot.lfs`` exclude each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from gitbaseline.model.layout import LFS, SNAPSHOT, is_pointer
from gitbaseline.model.pointer import Pointer, from_bytes

# Gives the file that holds what a pointer at a path of the branch stands for, or None.
Find: TypeAlias = Callable[[str, Pointer], Path | None]


def content_name(name: str) -> str:
    """Return the name of the content where ``name`` is that of its pointer.

    >>> content_name("source-snapshot.lfs.log"), content_name("source-snapshot.lfs/rank/0.log")
    ('source-snapshot.log', 'source-snapshot/rank/0.log')
    """
    return f"{SNAPSHOT}{name.removeprefix(LFS)}"


def pointers_of(files: Mapping[str, bytes]) -> dict[str, Pointer]:
    """Return the pointers among an entry's files; none where one of them is spelled wrongly."""
    found = {name: from_bytes(data) for name, data in files.items() if is_pointer(name)}
    good = {name: pointer for name, pointer in found.items() if pointer}
    return good if len(good) == len(found) else {}


def with_content(
    files: Mapping[str, bytes], entry: str, find: Find
) -> dict[str, bytes | Path] | None:
    """Return the files with content in the place of pointers, or None where some is not found.

    ``entry`` is the entry's path on the branch.
    """
    whole: dict[str, bytes | Path] = {**files}
    for name, pointer in pointers_of(files).items():
        content = find(f"{entry}/{name}", pointer) if pointer.size else b""
        if content is None:
            return None
        del whole[name]
        whole[content_name(name)] = content
    return whole
