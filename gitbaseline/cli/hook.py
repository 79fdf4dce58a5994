"""``git baseline hook``: what installed hooks and pre-commit call."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline import config_file, team_config
from gitbaseline.cli import output
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError
from gitbaseline.model.names import Oid
from gitbaseline.model.text import visible_line
from gitbaseline.policy.refs import ZERO
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.group("hook")
def command() -> None:
    """Entry points of hooks; `git baseline hooks install` writes the files that call them."""


@command.command("pre-receive", short_help="Judge a push on the server.")
def pre_receive() -> int:
    """Judge a push on the server, given git's lines on standard input."""
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline import hook as server  # noqa: PLC0415

    return server.pre_receive(sys.stdin.buffer.read(), os.environ)


@command.command("post-receive")
def post_receive() -> int:
    """Remember the registry's tip on the server."""
    from gitbaseline import hook as server  # noqa: PLC0415 - as above

    return server.post_receive(os.environ)


@command.command("update")
@click.argument("ref")
@click.argument("old")
@click.argument("new")
def update(ref: str, old: str, new: str) -> int:
    """Judge the update of one ref on the server."""
    from gitbaseline import hook as server  # noqa: PLC0415 - as above

    return server.update(ref, old, new, os.environ)


@command.command("pre-commit")
@click.pass_obj
def pre_commit(where: Where, /) -> int:
    """Verify the registry, if this repository has one."""
    workspace = Workspace(where)
    tip = workspace.branch.tip()
    return 0 if tip is None else _verify(workspace, tip)


@command.command("pre-push", short_help="Verify the registry before it is pushed.")
@click.argument("remote", required=False)
@click.argument("url", required=False)
@click.pass_obj
def pre_push(where: Where, /, *, remote: str | None, url: str | None) -> int:
    """Verify the registry before it is pushed, given git's lines on standard input.

    Under pre-commit, which keeps those lines, whatever the branch holds is verified.
    """
    workspace = Workspace(where)
    if remote is None and url is None:
        tip = workspace.branch.tip()
        return 0 if tip is None else _verify(workspace, tip)
    ref = workspace.settings.ref
    for line in sys.stdin.read().splitlines():
        parts = line.split(" ")
        if len(parts) != 4 or parts[2] != ref:
            continue
        _, new, _, old = parts
        if new == ZERO:
            return _refuse(f"{ref} is never deleted")
        if old != ZERO and not workspace.store.is_ancestor(Oid(old), Oid(new)):
            return _refuse(f"{ref} would lose {old}; git fetch, and record on top of it")
        code = _verify(workspace, Oid(new))
        if code:
            return code
    return 0


@command.command("check-config", short_help="Check the team's .baseline.yaml.")
@click.argument("files", nargs=-1, type=PATH)
def check_config(files: tuple[Path, ...]) -> int:
    """Check the team's .baseline.yaml: its form, its names, its tolerances."""
    found = 0
    for file in files:
        try:
            team_config.load(config_file.content(file), str(file))
        except InputError as error:
            output.error(error, as_json=False)
            found = 1
    return found


def _verify(workspace: Workspace, tip: Oid) -> int:
    from gitbaseline.registry.inspect import inspect  # noqa: PLC0415 - as above
    from gitbaseline.registry.receive import FINDINGS  # noqa: PLC0415 - as above

    found = inspect(
        workspace.branch,
        tip,
        pins=workspace.settings.pins,
        cache=workspace.cache,
        remote=workspace.remote,
        full=False,
    )
    for violation in found.violations[:FINDINGS]:
        place = f" (at {violation.place})" if violation.place else ""
        output.complain(visible_line(f"{violation.rule}: {violation.message}{place}"))
    if found.violations:
        left = len(found.violations) - FINDINGS
        if left > 0:
            output.complain(f"and {counted(left, 'more finding')}")
        output.note(f"hint: git baseline explain {found.violations[0].rule}")
        return 1
    if found.incomplete:  # the pin may be in what is missing
        output.warn(f"the registry is incomplete here: {found.incomplete}")
        return 0
    if found.pinned is False:
        return _refuse("this is another registry than the one that baseline.root pins")
    return 0


def _refuse(message: str) -> int:
    output.complain(message)
    return 1
