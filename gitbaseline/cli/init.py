"""``git baseline init``: the registry begins, or the remote's is adopted."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.keyfile import make_key
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import InputError, TipMoved, Unable
from gitbaseline.model.names import Oid
from gitbaseline.model.root import Succeeds, principal_fault
from gitbaseline.model.text import normal
from gitbaseline.policy.state import State
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.transport import remote as transport

if TYPE_CHECKING:
    from gitbaseline.cli import github
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.branch import Author


@click.command()
@click.option("--remote", metavar="NAME", help="Adopt the registry of this remote, or push ours.")
@click.option("--no-remote", is_flag=True, help="Do not look at the remote for a registry.")
@click.option(
    "--principal", metavar="NAME", help="Your name among the signers; default: user.email."
)
@click.option(
    "--github", "for_github", is_flag=True, help="List a key for GitHub Actions; print a workflow."
)
@click.option(
    "--succeeds", metavar="COMMIT", help="Tip of the registry that had to end; give --why."
)
@click.option("--why", metavar="TEXT", help="Why that one had to end.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    remote: str | None,
    no_remote: bool,
    principal: str | None,
    for_github: bool,
    succeeds: str | None,
    why: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Start the registry of this repository, or adopt the one that its remote has.

    Makes an Ed25519 key where git has none to sign with, and says where. Nothing but the branch is
    written: not the work tree, not the index. Doing it again changes nothing.

    With --github also a key that may record and nothing else, for the secret of a workflow; both
    are printed, and nothing is sent.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import github  # noqa: PLC0415

    workspace = Workspace(where)
    settings = workspace.settings
    named = remote or (settings.remote if settings.remote_url and not no_remote else None)
    how = "exists"
    old = _ended(workspace, succeeds, why)
    if workspace.branch.store.tip(settings.ref) is None:
        workspace.refuse_checked_out()
        how = "adopted" if named and not old and _adopt(workspace, named) else "created"
        if how == "created":
            if not (yes or as_json) and output.interactive():
                _ask(workspace)
            _create(workspace, principal, old)
    if how != "created":
        _keyed(workspace)
    key = github.workflow_key(workspace) if for_github else None
    if remote and how != "adopted" and workspace.git.remote_tip(remote, settings.ref) is None:
        from gitbaseline.cli import remotes  # noqa: PLC0415 - most registries begin here alone

        remotes.push(workspace, remotes.remote_of(workspace, remote))
    _tell(workspace, how, remote=remote, key=key, as_json=as_json)
    return 0


def _adopt(workspace: Workspace, remote: str) -> bool:
    """Take over the remote's registry if it has one; never begin a second one beside it."""
    ref = workspace.settings.ref
    tracking = f"refs/remotes/{remote}/{workspace.settings.branch}"
    try:
        tip = workspace.git.remote_tip(remote, ref)
    except Unable as error:
        raise Unable(
            error.message,
            code=error.code,
            where=remote,
            hint="git baseline init --no-remote, if you know that no registry is there",
        ) from None
    if tip is None:
        return False
    depth = 1 if workspace.place.shallow else None
    transport.fetch(workspace.git, remote, ref, tracking, depth=depth)
    fetched = workspace.store.tip(tracking)  # others may have pushed since the remote was asked
    state = workspace.branch.state(fetched)
    workspace.store.advance(ref, expected=None, new=state.commit, note="baseline: adopted")
    return True


def _ended(workspace: Workspace, tip: str | None, why: str | None) -> Succeeds | None:
    """Return the registry that ``--succeeds`` names; no other may be in its place."""
    if tip is None and why is None:
        return None
    commit = workspace.git.resolve(tip) if tip else None
    if commit is None or not why:
        raise InputError(
            "expected the last commit of the old registry, and why it had to end",
            code="init/succeeds",
            where="--succeeds" if why else "--why",
            hint="git baseline init --succeeds COMMIT --why TEXT",
        )
    if workspace.branch.store.tip(workspace.settings.ref):
        raise InputError(
            "the old registry still has the branch",
            code="init/succeeds",
            where=workspace.settings.branch,
            hint=f"git branch -m {workspace.settings.branch} {workspace.settings.branch}-old",
        )
    old = workspace.branch.state(Oid(commit)).root.registry_id
    return Succeeds(registry_id=old, tip=commit, reason=normal(why))


def _create(workspace: Workspace, principal: str | None, succeeds: Succeeds | None) -> None:
    from gitbaseline.registry.genesis import Genesis  # noqa: PLC0415 - as above

    author = _author(workspace)
    name = principal or author.email
    fault = principal_fault(name)
    if fault:
        raise Unable(
            f"{name!r} cannot name a signer: {fault}",
            code="key/principal",
            hint="git baseline init --principal alice",
        )
    genesis = Genesis(
        registry_id=secrets.token_hex(16),
        principal=name,
        fingerprint=author.fingerprint,
        public_key=author.public_key,
        succeeds=succeeds,
    )
    try:
        workspace.branch.begin(genesis, author, clock)
    except TipMoved:
        output.note("another process began the registry at the same moment; its registry stands")


def _author(workspace: Workspace) -> Author:
    try:
        return workspace.author()
    except Unable as error:
        if error.code not in ("key/none", "key/format"):
            raise
    path = workspace.default_key
    public = make_key(path, comment=f"git-baseline of {workspace.operator}")
    if public:
        output.note(f"made a signing key: {path}")
        output.note(f"  {public.fingerprint}")
        output.note("  keep it as you keep your ssh keys")
    return workspace.author()


def _keyed(workspace: Workspace) -> None:
    """Make a key where git has none, for others to list; reading needs none, so nothing fails."""
    try:
        _author(workspace)
    except Unable as error:
        if error.code in ("key/write", "key/half"):
            output.warn(str(error))


def _ask(workspace: Workspace) -> None:
    place = workspace.place.top or workspace.place.git_dir
    output.note(f"Starts the branch {workspace.settings.branch} in {place}.")
    output.confirm("Start it?", otherwise="no registry was started")


def _tell(
    workspace: Workspace,
    how: str,
    *,
    remote: str | None,
    key: github.WorkflowKey | None,
    as_json: bool,
) -> None:
    from gitbaseline.cli import github  # noqa: PLC0415 - as above

    state: State = workspace.branch.state()
    settings = workspace.settings
    pin = None if workspace.place.shallow else _genesis_pin(workspace)
    if as_json:
        content = {
            "how": how,
            "registry_id": state.root.registry_id,
            "branch": settings.branch,
            "commit": state.commit,
            "pin": pin,
            "keys": sorted(state.root.keys),
            "github": github.document(key) if key else None,
        }
        output.document(document.envelope("init", content))
        return
    words = {
        "created": "Started the registry",
        "adopted": "Adopted the remote's registry",
        "exists": "The registry is there",
    }
    output.say(f"{words[how]} on {settings.branch}")
    output.say(
        facts(
            [
                ("registry", state.root.registry_id),
                ("signers", ", ".join(sorted({k.principal for k in state.root.keys.values()}))),
                ("tip", state.commit),
                ("pin", pin or ""),
            ],
            output.columns(),
        )
    )
    output.note("")
    if pin and pin not in settings.pins:
        output.note(f"  git config baseline.root {pin}")
    output.note("  git baseline record FILE")
    if settings.remote_url and how != "adopted" and not remote:
        output.note("  git baseline push")
    if key:
        output.say()
        github.tell(key)


def _genesis_pin(workspace: Workspace) -> str | None:
    from gitbaseline.registry.verify import genesis_digest  # noqa: PLC0415 - as above

    return genesis_digest(workspace.store, workspace.branch.state().commit)
