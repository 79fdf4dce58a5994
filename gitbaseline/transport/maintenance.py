"""git's own maintenance, begun where loose objects have piled up, as git's verbs begin it.

An entry is some eight loose objects, each a file of its own: thirty times what it takes in a pack.
``git commit`` and ``git fetch`` therefore end with ``git maintenance run --auto``, and so does what
moves our branch. To ask git takes a process, so it is asked only where its own rules say yes: more
than ``gc.auto`` loose objects, told by one of their 256 folders, or more than ``gc.autoPackLimit``
packs. These rules count and do not weigh. The index of a measurement is written anew with each
entry, and grows; where few objects weigh as much as many, the task that packs them is begun.

Nobody waits for any of it, but where ``gc.autoDetach`` or ``maintenance.autoDetach`` is off.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gitbaseline.errors import GitBaselineError
from gitbaseline.pattern import pattern
from gitbaseline.transport.git import Git, is_false

_AS_EVER = (("maintenance", "run", "--auto", "--quiet"),)
# The task leaves what it has packed to be removed by its next run.
_WEIGHTY = (("maintenance", "run", "--task=loose-objects", "--quiet"), ("prune-packed", "--quiet"))
_LOOSE, _PACKS = 6700, 50  # git's own limits where none is configured
_FOLDERS = 256
_COUNTED = "17"  # the folder that git counts in
_WEIGHED = (_COUNTED, "57", "97", "d7")  # more of them: sizes differ by more than counts
_SMALLEST = 4096  # bytes that most file systems need for any file
_MORE = 2048  # bytes that an object may take beyond those, on the average of as many as may be
_BLOCK = 512  # bytes, of st_blocks
_NUMBER = pattern(r"\s*([+-]?[0-9]+)([kmg]?)", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Maintenance:
    """The upkeep of one repository; ``common_dir`` is the one that all work trees share."""

    def __init__(self, git: Git, common_dir: Path, config: Mapping[str, str]) -> None:
        self._git = git
        self._objects = common_dir / "objects"
        self._config = config

    def begin_if_due(self) -> None:
        """Begin it where there is something to do and nobody switched it off. Never fails."""
        with suppress(OSError, GitBaselineError):  # what was recorded stands without it
            if not self._on("maintenance.auto"):
                return
            calls = self._due()
            if self._on("maintenance.autodetach", self._on("gc.autodetach")):
                self._git.begin(calls)
                return
            for words in calls:
                self._git.run(*words)

    def _due(self) -> Sequence[Sequence[str]]:
        """Return the calls of git that are due."""
        loose = self._count("gc.auto", _LOOSE)
        packs = self._count("gc.autopacklimit", _PACKS)
        if loose <= 0:
            return ()
        many = len(_names(self._objects / _COUNTED)) > -(-loose // _FOLDERS)
        if many or 0 < packs < _packs(_names(self._objects / "pack")):
            return _AS_EVER
        more = sum(_beyond_the_smallest(self._objects / folder) for folder in _WEIGHED)
        return _WEIGHTY if more * _FOLDERS > len(_WEIGHED) * loose * _MORE else ()

    def _count(self, key: str, default: int) -> int:
        value = self._config.get(key)
        return default if value is None else _number(value)

    def _on(self, key: str, default: bool = True) -> bool:  # noqa: FBT001, FBT002 - as git has it
        value = self._config.get(key)
        return default if value is None else not is_false(value)


def _number(text: str) -> int:
    """Return a number as git's settings write it; 0, which is off, for what git would refuse."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) * _FACTORS[found[2].lower()] if found else 0


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - once a record, and Path takes three times as long
    except FileNotFoundError:
        return []


def _packs(names: list[str]) -> int:
    """Return how many packs may be packed anew: those that nobody marked to be kept."""
    kept = {name.removesuffix(".keep") for name in names if name.endswith(".keep")}
    return sum(name.endswith(".pack") and name.removesuffix(".pack") not in kept for name in names)


def _beyond_the_smallest(folder: Path) -> int:
    """Return the bytes that the files of a folder take on the disk beyond what small ones would."""
    try:
        with os.scandir(folder) as files:
            return sum(max(0, file.stat().st_blocks * _BLOCK - _SMALLEST) for file in files)
    except FileNotFoundError:  # none was ever there, or one has just been packed
        return 0
