"""The tags of a repository as rows: what a release is called, its commit and when that was made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gitbaseline.model.codec import JSON
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.objects import ObjectMissing

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

COLUMNS: Mapping[str, str] = {
    "registry": "VARCHAR",
    "tag": "VARCHAR",
    "git_sha": "VARCHAR",
    "committed_at": "TIMESTAMP",
}
_TAGS = "refs/tags/"
_COMMITTER = re.compile(rb"^committer .* ([0-9]{1,11}) [+-][0-9]{4}$", re.MULTILINE)


def rows(store: Store, registry: str) -> Iterator[dict[str, JSON]]:
    """Yield the columns of ``COLUMNS`` of each tag on a commit, by name."""
    for name, oid in sorted(store.refs(_TAGS)):
        commit = store.commit_of(oid)
        if commit is None:
            continue
        try:
            head = store.read(commit).partition(b"\n\n")[0]
        except ObjectMissing:
            continue
        match = _COMMITTER.search(head)
        yield {
            "registry": registry,
            "tag": name.removeprefix(_TAGS).encode(errors="replace").decode(),
            "git_sha": commit,
            "committed_at": utc_from_epoch(int(match[1])) if match else None,
        }
