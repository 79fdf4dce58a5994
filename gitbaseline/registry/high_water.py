"""The last tip that a server saw of its registry, kept beside the repository's own files.

An administrator can delete the branch, which no hook sees; when it comes back, it must hold this
commit. The file is written after a push has landed, never while one is judged.
"""

from __future__ import annotations

import stat
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.model.names import Oid, is_oid
from gitbaseline.whole_file import replacing

_FILE = Path("git-baseline") / "high-water"


def load(git_dir: Path, ref: str) -> Oid | None:
    """Return the mark of a ref, or None where there is none yet.

    A file that cannot be read is no answer but an Unable: forgetting the mark would let a branch
    come back that does not hold it.
    """
    path = git_dir / _FILE
    try:
        line = path.read_text(encoding="utf-8").rstrip("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    oid, _, name = line.partition(" ")
    if not is_oid(oid):
        raise _unreadable(path, f"expected a commit id and a ref, got {line[:80]!r}")
    return Oid(oid) if name == ref else None


def save(git_dir: Path, ref: str, tip: Oid) -> None:
    """Set the mark of a ref; the file is replaced whole or not at all, else an Unable.

    It is open to whom the repository is: of a shared one, several users set it in turn.
    """
    path = git_dir / _FILE
    try:
        mode = stat.S_IMODE(git_dir.stat().st_mode)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            path.parent.chmod(mode)
        with replacing(path) as fresh:
            fresh.write_text(f"{tip} {ref}\n", encoding="utf-8")
            fresh.chmod(mode & 0o666)
    except OSError as error:
        raise Unable(
            f"the high-water mark cannot be written: {error.strerror}",
            code="hooks/write",
            where=str(path),
            hint="let the user who owns the repository, or its group, write there",
        ) from None


def _unreadable(path: Path, what: str) -> Unable:
    return Unable(
        f"the high-water mark cannot be read: {what}",
        code="hooks/high-water",
        where=str(path),
        hint="compare the branch with a clone that you trust, then remove this file",
    )
