"""What ``push``, ``fetch`` and ``record --push`` share: the remote, and what a push needs of us."""

from __future__ import annotations

from collections.abc import Callable

from gitbaseline.cli import defaults, output
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.config import PATIENCE, plain_url
from gitbaseline.errors import GitBaselineError, InputError
from gitbaseline.registry.branch import Author
from gitbaseline.registry.fetch import Remote
from gitbaseline.registry.lfs_transfer import Uploads
from gitbaseline.registry.placed import placed_now
from gitbaseline.registry.push import Means, Pushed
from gitbaseline.registry.push import push as push_branch
from gitbaseline.registry.remake import Fate
from gitbaseline.registry.ruling import Placed, Ruling
from gitbaseline.report.numbers import counted, size


def remote_of(workspace: Workspace, name: str | None) -> Remote:
    """Return a remote by its name, or the configured one; InputError where there is none."""
    settings = workspace.settings
    named = name or settings.remote
    url = workspace.config.get(f"remote.{named}.url")
    if url is None:
        known = ", ".join(workspace.git.remotes())
        raise InputError(
            f"there is no remote {named!r}" + (f"; there is {known}" if known else ""),
            code="remote/none",
            where="REMOTE" if name else "baseline.remote",
            hint=f"git remote add {named} URL",
        )
    return Remote(
        git=workspace.git,
        name=named,
        url=plain_url(url),
        ref=settings.ref,
        tracking=f"refs/remotes/{named}/{settings.branch}",
        cache=workspace.cache,
        shallow=workspace.place.shallow,
    )


def push(workspace: Workspace, remote: Remote, *, patience: float = PATIENCE) -> Pushed:
    """Push what the remote lacks; raise Unable where it cannot be done."""

    def author() -> tuple[Author, Ruling]:
        found = workspace.author()
        return found, defaults.ruling(workspace, found)

    means = Means(
        author=author,
        clock=clock,
        may_move=workspace.refuse_checked_out,
        upload=uploads(workspace, remote),
        tell=_overtaken,
        patience=patience,
    )
    return push_branch(workspace.branch, remote, means)


def uploads(workspace: Workspace, remote: Remote) -> Uploads:
    """Return what sends up the Git LFS objects of some commits."""
    return Uploads(workspace.branch.chain, workspace.git, workspace.shelf, remote.name, _uploading)


def _uploading(count: int, total: int) -> None:
    output.note(f"uploading {counted(count, 'Git LFS object')}, {size(total)}")


def _overtaken(count: int) -> None:
    said = counted(count, "statement")
    output.note(f"others were faster; {said} of yours made anew after theirs")


def push_placed(
    workspace: Workspace, placed: Placed, ruling: Ruling, tell: Callable[..., None]
) -> int:
    """Push, then tell where the entry lies now; return the exit code.

    Where the push failed the entry is told all the same, then why: it stands here.
    """
    fault: GitBaselineError | None = None
    fates: tuple[Fate, ...] = ()
    try:
        fates = push(workspace, remote_of(workspace, None)).fates
    except GitBaselineError as error:
        fault = error
    tell(placed_now(placed, ruling, fates), pushed=fault is None)
    if fault is None:
        return 0
    output.complain(f"recorded here, but not pushed: {fault}")
    output.note(f"hint: {fault.hint or 'git baseline push'}")
    return fault.exit_code
