"""What the name of a file in a bundle says: at which concurrency it was made.

``aiperf-c16.log``, ``c16/profile_export_aiperf.json``, ``concurrency_16.csv``, ``conc-16``,
``con16`` and ``...-concurrency16/...`` all say 16. The file's own name counts before the folder
that it lies in, and that before the folder above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import SourceFile

_SAID = re.compile(
    r"(?<![a-z0-9])(?:c|con|conc|concurrency)[-_=.]?0{0,9}([1-9][0-9]{0,6})(?![0-9a-z])"
)


def concurrency(path: str) -> int | None:
    """Return the concurrency that a path says, or None; InputError where one name says two.

    >>> concurrency("run-c1/aiperf-c16.log"), concurrency("Conc_08/x.json"), concurrency("abc8.log")
    (16, 8, None)
    """
    for name in reversed(path.split("/")):
        said = {int(number) for number in _SAID.findall(name.lower())}
        if len(said) > 1:
            raise InputError(
                f"its name says concurrency {' and '.join(map(str, sorted(said)))}",
                code="perfbench/ambiguous",
                where=path,
                hint="rename it: aiperf-c16.log",
            )
        if said:
            return said.pop()
    return None


def only(files: Sequence[SourceFile], what: str) -> SourceFile:
    """Return the one file of a kind; InputError where there are several."""
    if len(files) > 1:
        raise competing(files, what)
    return files[0]


def competing(files: Sequence[SourceFile], what: str) -> InputError:
    """Return the error of files of which nobody can say which counts."""
    names = " and ".join(file.path for file in files[:3])
    return InputError(
        f"several {what}: {names}",
        code="perfbench/ambiguous",
        where=files[0].path,
        hint="leave the one that counts in the bundle; runs of equal settings are trials, "
        "one bundle each",
    )
