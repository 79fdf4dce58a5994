"""A work tree of another commit, beside the one at hand and only for a while.

It lies in the folder above, on the same disk and among the same neighbours, or in the system's
folder for temporary files where that one cannot be written. It is detached, and no hook runs. It is
taken away whatever happens: an error, an interrupt, a request to end (SIGTERM, SIGHUP). While it is
being taken away nothing interrupts. The index, HEAD and files of the work tree at hand stay as
they are.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from gitbaseline.errors import Unable
from gitbaseline.transport.git import Git

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What git's hooks and a person set to lead git to one work tree; the other one is not it.
_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_LINK = "160000"  # git's mode of a submodule's place in a tree


@contextmanager
def work_tree(top: Path, commit: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folder of a work tree of ``commit``; Unable where git cannot make one."""
    git = Git(top, without_place(environment))
    folder: Path | None = None
    with _ending_interrupts():
        try:
            folder = _folder(top)
            git.ask(
                *("-c", f"core.hooksPath={os.devnull}", "worktree", "add"),
                *("--quiet", "--detach", str(folder), commit),
            )
            yield folder
        finally:
            if folder is not None:
                _remove(git, folder)


def without_place(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what leads git to one certain work tree."""
    return {name: value for name, value in environment.items() if name not in _OWN}


def submodules(git: Git, commit: str) -> list[str]:
    """Return the paths of a commit's submodules."""
    listed = git.ask("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
    return [entry.partition("\t")[2] for entry in listed if entry.startswith(_LINK)]


def _folder(top: Path) -> Path:
    try:
        made = tempfile.mkdtemp(prefix=f".{top.name}-against-", dir=top.parent)
    except OSError:
        made = tempfile.mkdtemp(prefix="git-baseline-against-")
    return Path(made).resolve()


def _remove(git: Git, folder: Path) -> None:
    """Take it away, by force where git will not: submodules, a folder without rights."""
    with _handled(signal.SIG_IGN):
        git.run("worktree", "remove", "--force", str(folder))
        if folder.exists():
            _openly(folder)
            shutil.rmtree(folder, ignore_errors=True)
            git.run("worktree", "prune")
    if folder.exists():
        raise Unable(
            "the temporary work tree could not be taken away",
            code="worktree/left",
            where=str(folder),
            hint=f"rm -rf {folder} && git worktree prune",
        )


def _openly(folder: Path) -> None:
    """Give back the right to write to folders: a module cache, for one, takes it away."""
    for path, _, _ in os.walk(folder):  # links to folders are not followed, nor are they paths here
        os.chmod(path, 0o700)  # noqa: PTH101 - as walk names it


@contextmanager
def _ending_interrupts() -> Iterator[None]:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt):
        yield


@contextmanager
def _handled(handler: signal.Handlers | Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have the signals that end a program handled so; what is ignored (nohup) stays ignored."""
    if threading.current_thread() is not threading.main_thread():  # no other may set handlers
        yield
        return
    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
