"""``git baseline collect``: what waits in the inbox is checked and brought onto the branch."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.fetch import may_move
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.model.text import visible_line
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.collect import Collected, Waiting


@click.command()
@click.argument("remote", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, remote: str | None, as_json: bool) -> int:
    """Bring what waits in the remote's inbox onto the branch, and push that.

    Each record is checked: its signature, its key's role and family, its content. A good one
    becomes a commit of yours that keeps the contributor's own signed statement, and is taken out of
    the inbox once the remote's branch has it. A bad one is told and left; it keeps nothing else
    back. Your key needs the role collect. Exits with 1 where anything was left.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import remotes  # noqa: PLC0415
    from gitbaseline.registry.collect import Means, collect  # noqa: PLC0415

    workspace = Workspace(where)
    to = remotes.remote_of(workspace, remote)
    workspace.refuse_checked_out()
    means = Means(
        author=workspace.author,
        clock=clock,
        may_move=lambda: may_move(workspace),
        push=lambda: remotes.push(workspace, to),
    )
    done = collect(workspace.branch, to, means)
    if done.unremoved:
        output.warn(f"could not empty the inbox: {done.unremoved}")
    if as_json:
        output.document(document.envelope("collect", _document(workspace, to.name, done)))
    else:
        _tell(to.name, done)
    return 1 if any(one.entry is None for one in done.waiting) else 0


def _tell(remote: str, done: Collected) -> None:
    from gitbaseline.cli.push import SHOWN  # noqa: PLC0415 - as above

    folded = [one for one in done.waiting if one.folded]
    there = [one for one in done.waiting if one.entry and not one.folded]
    left = [one for one in done.waiting if one.entry is None]
    if not done.waiting:
        output.say(f"The inbox of {remote} is empty")
    elif folded:
        output.say(f"Collected {counted(len(folded), 'record')} at {remote}")
    else:
        output.say(f"Nothing to collect at {remote}")
    for one in folded[:SHOWN]:
        of = f" of {one.principal}" if one.principal else ""
        output.say(visible_line(f"  {one.entry}{of}"))
    if len(folded) > SHOWN:
        output.say(f"  and {len(folded) - SHOWN} more")
    for one in there:
        output.say(f"  stands already: {one.entry}")
    for one in left:
        _tell_left(one)
    output.say(facts([("tip", done.tip or "")], output.columns()))


def _tell_left(one: Waiting) -> None:
    output.say(visible_line(f"  left in the inbox: {one.ref}"))
    for finding in one.findings:
        output.say(visible_line(f"    {finding.rule}: {finding.message}"))


def _document(workspace: Workspace, remote: str, done: Collected) -> dict[str, object]:
    return {
        "remote": remote,
        "branch": workspace.settings.branch,
        "tip": done.tip,
        "collected": [
            {
                "commit": one.commit,
                "entry": str(one.entry),
                "folded": one.folded,
                "principal": one.principal,
            }
            for one in done.waiting
            if one.entry
        ],
        "left": [
            {
                "commit": one.commit,
                "ref": one.ref,
                "findings": [asdict(finding) for finding in one.findings],
            }
            for one in done.waiting
            if one.entry is None
        ],
        "unremoved": str(done.unremoved) if done.unremoved else None,
    }
