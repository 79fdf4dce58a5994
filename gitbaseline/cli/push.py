"""``git baseline push``: what the remote lacks goes there, made anew where others were faster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output, progress
from gitbaseline.cli.workspace import Workspace
from gitbaseline.config import PATIENCE
from gitbaseline.model.manifest import sha256
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.fetch import Remote
    from gitbaseline.registry.push import Pushed
    from gitbaseline.registry.remake import Fate

SHOWN = 20


@click.command()
@click.argument("remote", required=False)
@click.option(
    "--wait",
    type=click.FloatRange(0, 86400),
    metavar="SECONDS",
    default=PATIENCE,
    show_default=True,
    help="How long others may be faster before it gives up.",
)
@click.option("--inbox", is_flag=True, help="Leave records to be collected; never waits.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, remote: str | None, wait: float, inbox: bool, as_json: bool) -> int:
    """Push the registry, with git's own transport and credentials. Never forces.

    \b
      git baseline push
      git baseline push upstream
      git baseline push --inbox

    Where others were faster, what they pushed is fetched and checked, your unpushed statements are
    made anew after theirs (slug, index row and standing chosen again, signed again), and pushed
    again. A record under an idempotency key that is there already is left out. Only statements
    signed by your key can be made anew. Whatever happens, everything stays on the local branch
    until the remote has it; push again to go on.

    With --inbox each unpushed record goes to a ref of its own, where no other writer is, and waits
    for `git baseline collect` to bring it onto the branch.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import remotes  # noqa: PLC0415

    workspace = Workspace(where)
    to = remotes.remote_of(workspace, remote)
    if inbox:
        return _deposit(workspace, to, as_json=as_json)
    with progress.waiting(f"pushing to {to.name}"):
        pushed = remotes.push(workspace, to, patience=wait)
    warnings = tuple(_warnings(workspace, pushed))
    for warning in warnings:
        output.warn(warning)
    if as_json:
        output.document(document.envelope("push", _document(workspace, to.name, pushed, warnings)))
    else:
        _tell(to.name, pushed)
    return 0


def _deposit(workspace: Workspace, to: Remote, *, as_json: bool) -> int:
    from gitbaseline.cli import remotes  # noqa: PLC0415 - as above
    from gitbaseline.registry.deposit import deposit  # noqa: PLC0415 - most pushes are to the branch
    from gitbaseline.registry.push import Pushed  # noqa: PLC0415 - as above
    from gitbaseline.registry.remake import Fate  # noqa: PLC0415 - as above

    with progress.waiting(f"pushing to {to.name}"):
        done = deposit(workspace.branch, to, remotes.uploads(workspace, to))
    if as_json:
        fates = tuple(
            Fate(
                was=one.commit,
                was_said=one.statement,
                commit=None,
                said=one.statement,
                left_out="collected there",
            )
            for one in done.there
        )
        pushed = Pushed(tip=done.tip, sent=done.sent, fates=fates, rounds=min(len(done.sent), 1))
        content = _document(workspace, to.name, pushed, (), inbox=True)
        output.document(document.envelope("push", content))
        return 0
    count = len(done.sent)
    if count:
        output.say(f"Left {counted(count, 'record')} in the inbox of {to.name}")
    else:
        output.say(f"Nothing to leave in the inbox; {to.name} has it all")
    for sent in done.sent[:SHOWN]:
        output.say(f"  {sent.statement}")
    if count > SHOWN:
        output.say(f"  and {count - SHOWN} more")
    for one in done.there:
        output.say(f"  left out {one.statement}: collected there")
    return 0


def _warnings(workspace: Workspace, pushed: Pushed) -> Iterator[str]:
    for fate in pushed.fates:
        yield from (f"{fate.said}: {warning}" for warning in fate.warnings)
        if fate.pin and sha256(workspace.store.read(fate.was)) in workspace.settings.pins:
            yield (
                f"baseline.root names {fate.was_said!r} as it was before; "
                f"git config baseline.root {fate.pin}"
            )


def _tell(remote: str, pushed: Pushed) -> None:
    left_out = [fate for fate in pushed.fates if fate.left_out]
    count = len(pushed.sent)
    if count:
        output.say(f"Pushed {counted(count, 'statement')} to {remote}")
    else:
        output.say(f"Nothing to push; {remote} has it all")
    made = {fate.commit: fate for fate in pushed.fates if not fate.left_out}
    for sent in pushed.sent[:SHOWN]:
        output.say(f"  {sent.statement}{_was(made.get(sent.commit))}")
    if count > SHOWN:
        output.say(f"  and {count - SHOWN} more")
    for fate in left_out:
        stands = f"; it stands as {fate.said}" if fate.said != fate.was_said else ""
        output.say(f"  left out {fate.was_said}: {fate.left_out}{stands}")
    pins = [fate.pin for fate in pushed.fates if fate.pin]
    output.say(
        facts([("tip", pushed.tip or ""), ("new pin", pins[-1] if pins else "")], output.columns())
    )


def _was(fate: Fate | None) -> str:
    if fate is None:
        return ""
    return f" (was {fate.was_said})" if fate.was_said != fate.said else " (made anew)"


def _document(
    workspace: Workspace,
    remote: str,
    pushed: Pushed,
    warnings: tuple[str, ...],
    *,
    inbox: bool = False,
) -> dict[str, object]:
    made = {fate.commit: fate for fate in pushed.fates if not fate.left_out}
    return {
        "remote": remote,
        "branch": workspace.settings.branch,
        "inbox": inbox,
        "tip": pushed.tip,
        "pushed": [
            {"commit": sent.commit, "statement": sent.statement, **_before(made.get(sent.commit))}
            for sent in pushed.sent
        ],
        "left_out": [
            {
                "commit": fate.was,
                "statement": fate.was_said,
                "why": fate.left_out,
                "stands_as": fate.said,
                "stands_in": fate.commit,
            }
            for fate in pushed.fates
            if fate.left_out
        ],
        "rounds": pushed.rounds,
        "warnings": list(warnings),
    }


def _before(fate: Fate | None) -> dict[str, object]:
    was = {"commit": fate.was, "statement": fate.was_said} if fate else None
    return {"was": was, "pin": fate.pin if fate else None}
