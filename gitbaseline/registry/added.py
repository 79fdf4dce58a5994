"""The commit that added an entry, without reading all that came after it each time.

The parents are followed from the tip on. Where that led far, the ids of the commits on the way are
remembered in the user's cache, in their order; next time the commit is found among them by halving,
since what one commit adds all later ones hold. Losing that file costs time only. What it says is
checked: a line of commits counts from where the tip's own history meets it, and a commit is the one
only if its subject says so.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from gitbaseline.model.commit import CommitFault, parent_of, parse
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.changes import Trees
from gitbaseline.whole_file import replacing

NEAR = 256  # commits that are followed before the file is opened
WORTH = 1024  # new commits that are worth writing it
_MET = 4096  # of its newest commits one has to be met, else it is of no use
_ID = 20
_TREE = slice(len("tree "), len("tree ") + 40)


class Search:
    """Looks for the commit that added one entry. ``file`` remembers the order of commits."""

    def __init__(self, objects: Objects, trees: Trees, path: EntryPath, file: Path | None) -> None:
        self._objects = objects
        self._trees = trees
        self._path = path
        self._file = file
        self._folder = f"40000 {path.slug}\0".encode()
        self._subjects = {f"{kind} {path}".encode() for kind in (Kind.RECORD, Kind.COLLECT)}
        self._walked: list[bytes] = []  # the newest first
        self._known = b""  # the oldest first
        self._ends: dict[bytes, int] = {}

    def before(self, tip: Oid) -> Oid | None:
        """Return the commit, ``tip`` or before it; None where history ends before it."""
        at: Oid | None = tip
        while at is not None:
            if self._file and len(self._walked) == NEAR:
                self._open(self._file)
            end = self._ends.get(bytes.fromhex(at))
            found = self._among(self._known[:end]) if end else None
            if found:
                self._remember(self._known[:end])
                return found
            try:
                raw = self._objects.read(at)
            except ObjectMissing:
                return None
            self._walked.append(bytes.fromhex(at))
            if self._adds(raw):
                self._remember(b"")
                return at
            at = parent_of(raw)
        return None

    def _open(self, file: Path) -> None:
        with suppress(OSError):
            self._known = file.read_bytes()
        last = len(self._known) // _ID
        ends = range(_ID * max(1, last - _MET), _ID * last + 1, _ID)
        self._ends = {self._known[end - _ID : end]: end for end in ends}

    def _among(self, line: bytes) -> Oid | None:
        """Return the commit among those of a line, oldest first; None where it is not there."""
        self._ends = {}  # the line was met, and is not asked twice
        low, high = 0, len(line) // _ID - 1
        with suppress(ObjectMissing, TreeFault):
            while low < high:
                middle = (low + high) // 2
                low, high = (low, middle) if self._holds(_at(line, middle)) else (middle + 1, high)
            found = _at(line, low)
            return found if self._adds(self._objects.read(found)) else None
        return None

    def _holds(self, commit: Oid) -> bool:
        """Whether the entry's folder is there after a commit, told by its bytes alone.

        Nothing else is spelled so in the folder of a measurement, where no name has a space in it.
        """
        tree = Oid(self._objects.read(commit)[_TREE].decode())
        node = self._trees.find(tree, self._path.series)
        return node is not None and self._folder in self._objects.read(node.oid)

    def _adds(self, raw: bytes) -> bool:
        """Whether a commit says that it adds the entry; all of it is read only where it does."""
        subject = raw[raw.find(b"\n\n") + 2 :].partition(b"\n")[0]
        if subject not in self._subjects:
            return False
        try:
            parse(raw)
        except CommitFault:
            return False
        return True

    def _remember(self, older: bytes) -> None:
        """Write down the way to the commit; a cache that cannot be written is no reason to fail."""
        line = older + b"".join(reversed(self._walked))
        if self._file is None or len(self._walked) < WORTH or len(line) <= len(self._known):
            return
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._file) as fresh:
                fresh.write_bytes(line)


def _at(line: bytes, position: int) -> Oid:
    return Oid(line[position * _ID : (position + 1) * _ID].hex())
