"""The snapshot of an entry: the raw payload, as the source was or as it was redacted.

- exactly one of ``source-snapshot.<ext>`` (a file; the extension follows from ``source_path``; of
  an inline source ``txt``) or ``source-snapshot/`` (a directory), or one of the same two with
  ``.lfs`` behind ``source-snapshot``: then every file there is a Git LFS pointer;
- ``snapshot_sha256`` is the digest of what is stored; unless fields were redacted it is the
  source's digest too, and the size is the source's size. A pointer counts as the content that it
  names, which nobody needs to have here;
- nothing else lies in an entry but the files that FORMAT names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.model.baseline import Baseline, SourceKind
from gitbaseline.model.layout import BASELINE, LFS, SCHEMA, SNAPSHOT, SOURCE_MD
from gitbaseline.model.manifest import listing, sha256
from gitbaseline.model.names import extension, path_fault, twins
from gitbaseline.model.pointer import Pointer, from_bytes, pointer_of

_KNOWN = (BASELINE, SOURCE_MD, SCHEMA)


def snapshot_name(kind: SourceKind, source_path: str | None) -> str:
    """Return the name of a stored file, or of the folder for a directory."""
    if kind is SourceKind.DIRECTORY:
        return SNAPSHOT
    if source_path is None:
        return f"{SNAPSHOT}.txt"
    return f"{SNAPSHOT}.{extension(source_path.rpartition('/')[2])}"


def lfs_name(name: str) -> str:
    """Return the name under which the pointers lie, where those of a snapshot do.

    >>> lfs_name("source-snapshot.log"), lfs_name("source-snapshot")
    ('source-snapshot.lfs.log', 'source-snapshot.lfs')
    """
    return f"{LFS}{name.removeprefix(SNAPSHOT)}"


def check(entry: Baseline, content: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """Yield (rule, message, path in the entry) for what is wrong with the stored payload."""
    name = snapshot_name(entry.source_kind, entry.source_path)
    is_folder = entry.source_kind is SourceKind.DIRECTORY
    stored = _stored(content, name, is_folder=is_folder)
    pointed = {} if stored else _stored(content, lfs_name(name), is_folder=is_folder)
    if pointed:
        name, stored = lfs_name(name), pointed
    expected = {f"{name}/{path}" for path in stored} if is_folder else {name}
    for path in content:
        if path not in expected and path not in _KNOWN:
            yield "path/unexpected", f"expected {name} beside {BASELINE}", path
    if not stored:
        yield "snapshot/missing", "the entry has no payload", name
        return
    if is_folder:
        yield from _paths(stored, name)
    read = from_bytes if pointed else pointer_of
    facts = {path: read(data) for path, data in stored.items()}
    known = {path: fact for path, fact in facts.items() if fact is not None}
    for path, data in stored.items():
        if path not in known:
            text = f"expected the three lines of a Git LFS pointer, got {len(data)} other bytes"
            yield "snapshot/pointer", text, f"{name}/{path}" if is_folder else path
    if len(known) == len(facts):
        yield from _agrees(entry, known, name, is_folder=is_folder)


def _agrees(
    entry: Baseline, stored: Mapping[str, Pointer], name: str, *, is_folder: bool
) -> Iterator[tuple[str, str, str]]:
    actual = sha256(listing(stored)) if is_folder else stored[name].oid
    if actual != entry.snapshot_sha256:
        yield "snapshot/digest", f"expected {entry.snapshot_sha256}, got {actual}", name
    size = sum(fact.size for fact in stored.values())
    if not entry.redacted and (entry.source_sha256, entry.source_bytes) != (actual, size):
        yield "snapshot/source", "not redacted, yet source_sha256 or source_bytes differ", name


def _stored(content: Mapping[str, bytes], name: str, *, is_folder: bool) -> dict[str, bytes]:
    """Return a file by its name, or a folder's files by their paths in it; empty without any."""
    if not is_folder:
        return {name: content[name]} if name in content else {}
    inside = f"{name}/"
    return {
        path.removeprefix(inside): data for path, data in content.items() if path.startswith(inside)
    }


def _paths(stored: Mapping[str, bytes], name: str) -> Iterator[tuple[str, str, str]]:
    for path in stored:
        fault = path_fault(path)
        if fault:
            yield "snapshot/path", fault, f"{name}/{path}"
    for spelled, other in twins(stored):
        text = f"{other!r} is the same name in another case"
        yield "snapshot/path", text, f"{name}/{spelled}"
