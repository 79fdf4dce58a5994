"""``git baseline fetch``: what others recorded, brought here and checked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import Unable
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.findings import findings
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.fetch import Fetched


@click.command()
@click.argument("remote", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, remote: str | None, as_json: bool) -> int:
    """Fetch the registry, check what is new, and take the local branch along where it can go.

    A local branch with unpushed statements stays as it is; `git baseline push` brings both
    together. Exits with 1 where the remote no longer holds what it held before, or where what is
    new does not verify; then the local branch stays.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import remotes  # noqa: PLC0415
    from gitbaseline.registry.fetch import fetch  # noqa: PLC0415

    workspace = Workspace(where)
    source = remotes.remote_of(workspace, remote)

    got = fetch(workspace.branch, source, lambda: may_move(workspace))
    if as_json:
        content = {"remote": source.name, "branch": workspace.settings.branch, **asdict(got)}
        output.document(document.envelope("fetch", content))
    else:
        _tell(source.name, got)
    return 1 if got.findings else 0


def may_move(workspace: Workspace) -> bool:
    """Whether the local branch may be taken along; warns where it may not."""
    try:
        workspace.refuse_checked_out()
    except Unable as error:
        output.warn(str(error))
        return False
    return True


def _tell(remote: str, got: Fetched) -> None:
    from gitbaseline.cli.push import SHOWN  # noqa: PLC0415 - as above

    for line in findings(got.findings):
        output.say(line)
    count = len(got.new)
    if count:
        output.say(f"{counted(count, 'new statement')} from {remote}")
    elif got.tip:
        output.say(f"Nothing new at {remote}")
    elif not got.findings:
        output.say(f"{remote} has no registry yet")
    for said in got.new[-SHOWN:]:
        output.say(f"  {said.statement}")
    if count > SHOWN:
        output.say(f"  and {count - SHOWN} before these")
    unpushed = len(got.unpushed)
    local = "taken along" if got.moved else ""
    if unpushed:
        local = f"{counted(unpushed, 'unpushed statement')}: git baseline push"
    below = facts([("tip", got.tip or ""), ("local", local)], output.columns())
    if below:
        output.say(below)
