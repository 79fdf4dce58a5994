"""What may be longer than the terminal: through git's pager there, plainly elsewhere."""

from __future__ import annotations

import sys

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.model.text import visible
from gitbaseline.transport.git import is_false

_NONE = ("", "cat")  # git's ways to say that nothing shall page


def show(text: str, workspace: Workspace) -> None:
    """Write a result for people to stdout: escaped, in colour where it may be, paged as git does.

    ``git --no-pager``, ``GIT_PAGER``, ``core.pager``, ``PAGER`` and ``pager.baseline`` count.
    """
    shown = output.encodable(visible(text), sys.stdout)
    config = workspace.config
    # Painted after it was escaped: no escape sequence but ours is in it.
    wanted = output.colored(config.get("color.baseline", config.get("color.ui")))
    painted = output.painted(shown) if wanted else shown
    if not (sys.stdout.isatty() and _paged(f"{painted}\n", workspace)):
        click.echo(painted, color=wanted)


def _paged(text: str, workspace: Workspace) -> bool:
    if is_false(workspace.config.get("pager.baseline", "true")):
        return False
    command = workspace.git.pager()
    if command in _NONE:
        return False
    from gitbaseline.transport.pager import page  # noqa: PLC0415 - only a terminal needs it

    sys.stdout.flush()
    return page(command, text.encode(sys.stdout.encoding), workspace.where.environment)
