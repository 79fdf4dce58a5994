"""``git baseline init``: the registry begins, or the remote's is adopted."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Where, Workspace, clock
from gitbaseline.errors import TipMoved, Unable
from gitbaseline.model.names import Oid
from gitbaseline.model.root import principal_fault
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Author
from gitbaseline.registry.genesis import Genesis
from gitbaseline.registry.verify import genesis_digest
from gitbaseline.report import document, text
from gitbaseline.signing.private import generate


@click.command()
@click.option("--remote", metavar="NAME", help="Adopt the registry of this remote, or push ours.")
@click.option("--no-remote", is_flag=True, help="Do not look at the remote for a registry.")
@click.option(
    "--principal", metavar="NAME", help="Your name among the signers; default: user.email."
)
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
    yes: bool,
    as_json: bool,
) -> int:
    """Start the registry of this repository, or adopt the one that its remote has.

    Makes an Ed25519 key where git has none to sign with, and says where. Nothing but the branch is
    written: not the work tree, not the index. Doing it again changes nothing.
    """
    workspace = Workspace(where)
    settings = workspace.settings
    named = remote or (settings.remote if settings.remote_url and not no_remote else None)
    how = "exists"
    if workspace.branch.store.tip(settings.ref) is None:
        how = "adopted" if named and _adopt(workspace, named) else "created"
        if how == "created":
            if not (yes or as_json) and output.interactive():
                _ask(workspace)
            _create(workspace, principal)
    if remote and how != "adopted" and workspace.git.remote_tip(remote, settings.ref) is None:
        workspace.git.push(remote, settings.ref)
    _tell(workspace, how, remote=remote, as_json=as_json)
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
    workspace.git.fetch(remote, ref, tracking)
    fetched = workspace.store.tip(tracking)
    workspace.branch.state(fetched)
    workspace.store.advance(ref, expected=None, new=Oid(tip), note="baseline: adopted")
    return True


def _create(workspace: Workspace, principal: str | None) -> None:
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
    private, public = generate(comment=f"git-baseline of {workspace.operator}")
    if _write_key(path, private, f"{public.openssh}\n".encode()):
        output.note(f"made a signing key: {path}")
        output.note(f"  {public.fingerprint}; keep it as you keep your ssh keys")
    return workspace.author()


def _write_key(path: Path, private: bytes, public: bytes) -> bool:
    """Write both halves, each whole or not at all; False where another process was faster."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=path.parent) as fresh:
            for target, data, mode in ((path, private, 0o600), (_beside(path), public, 0o644)):
                made = Path(fresh, target.name)
                made.touch(mode)
                made.write_bytes(data)
                os.link(made, target)
    except FileExistsError:
        return False
    except OSError as error:
        raise Unable(
            f"cannot write the key: {error.strerror}",
            code="key/write",
            where=str(path),
            hint="git config --global gpg.format ssh, and user.signingkey to a key that you have",
        ) from None
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _ask(workspace: Workspace) -> None:
    place = workspace.place.top or workspace.place.git_dir
    output.note(f"Starts the branch {workspace.settings.branch} in {place}.")
    if not click.confirm("Start it?", default=True, err=True):
        raise click.exceptions.Abort


def _tell(workspace: Workspace, how: str, *, remote: str | None, as_json: bool) -> None:
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
        text.facts(
            [
                ("registry", state.root.registry_id),
                ("signers", ", ".join(sorted({k.principal for k in state.root.keys.values()}))),
                ("tip", state.commit),
                ("pin", pin or ""),
            ]
        )
    )
    output.note("")
    if pin and pin not in settings.pins:
        output.note(f"  git config baseline.root {pin}")
    output.note("  git baseline record FILE")
    if settings.remote_url and not remote:
        output.note(f"  git push {settings.remote} {settings.branch}")


def _genesis_pin(workspace: Workspace) -> str | None:
    return genesis_digest(workspace.store, workspace.branch.state().commit)
