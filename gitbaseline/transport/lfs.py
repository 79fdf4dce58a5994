"""Git LFS objects to a remote and from it, by git-lfs: its servers, credentials and agents.

Which objects is told to it, so neither the hooks of ``git lfs install`` nor its filters are needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gitbaseline.errors import Unable
from gitbaseline.transport.git import Git
from gitbaseline.transport.remote import said

_AT_ONCE = 1000  # objects in one call; their names are its arguments
_SPECIAL = re.compile(r"[],\[!#\s]")  # what a pattern of git-lfs takes for its own


def installed(git: Git) -> bool:
    """Whether git finds git-lfs."""
    return git.run("lfs", "version").returncode == 0


def push(git: Git, remote: str, objects: Sequence[str]) -> None:
    """Upload objects of the local store, by their oids; raise Unable where that cannot be done."""
    for start in range(0, len(objects), _AT_ONCE):
        some = objects[start : start + _AT_ONCE]
        _run(git, remote, "push", "--object-id", remote, *some)


def fetch(git: Git, remote: str, commit: str, path: str) -> None:
    """Download the objects of a file of a commit into the local store; raise Unable."""
    pattern = _SPECIAL.sub("?", path)
    _run(git, remote, "fetch", f"--include={pattern}", "--exclude=", remote, commit)


def _run(git: Git, remote: str, verb: str, *words: str) -> None:
    # Whatever is configured: these objects and nothing beside them.
    done = git.run("-c", "lfs.fetchrecentalways=false", "lfs", verb, *words)
    if done.returncode == 0:
        return
    if not installed(git):
        raise Unable(
            f"git-lfs is not installed, and git lfs {verb} is needed",
            code="lfs/missing",
            where=remote,
            hint="install it (Debian: apt-get install git-lfs), then try again",
        )
    told = "; ".join(said(done.stderr.decode(errors="replace"), ()))
    raise Unable(
        f"git lfs {verb} failed: {told or 'no message'}",
        code=f"lfs/{verb}",
        where=remote,
        hint=f"git lfs env, and look at the endpoint of {remote}",
    )
