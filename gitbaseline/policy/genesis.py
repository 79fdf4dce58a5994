"""The genesis: the one commit without a parent, signed by a root key that it lists itself."""

from __future__ import annotations

from collections.abc import Iterator

from gitbaseline.model import root as roots
from gitbaseline.model.layout import (
    ALLOWED_SIGNERS,
    ATTRIBUTES,
    DISTRUSTED,
    GIT_ATTRIBUTES,
    README,
    ROOT_JSON,
    trust_folder,
)
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import message
from gitbaseline.model.root import Role, Root
from gitbaseline.model.violation import Violation
from gitbaseline.policy.common import check_message, check_only, check_role
from gitbaseline.policy.view import View

_FOLDER = trust_folder(1)
PATHS = (
    GIT_ATTRIBUTES,
    f"{_FOLDER}/{ALLOWED_SIGNERS}",
    f"{_FOLDER}/{DISTRUSTED}",
    f"{_FOLDER}/{ROOT_JSON}",
    README,
)
_FILE_LIMIT = 1024 * 1024


def check(view: View, root: Root) -> Iterator[Violation]:
    """Yield every rule that this genesis breaks; ``root`` is its own ``root.json``."""
    yield from check_only(view, set(PATHS), None)
    yield from check_role(view, Role.ROOT, None)
    content, unread = view.small_files(PATHS, _FILE_LIMIT)
    if unread:
        yield view.broken("genesis/files", "missing, not a file, or too large", unread)
        return
    yield from _trust(view, root, content)
    if content[GIT_ATTRIBUTES] != ATTRIBUTES:
        yield view.broken("genesis/attributes", "not the fixed content", GIT_ATTRIBUTES)
    trailers = view.expected_trailers(digest(content), root.registry_id)
    yield from check_message(view, message(trailers, root.registry_id), trailers)


def _trust(view: View, root: Root, content: dict[str, bytes]) -> Iterator[Violation]:
    where = f"{_FOLDER}/{ROOT_JSON}"
    if root.version != 1:
        yield view.broken("trust/version", f"expected 1, got {root.version}", where)
    for name, key in root.keys.items():
        if key.added != 1 or not key.live:
            yield view.broken("trust/key", f"{name} is not a live key added in version 1", where)
    if content[f"{_FOLDER}/{ALLOWED_SIGNERS}"] != roots.allowed_signers(root):
        yield view.broken(
            "trust/allowed-signers", "not what root.json makes it", f"{_FOLDER}/{ALLOWED_SIGNERS}"
        )
    if content[f"{_FOLDER}/{DISTRUSTED}"]:
        yield view.broken("trust/distrusted", "not empty at first", f"{_FOLDER}/{DISTRUSTED}")
