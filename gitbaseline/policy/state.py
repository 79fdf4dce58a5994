"""What holds at one position of the branch: the trust state there, and what the next binds.

Everything is read from that commit's own tree, so that judging a commit needs its parent and
nothing older: history-free writing and incremental verification rest on this.
"""

from __future__ import annotations

from typing import TypeAlias

from gitbaseline.frozen import dataclass
from gitbaseline.model import root as roots
from gitbaseline.model.codec import CodecError
from gitbaseline.model.commit import Commit, parse
from gitbaseline.model.layout import DISTRUSTED, ROOT_JSON, TRUST
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, Objects
from gitbaseline.model.root import Root
from gitbaseline.model.shape import ShapeError
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.raw import raw_commit

TRUST_FILE_LIMIT = 8 * 1024 * 1024


# by the id of the folder of trust states: root.json, its digest, the distrusted entries
TrustCache: TypeAlias = dict[str, tuple[Root, str, frozenset[str]]]


class NotARegistry(Exception):  # noqa: N818 - an answer: the branch belongs to something else
    """The commit's tree holds no trust state that can be read. The text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One position: its commit, tree, raw digest and date, and the trust state that holds there."""

    commit: Oid
    tree: Oid
    raw_sha256: str
    time: int
    root: Root
    root_sha256: str
    distrusted: frozenset[str] = frozenset()


def load(objects: Objects, trees: Trees, commit: Oid, cache: TrustCache) -> State:
    """Return the state after ``commit``; raise NotARegistry, ObjectMissing or a grammar fault."""
    return after(objects, trees, commit, parse(raw_commit(objects, commit)), cache)


def after(objects: Objects, trees: Trees, oid: Oid, commit: Commit, cache: TrustCache) -> State:
    """Return the state after a commit that was read already."""
    top = trees.find(commit.tree, TRUST)
    if top is None or not top.is_folder:
        raise NotARegistry(f"no folder {TRUST} on the branch")
    if top.oid not in cache:
        cache[top.oid] = _trust(objects, trees, top.oid)
    root, root_sha256, distrusted = cache[top.oid]
    return State(
        commit=oid,
        tree=commit.tree,
        raw_sha256=sha256(commit.raw),
        time=commit.person.time,
        root=root,
        root_sha256=root_sha256,
        distrusted=distrusted,
    )


def _trust(objects: Objects, trees: Trees, top: Oid) -> tuple[Root, str, frozenset[str]]:
    versions = [name for name, node in trees.tree(top) if node.is_folder]
    newest = f"{len(versions):06d}"
    root = _small_blob(objects, trees, top, f"{newest}/{ROOT_JSON}")
    distrusted = _small_blob(objects, trees, top, f"{newest}/{DISTRUSTED}")
    try:
        listed = frozenset(distrusted.decode().splitlines())
        return roots.from_bytes(root), sha256(root), listed
    except (CodecError, ShapeError, UnicodeDecodeError) as error:
        raise NotARegistry(f"{TRUST}/{newest}: {error}") from None


def _small_blob(objects: Objects, trees: Trees, top: Oid, path: str) -> bytes:
    node = trees.find(top, path)
    if node is None or node.is_folder:
        raise NotARegistry(f"{TRUST}/{path} is missing")
    kind, size = objects.header(node.oid)
    if kind is not ObjectKind.BLOB or size > TRUST_FILE_LIMIT:
        raise NotARegistry(f"{TRUST}/{path}: a {kind} of {size} bytes")
    return objects.read(node.oid)
