"""What a clone lacks of its registry: the command that brings it, said of every verb's error."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import Incomplete
from gitbaseline.model.objects import ObjectMissing

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where

E = TypeVar("E", bound=Exception)


def rest(workspace: Workspace, *, cut: bool) -> str:
    """Return the command that brings, or looks for, what is missing.

    ``cut`` says that it is commits, as in a shallow clone.
    """
    settings = workspace.settings
    if not settings.remote_url:
        return "git fsck"
    if cut and workspace.place.shallow:
        return f"git fetch --unshallow {settings.remote}"
    return f"git fetch --refetch --no-filter {settings.remote} {settings.branch}"


def told(error: E, where: Where) -> E | Incomplete:
    """Return the error with that command, where it is one of a gap; any other as it is."""
    if isinstance(error, ObjectMissing):
        gap = Incomplete(f"the repository lacks {error.oid}, which the registry needs")
    elif isinstance(error, Incomplete):
        gap = error
    else:
        return error
    gap.hint = rest(Workspace(where), cut=gap.cut)
    return gap
