"""What a clone lacks of its registry: the command that brings it, said of every verb's error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import Incomplete
from gitbaseline.model.objects import ObjectMissing

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


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


def hinted(error: Exception, where: Where) -> None:
    """Put that command into the error of a gap; raise Incomplete for an object that is missing."""
    if isinstance(error, ObjectMissing):
        raise Incomplete(
            f"the repository lacks {error.oid}, which the registry needs",
            hint=rest(Workspace(where), cut=False),
        ) from None
    if isinstance(error, Incomplete):
        error.hint = rest(Workspace(where), cut=error.cut)
