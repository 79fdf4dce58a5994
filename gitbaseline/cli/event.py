"""``git baseline accept`` and ``git baseline retract``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Standing
from gitbaseline.model.event import STATEMENTS, EventKind
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.text import normal
from gitbaseline.policy.common import ROLES
from gitbaseline.report import document
from gitbaseline.report.facts import facts

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.command("accept")
@click.argument("entry")
@click.option("--why", required=True, help="The reason; it is signed and shown.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def accept(where: Where, /, *, entry: str, why: str, yes: bool, as_json: bool) -> int:
    """Make a candidate a baseline, with a reason.

    An agent may not do this unasked: it is a person's word that the new number stands.
    """
    return _state(where, EventKind.ACCEPTED, entry, why, ask=not (yes or as_json), as_json=as_json)


@click.command("retract")
@click.argument("entry")
@click.option("--why", required=True, help="The reason; it is signed and shown.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def retract(where: Where, /, *, entry: str, why: str, yes: bool, as_json: bool) -> int:
    """Withdraw an entry, with a reason. It stays readable; no reference means it any more."""
    return _state(where, EventKind.RETRACTED, entry, why, ask=not (yes or as_json), as_json=as_json)


def _state(
    where: Where, kind: EventKind, reference: str, why: str, *, ask: bool, as_json: bool
) -> int:
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry import permission  # noqa: PLC0415
    from gitbaseline.registry.event import Happening  # noqa: PLC0415
    from gitbaseline.registry.resolve import resolve  # noqa: PLC0415

    workspace = Workspace(where)
    branch = workspace.registry
    found = resolve(workspace.reader, reference, workspace.code)
    path, baseline = found.entry.path, found.entry.baseline
    if kind is EventKind.ACCEPTED and baseline.standing is not Standing.CANDIDATE:
        raise InputError(
            "is no candidate: it counts already", code="accept/standing", where=str(path)
        )
    workspace.refuse_checked_out()
    author = workspace.author()
    permission.require(branch.state(), author, ROLES[STATEMENTS[kind]], path.family)
    happening = Happening(
        kind=kind,
        entry=path,
        at=utc_from_epoch(clock()),
        by=normal(workspace.operator),
        reason=normal(why),
        objects=branch.chain.objects,
        trees=branch.chain.trees,
    )
    happening.draft(branch.state())
    if ask and output.interactive():
        output.note(f"{path} will be {kind}: {why}")
        output.confirm("State it?", otherwise="nothing was stated")
    written = branch.append(happening, author, clock)
    if as_json:
        content = {"entry": str(path), "event": str(kind), "commit": written.commit, "reason": why}
        output.document(document.envelope(written.draft.kind, content))
    else:
        output.say(f"{str(kind).capitalize()} {path}")
        output.say(facts([("reason", why), ("commit", written.commit)], output.columns()))
    return 0
