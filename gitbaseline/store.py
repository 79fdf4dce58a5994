"""All of pygit2: objects in and out, and the ref moved by compare-and-swap.

It knows no rule of the registry. The index and the work tree are never touched; what is written
before ``advance`` stays unreachable until the ref moves. Refs are addressed by full name.

libgit2 is not git: repositories with SHA-256 or reftable it cannot open, and it reports a held
ref lock as a bare OSError. Both become one plain error here.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Container, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from gitbaseline.certificates import without_certificates
from gitbaseline.errors import RefLocked, TipMoved, Unable
from gitbaseline.loose import Loose
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing, object_id

with without_certificates():
    import pygit2
    from pygit2.enums import ObjectType, RepositoryOpenFlag, SortMode

_KINDS = {
    ObjectType.COMMIT: ObjectKind.COMMIT,
    ObjectType.TREE: ObjectKind.TREE,
    ObjectType.BLOB: ObjectKind.BLOB,
    ObjectType.TAG: ObjectKind.TAG,
}
# How libgit2's text ends where a lock is held, or its folder was tidied away at that moment.
_HELD = ("for writing: ", os.strerror(errno.EEXIST), os.strerror(errno.ENOENT))
_WINDOW = 1 << 20  # bytes of a pack mapped at once; the default, 1 GiB, keeps whole packs in memory
_MAPPED = 64 << 20  # bytes of all packs together


class Store:
    """The objects and refs of one repository.

    ``also`` are more folders of objects to read from: what a push brought lies in quarantine.
    ``durable`` waits for the disk, so that what is written outlives a power failure; for refs
    libgit2 has one such switch for the process.
    """

    def __init__(self, git_dir: Path, *, also: Sequence[Path] = (), durable: bool = False) -> None:
        try:
            # Ownership was checked by git itself when it found the repository for us.
            pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 0)
            pygit2.option(pygit2.enums.Option.ENABLE_FSYNC_GITDIR, int(durable))
            # ``read`` checks ids itself, at a third of the time of libgit2's SHA-1.
            pygit2.option(pygit2.enums.Option.ENABLE_STRICT_HASH_VERIFICATION, 0)
            # A long history is read once, object by object: nothing is gained by keeping it.
            pygit2.option(pygit2.enums.Option.SET_MWINDOW_SIZE, _WINDOW)
            pygit2.option(pygit2.enums.Option.SET_MWINDOW_MAPPED_LIMIT, _MAPPED)
            pygit2.option(pygit2.enums.Option.ENABLE_CACHING, 0)
            self._repo = pygit2.Repository(str(git_dir), RepositoryOpenFlag.NO_SEARCH)
            for folder in also:
                self._repo.odb.add_disk_alternate(str(folder))
        except (pygit2.GitError, KeyError, ValueError) as error:
            raise Unable(
                f"cannot open the repository: {error}", code="repository/open", where=str(git_dir)
            ) from None
        self._objects = git_dir / "objects"
        self._loose = Loose(str(self._objects), durable=durable)

    # objects

    def header(self, oid: Oid) -> tuple[ObjectKind, int]:
        """Return kind and size without reading the content; raise ObjectMissing."""
        try:
            kind, size = self._repo.odb.read_header(oid)
        except (KeyError, pygit2.GitError):
            raise ObjectMissing(oid) from None
        return _KINDS[kind], size

    def read(self, oid: Oid) -> bytes:
        """Return the raw content, its id checked; raise ObjectMissing."""
        try:
            kind, data = self._repo.odb.read(oid)
        except (KeyError, pygit2.GitError):
            raise ObjectMissing(oid) from None
        if object_id(_KINDS[kind], data) != oid:
            raise ObjectMissing(oid)  # what lies there is damaged
        return data

    def write(self, kind: ObjectKind, raw: bytes) -> Oid:
        """Store the raw bytes of an object and return its id."""
        try:
            return self._loose.write(kind, raw)
        except OSError as error:
            raise self._write_error(error) from None

    def together(self) -> AbstractContextManager[None]:
        """Write objects without waiting for the disk each time; all of them are there at the end.

        No ref may move inside: what it points to might not outlive a power failure.
        """
        return self._loose.together()

    def _write_error(self, error: OSError) -> Unable:
        return Unable(
            f"could not write to the repository: {error.strerror}",
            code="repository/write",
            where=str(self._objects),
            hint=_look_at(self._objects),
        )

    # refs

    def tip(self, ref: str) -> Oid | None:
        """Return the commit that a full ref name holds, following symbolic refs, or None."""
        try:
            return Oid(str(self._repo.lookup_reference(ref).resolve().target))
        except (KeyError, pygit2.GitError):
            return None

    def alias_of(self, ref: str) -> str | None:
        """Return the ref that a symbolic ref stands for in the end, or None where it is none."""
        seen: set[str] = set()
        at = ref
        while at not in seen:
            seen.add(at)
            try:
                target = self._repo.lookup_reference(at).target
            except (KeyError, ValueError, pygit2.GitError):
                break
            if isinstance(target, str):
                at = target
        return at if at != ref else None

    def refs(self, prefix: str) -> Iterator[tuple[str, Oid]]:
        """Yield (full name, target) of the refs below a prefix."""
        for name in self._repo.references:
            if name.startswith(prefix):
                tip = self.tip(name)
                if tip:
                    yield name, tip

    def advance(self, ref: str, *, expected: Oid | None, new: Oid, note: str) -> None:
        """Move ``ref`` from ``expected`` (None: not there yet) to ``new``, or raise TipMoved.

        The value is read again under the ref's own lock, so that no writer is ever overtaken.
        Where the store is durable, what was written lies on the disk before the ref says so.
        ``note`` goes into the reflog where git keeps one.
        """
        try:
            self._loose.settle()
        except OSError as error:
            raise self._write_error(error) from None
        try:
            if expected is None:
                self._repo.create_reference(ref, pygit2.Oid(hex=new), False, note)  # force=False
                return
            with self._repo.transaction() as transaction:
                transaction.lock_ref(ref)
                if self.tip(ref) != expected:
                    raise TipMoved(ref)
                transaction.set_target(ref, pygit2.Oid(hex=new), message=note)
        except pygit2.AlreadyExistsError:
            raise TipMoved(ref) from None
        except (pygit2.GitError, OSError) as error:
            raise self._ref_error(ref, error) from None

    def _ref_error(self, ref: str, error: Exception) -> Unable:
        text = str(error)
        file = Path(self._repo.path, ref)
        if ("lock" in text and text.endswith(_HELD)) or "already exists" in text:
            return RefLocked(
                f"{ref} is locked by another process",
                code="ref/locked",
                hint=f"if none is running: rm {shlex.quote(f'{file}.lock')}",
            )
        if "old reference value" in text or "not found" in text:
            return TipMoved(ref)
        return Unable(f"could not move {ref}: {text}", code="ref/write", hint=_look_at(file.parent))

    # history of the code

    def is_ancestor(self, old: Oid, new: Oid) -> bool:
        """Whether ``old`` is ``new`` or lies in its history."""
        try:
            return old == new or self._repo.descendant_of(new, old)
        except (KeyError, pygit2.GitError):
            return False

    def nearest(self, start: Oid, among: Container[str]) -> Oid | None:
        """Return the one of some commits that is ``start`` or before it with none in between.

        No more is read than lies between. Of several such, on branches that were merged, it is
        always the same one. None where none is found as far as history is here.
        """
        # Every other order of libgit2 reads the whole history before it says the first commit.
        walk = self._commits(start, SortMode.NONE)
        first = next((commit.id for commit in walk if str(commit.id) in among), None)
        if first is None:
            return None
        # By time it may have been met before a commit that comes after it: of the same second, or
        # where a clock was wrong.
        found, after = first, {first}
        for commit in self._commits(start, SortMode.TOPOLOGICAL | SortMode.REVERSE, but=str(first)):
            if not after.isdisjoint(commit.parent_ids):
                after.add(commit.id)
                found = commit.id if str(commit.id) in among else found
        return Oid(str(found))

    def commits_after(self, old: Oid, new: Oid, *, most: int) -> int | None:
        """Return how many commits the history of ``new`` has that the one of ``old`` has not.

        None where they are more than ``most``, or ``old`` does not lie in that history. (libgit2's
        own ``ahead_behind`` miscounts where commits are of the same second.)
        """
        count, met = 0, old == new
        for commit in self._commits(new, SortMode.TOPOLOGICAL, but=old):
            count += 1
            met = met or old in map(str, commit.parent_ids)
            if count > most:
                return None
        return count if met else None

    def _commits(
        self, start: Oid, order: SortMode, *, but: str | None = None
    ) -> Iterator[pygit2.Commit]:
        """Yield ``start`` and what lies before it, as far as it is here; not ``but`` and before."""
        try:
            walk = self._repo.walk(start, order)
            if but:
                walk.hide(but)
            yield from walk
        except (KeyError, ValueError, pygit2.GitError):
            return

    def merge_base(self, one: Oid, other: Oid) -> Oid | None:
        """Return the best common ancestor of two commits, or None."""
        try:
            base = self._repo.merge_base(one, other)
        except (KeyError, pygit2.GitError):
            return None
        return Oid(str(base)) if base else None

    def commit_of(self, oid: Oid) -> Oid | None:
        """Return the commit that an object is or, a tag, stands for; None for anything else."""
        try:
            return Oid(str(self._repo[oid].peel(pygit2.Commit).id))
        except (KeyError, pygit2.GitError):
            return None


def _look_at(folder: Path) -> str:
    place = shlex.quote(str(folder))
    return f"nothing was recorded; check free space and permissions: df -h {place}"
