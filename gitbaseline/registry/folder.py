"""One entry's folder, whoever wrote it: what it is called, what lies in it and beside it."""

from __future__ import annotations

from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import LFS, SNAPSHOT
from gitbaseline.model.root import Limits
from gitbaseline.model.text import normal
from gitbaseline.registry import source as sources

_ORIGIN = "perf-baselines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One entry's folder, with the names of the folders around it."""

    path: Path
    family: str
    measurement: str
    slug: str

    @property
    def where(self) -> str:
        """The place, for people."""
        return str(self.path)

    @property
    def origin(self) -> str:
        """The place, for the entry that is made of it; nothing of this machine is in it."""
        return normal(f"{_ORIGIN}/{self.family}/{self.measurement}/{self.slug}")

    def beside(self, kind: EventKind) -> bool:
        """Whether there is a file beside it that says that this happened to the entry."""
        return self.path.with_name(f"{self.slug}.{kind}.json").is_file()


def content(file: Path, most: int) -> bytes:
    """Return what a file holds; InputError where that is more than ``most`` bytes."""
    return sources.read(file, Limits(file_bytes=most)).files[0].data


def check_is_content(path: Path) -> None:
    """Raise InputError for a pointer of Git LFS, which stands for what is elsewhere."""
    if path.name.startswith(LFS):
        raise InputError(
            f"{path.name} is a Git LFS pointer, and its content is elsewhere",
            code="import/snapshot",
            hint=f"put the content beside it as {path.name.replace(LFS, SNAPSHOT, 1)}",
        )
