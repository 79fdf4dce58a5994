"""Git LFS objects of entries: up to a remote before their statements, down when asked for.

A pointer whose object no server holds would be a promise that nobody can keep, so what a push
sends goes up first. What is not looked at is never fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from gitbaseline.errors import Unable
from gitbaseline.model.commit import CommitFault, parse
from gitbaseline.model.layout import is_pointer
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.pointer import Pointer, from_bytes
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.changes import Action
from gitbaseline.registry.lfs import Shelf
from gitbaseline.transport import lfs as transport
from gitbaseline.transport.git import Git


class Uploads:
    """What a push sends up before its commits, each object once however often it is tried.

    ``tell`` hears number and size of the objects.
    """

    def __init__(
        self, chain: Chain, git: Git, shelf: Shelf, remote: str, tell: Callable[[int, int], None]
    ) -> None:
        self._chain = chain
        self._git = git
        self._shelf = shelf
        self._remote = remote
        self._tell = tell
        self._done: set[str] = set()

    def __call__(self, commits: Sequence[Oid]) -> None:
        """Upload the objects of what the commits record; raise Unable where that cannot be done."""
        wanted: dict[str, int] = {}
        for path, pointer in pointers(self._chain, commits):
            if pointer.size and pointer.oid not in self._done and pointer.oid not in wanted:
                self._require(path, pointer)
                wanted[pointer.oid] = pointer.size
        if wanted:
            self._tell(len(wanted), sum(wanted.values()))
            transport.push(self._git, self._remote, tuple(wanted))
            self._done |= wanted.keys()

    def _require(self, path: str, pointer: Pointer) -> None:
        stream = self._shelf.find(pointer)
        if stream is None:
            raise Unable(
                f"the Git LFS object {pointer.oid} is not in this repository",
                code="lfs/absent",
                where=path,
                hint="push from where it was recorded, or git lfs fetch --all REMOTE first",
            )
        stream.close()


def pointers(chain: Chain, commits: Sequence[Oid]) -> Iterator[tuple[str, Pointer]]:
    """Yield path and pointer of each LFS file that some commits of the branch added.

    What is no commit or tree of a registry has none; it is for the server to refuse.
    """
    for oid in commits:
        with suppress(CommitFault, TreeFault, ObjectMissing):
            yield from _added(chain, oid)


def _added(chain: Chain, oid: Oid) -> Iterator[tuple[str, Pointer]]:
    commit = parse(chain.objects.read(oid))
    before = parse(chain.objects.read(commit.parent)).tree if commit.parent else None
    for change in chain.trees.changes(before, commit.tree):
        name = change.path.split("/", 3)[-1]
        added = change.action is Action.ADDED and is_pointer(name)
        pointer = from_bytes(chain.objects.read(change.oid)) if added else None
        if pointer:
            yield change.path, pointer


def content(
    git: Git, shelf: Shelf, pointer: Pointer, *, remote: str | None, commit: Oid, path: str
) -> BinaryIO:
    """Open the checked content of a pointer at a path of a commit, fetched where it is not here.

    Raises Unable where neither this repository nor ``remote`` has it.
    """
    found = shelf.find(pointer)
    if found is None and remote:
        transport.fetch(git, remote, commit, path)
        found = shelf.find(pointer)
    if found is None:
        raise Unable(
            f"the Git LFS object {pointer.oid} is not in this repository, and "
            + (f"{remote} did not send it" if remote else "there is no remote to fetch it from"),
            code="lfs/absent",
            where=path,
            hint="git config baseline.remote NAME, of the remote that has it",
        )
    return found
