"""``git baseline undo``: the last record goes while nobody else has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.report import document
from gitbaseline.report.facts import facts

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, yes: bool, as_json: bool) -> int:
    """Take back the last record while it is unpushed.

    What a remote-tracking branch already holds stays. The commit is named, so that it can be
    brought back.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry.undo import undo  # noqa: PLC0415

    workspace = Workspace(where)
    workspace.refuse_checked_out()

    def sure(path: str) -> None:
        if not (yes or as_json) and output.interactive():
            output.note(f"takes back {path}")
            output.confirm("Take it back?", otherwise="nothing was taken back")

    undone = undo(workspace.store, workspace.branch, sure)
    if as_json:
        content = {"entry": undone.subject, "commit": undone.commit, "tip": undone.tip}
        output.document(document.envelope("undo", content))
        return 0
    output.say(f"Took back {undone.subject}")
    output.say(facts([("commit", undone.commit), ("tip", undone.tip)], output.columns()))
    output.note("")
    output.note("to bring it back:")
    output.note(f"  git update-ref {workspace.settings.ref} {undone.commit} {undone.tip}")
    return 0
