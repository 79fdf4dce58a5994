"""The snapshot of an entry: the raw payload, as the source was or as it was redacted.

- exactly one of ``source-snapshot.<ext>`` (a file; the extension follows from ``source_path``; of
  an inline source ``txt``) or ``source-snapshot/`` (a directory);
- ``snapshot_sha256`` is the digest of what is stored; unless fields were redacted it is the
  source's digest too, and the size is the source's size;
- nothing else lies in an entry but the files that FORMAT names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.model.baseline import Baseline, SourceKind
from gitbaseline.model.layout import BASELINE, SCHEMA, SNAPSHOT, SOURCE_MD
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.model.names import extension, fold, path_fault

_KNOWN = (BASELINE, SOURCE_MD, SCHEMA)


def snapshot_name(kind: SourceKind, source_path: str | None) -> str:
    """Return the name of a stored file, or of the folder for a directory."""
    if kind is SourceKind.DIRECTORY:
        return SNAPSHOT
    if source_path is None:
        return f"{SNAPSHOT}.txt"
    return f"{SNAPSHOT}.{extension(source_path.rpartition('/')[2])}"


def check(entry: Baseline, content: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """Yield (rule, message, path in the entry) for what is wrong with the stored payload."""
    name = snapshot_name(entry.source_kind, entry.source_path)
    is_folder = entry.source_kind is SourceKind.DIRECTORY
    stored = _below(content, f"{name}/") if is_folder else _only(content, name)
    expected = {f"{name}/{path}" for path in stored} if is_folder else {name}
    for path in content:
        if path not in expected and path not in _KNOWN:
            yield "path/unexpected", f"expected {name} beside {BASELINE}", path
    if not stored:
        yield "snapshot/missing", "the entry has no payload", name
        return
    if is_folder:
        yield from _paths(stored, name)
    actual = digest(stored) if is_folder else sha256(stored[name])
    if actual != entry.snapshot_sha256:
        yield "snapshot/digest", f"expected {entry.snapshot_sha256}, got {actual}", name
    size = sum(map(len, stored.values()))
    if not entry.redacted and (entry.source_sha256, entry.source_bytes) != (actual, size):
        yield "snapshot/source", "not redacted, yet source_sha256 or source_bytes differ", name


def _below(content: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {
        path.removeprefix(folder): data for path, data in content.items() if path.startswith(folder)
    }


def _only(content: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    return {name: content[name]} if name in content else {}


def _paths(stored: Mapping[str, bytes], name: str) -> Iterator[tuple[str, str, str]]:
    seen: dict[str, str] = {}
    for path in stored:
        fault = path_fault(path)
        if fault:
            yield "snapshot/path", fault, f"{name}/{path}"
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            spelled = "/".join(parts[:depth])
            other = seen.setdefault(fold(spelled), spelled)
            if other != spelled:
                text = f"{other!r} is the same name in another case"
                yield "snapshot/path", text, f"{name}/{spelled}"
