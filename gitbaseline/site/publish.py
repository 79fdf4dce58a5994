"""Files into the site's folder, so that a build that fails leaves the old site as it was.

All new files are written beside the site first, in one folder inside it; only when the last one is
there are they moved to their places, page by page, the overview last. Files that the site did not
write (a ``CNAME``, a ``.git``) are never touched; a list of its own files tells which are its.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

from gitbaseline.errors import InputError, Unable
from gitbaseline.whole_file import replacing

LIST = ".git-baseline-site"
_STAGE = ".git-baseline-site.new"
_HEAD = (
    "# The files of this site that git baseline wrote; the next build removes what is out of date."
)
_LAST = ("index.json", "index.html")


class Stage:
    """One build on its way into a folder. Use as a context: what is not published is removed."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.stage = out / _STAGE
        self._folders: set[str] = set()
        self._written: set[str] = set()

    def __enter__(self) -> Self:
        """Take the folder; raise InputError where it holds something else than a site."""
        self.old = _listed(self.out)
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self.stage, ignore_errors=True)
            self.stage.mkdir()
        except OSError as error:
            raise _unable(self.out, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.stage, ignore_errors=True)

    def write(self, name: str, data: bytes) -> None:
        """Keep one file for the new site."""
        path = f"{self.stage}/{name}"  # pathlib would be a tenth of a whole build
        folder = path.rpartition("/")[0]
        try:
            if folder not in self._folders:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
                self._folders.add(folder)
            with open(path, "wb") as file:  # noqa: PTH123
                file.write(data)
        except OSError as error:
            raise _unable(Path(path), error) from None
        self._written.add(name)

    def take(self, names: Iterable[str]) -> None:
        """Count files that another process wrote into the stage."""
        self._written.update(names)

    def publish(self, names: Iterable[str]) -> tuple[int, int]:
        """Move everything into place; ``names`` are all files of the new site.

        Returns how many files were written and how many removed.
        """
        kept = set(names)
        gone = sorted(self.old - kept)
        listing = f"{_HEAD}\n" + "".join(f"{name}\n" for name in sorted(kept | self.old))
        try:
            # First the list of both: were this to stop half-way, the next build knows all files.
            _replace(self.out / LIST, listing)
            _move(str(self.stage), str(self.out))
            for name in gone:
                (self.out / name).unlink(missing_ok=True)
            _prune(self.out, gone)
            listing = f"{_HEAD}\n" + "".join(f"{name}\n" for name in sorted(kept))
            _replace(self.out / LIST, listing)
        except OSError as error:
            raise _unable(self.out, error) from None
        return len(self._written), len(gone)


def _listed(out: Path) -> set[str]:
    """Return the files that an earlier build wrote; none in a new or empty folder."""
    try:
        if not (out / LIST).exists():
            _refuse_others(out)
            return set()
        lines = (out / LIST).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unable(out / LIST, error) from None
    return {line for line in lines if _is_inside(line)}


def _refuse_others(out: Path) -> None:
    """Raise InputError where a folder holds more than dot files and what Pages is told."""
    if out.exists() and not all(p.name.startswith(".") or p.name == "CNAME" for p in out.iterdir()):
        raise InputError(
            "holds other files, and no site that git baseline made",
            code="site/folder",
            where=str(out),
            hint="name a new or an empty folder",
        )


def _is_inside(line: str) -> bool:
    """Whether a line of the list names a file below the site: it may have been edited."""
    return bool(line) and not line.startswith(("#", "/")) and ".." not in line.split("/")


def _move(source: str, target: str) -> None:
    """Move what a folder holds into another, a folder that is new there as a whole."""
    with os.scandir(source) as found:
        inside = sorted(found, key=lambda one: (one.name in _LAST, one.name))
    for one in inside:
        place = f"{target}/{one.name}"
        if one.is_dir() and os.path.lexists(place):
            _move(one.path, place)
        else:
            os.replace(one.path, place)  # noqa: PTH105


def _replace(path: Path, text: str) -> None:
    with replacing(path) as fresh:
        fresh.write_text(text)


def _prune(out: Path, gone: Iterable[str]) -> None:
    """Remove the folders that are empty now."""
    folders = {parent for name in gone for parent in Path(name).parents if parent != Path()}
    for folder in sorted(folders, key=lambda f: -len(f.parts)):
        with suppress(OSError):
            (out / folder).rmdir()


def _unable(where: Path, error: Exception) -> Unable:
    said = error.strerror if isinstance(error, OSError) else str(error)
    return Unable(f"the site cannot be written: {said}", code="site/write", where=str(where))
