"""``git baseline hooks``: install the hooks, and prove that they enforce."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from gitbaseline.cli import output, probe
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace
from gitbaseline.config import checked_pins, plain_url
from gitbaseline.errors import Unable
from gitbaseline.registry import installing
from gitbaseline.report import document
from gitbaseline.report.facts import facts

_NAMES_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


@click.group("hooks")
def command() -> None:
    """Install git hooks that keep the registry as it was signed."""


@command.command("install", short_help="Install pre-push here, or a server's hooks.")
@click.option(
    "--server",
    type=PATH,
    metavar="REPO",
    help="A repository that is pushed to.",
)
@click.option("--root", "pin", metavar="SHA256", help="The pin that a first push must bring.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def install(where: Where, /, *, server: Path | None, pin: str | None, as_json: bool) -> int:
    """Install pre-push here, or with --server the hooks that refuse to rewrite the registry.

    On a server it also sets receive.fsckObjects, receive.hideRefs=refs/replace, no shallow pushes,
    a reflog, and which branch and pin it guards. It needs the registry to be there already, or
    --root, the pin that `git baseline init` prints.
    """
    workspace = Workspace(_at(server, where))
    folder = workspace.git.hooks_folder()
    if server is None:
        paths = installing.install(folder, installing.CLIENT_HOOKS, None)
        pins: tuple[str, ...] = workspace.settings.pins
    else:
        pins = _server_pins(workspace, pin)
        paths = installing.install(folder, installing.SERVER_HOOKS, sys.executable)
        _configure(workspace, pins)
    if as_json:
        content = {"hooks": [str(path) for path in paths], "pins": list(pins)}
        output.document(document.envelope("hooks", content))
        return 0
    for path in paths:
        output.say(f"installed {path.resolve()}")
    if server:
        output.say(facts([("pin", " ".join(pins))], output.columns()))
        output.note("")
        output.note(f"  git baseline hooks doctor --server {server}")
    return 0


@command.command("doctor", short_help="Prove that a server enforces.")
@click.option("--server", type=PATH, metavar="REPO", help="The repository by its path.")
@click.option("--remote", metavar="NAME", help="The remote that is pushed to; default: origin.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def doctor(where: Where, /, *, server: Path | None, remote: str | None, as_json: bool) -> int:
    """Prove that a server enforces: push something that must be refused.

    The probe is a ref in the registry's inbox under a wrong name. Should it be let in, it is taken
    out again and the answer is no.
    """
    from gitbaseline.cli import remotes  # noqa: PLC0415 - which -h does without

    workspace = Workspace(_at(server, where))
    place = workspace.place
    to = str(server.absolute()) if server else remotes.remote_of(workspace, remote).name
    shown = to if server else plain_url(workspace.git.url(to))
    findings = _files(workspace) if server else []
    found = probe.push(workspace.where, place, to=to, ref=workspace.settings.ref)
    findings += [found] if found else []
    if as_json:
        content = {"enforced": not findings, "findings": findings}
        output.document(document.envelope("doctor", content))
    else:
        for finding in findings:
            output.say(f"NOT enforced: {finding}")
        if not findings:
            output.say(f"enforced: {shown} refused the probe push")
    return 1 if findings else 0


@command.command("print", short_help="Print a hook's text.")
@click.argument("name", type=click.Choice([*installing.SERVER_HOOKS, "update", "pre-push"]))
def print_hook(name: str) -> int:
    """Print a hook's text, for a server that wants it elsewhere or called by another hook."""
    interpreter = sys.executable if name in (*installing.SERVER_HOOKS, "update") else None
    output.raw(installing.text_of(name, interpreter).encode())
    return 0


def _at(server: Path | None, where: Where) -> Where:
    """Return where to work: at a server's path, whatever repository the environment names."""
    if server is None:
        return where
    named = {key: value for key, value in where.environment.items() if key not in _NAMES_ANOTHER}
    return Where(folder=server, environment=named)


def _server_pins(workspace: Workspace, pin: str | None) -> tuple[str, ...]:
    """Return the pins of a server, the registry it holds verified whole; remember its tip."""
    from gitbaseline.registry import high_water  # noqa: PLC0415 - as above
    from gitbaseline.registry.verify import verify  # noqa: PLC0415 - as above

    tip = workspace.store.tip(workspace.settings.ref)
    given = checked_pins((pin,), where="--root") if pin else workspace.settings.pins
    if tip is None:
        if not given:
            raise Unable(
                "there is no registry here yet, and no pin for the first one",
                code="hooks/pin",
                where=str(workspace.place.git_dir),
                hint="--root SHA256, the pin that git baseline init prints",
            )
        return given
    found = verify(workspace.branch.chain, tip, pins=given)
    if not found.good or found.genesis is None:
        rule = found.violations[0].rule if found.violations else "history or pin"
        raise Unable(
            f"the registry here does not verify ({rule})",
            code="hooks/registry",
            where=str(workspace.place.git_dir),
            hint=f"git -C {workspace.place.git_dir} baseline verify --full",
        )
    high_water.save(workspace.place.common_dir, workspace.settings.ref, tip)
    return given or (found.genesis,)


def _configure(workspace: Workspace, pins: tuple[str, ...]) -> None:
    """Write what the hook goes by into the repository's own configuration; no other is read."""
    git = workspace.git
    for key, value in installing.SAFE_SETTINGS.items():
        git.configure(key, value)
    if installing.HIDDEN not in git.values("receive.hideRefs"):
        git.configure("receive.hideRefs", installing.HIDDEN, add=True)
    git.configure("baseline.root", " ".join(pins))
    git.configure("baseline.branch", workspace.settings.branch)


def _files(workspace: Workspace) -> list[str]:
    from gitbaseline.registry.overlays import overlays  # noqa: PLC0415 - as above

    found = []
    for name in installing.SERVER_HOOKS:
        path = workspace.git.hooks_folder() / name
        if not installing.calls_us(path):
            found.append(f"{path} does not call git-baseline")
        elif not os.access(path, os.X_OK):
            found.append(f"{path} is not executable, so git passes over it")
    config = workspace.git.config()
    for key, value in installing.SAFE_SETTINGS.items():
        if config.get(key.lower()) != value:
            found.append(f"{key} is {config.get(key.lower(), 'unset')}, expected {value}")
    if installing.HIDDEN not in workspace.git.values("receive.hideRefs"):
        found.append(f"receive.hideRefs does not name {installing.HIDDEN}")
    return found + overlays(workspace.store, workspace.place.common_dir)
