"""What an entry gets where the person did not say: family, measurement, code, environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gitbaseline.cli import parse
from gitbaseline.cli.workspace import Workspace
from gitbaseline.config import TEAM_FILES, plain_url
from gitbaseline.config_file import content
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.codec import Scalar
from gitbaseline.model.names import name_fault, suggest
from gitbaseline.registry import idempotency
from gitbaseline.registry.branch import Author
from gitbaseline.registry.ruling import Ruling
from gitbaseline.transport import machine
from gitbaseline.transport.git import Git

if TYPE_CHECKING:
    from gitbaseline.team_config import TeamConfig

_UNBORN = (
    "the repository has no commit yet, so the code measured is recorded as none; "
    "commit it, or give --git-sha"
)


def environment(texts: Sequence[str]) -> dict[str, Scalar]:
    """Return the machine that measured: pairs as given, on top of this one where ``here``."""
    given = parse.pairs("--env", [text for text in texts if text != "here"])
    return {**(machine.environment() if "here" in texts else {}), **given}


def checked_name(name: str, option: str) -> str:
    """Return a family or measurement name; InputError shows the name to use instead."""
    fault = name_fault(name)
    if fault is None:
        return name
    near = suggest(name)
    raise InputError(
        f"{name!r}: {fault}",
        code="name/form",
        where=option,
        hint=f"{option} {near}" if near else None,
    )


def family(workspace: Workspace) -> str:
    """Return the family of git's configuration, else the team's, else the repository's name."""
    place = workspace.place
    configured = workspace.settings.family
    if configured is None and team_file(place.top):
        configured = team(place.top).family
    if configured:
        return configured
    url = (workspace.settings.remote_url or "").rstrip("/")
    name = os.path.basename(url.replace(":", "/")) or (place.top or place.git_dir).name  # noqa: PTH119
    found = suggest(name.removesuffix(".git"))
    if found is None:
        raise InputError(
            f"no family name can be made of {name!r}",
            code="name/none",
            where="--family",
            hint="git config baseline.family NAME",
        )
    return found


def team_file(top: Path | None) -> Path | None:
    """Return the team's file at the top of a work tree, or None where there is none."""
    found = [top / name for name in TEAM_FILES if (top / name).exists()] if top else []
    if len(found) > 1:
        raise InputError(
            f"expected one of {' and '.join(TEAM_FILES)}, got both",
            code="config/twice",
            where=str(top),
        )
    return found[0] if found else None


def team(top: Path | None) -> TeamConfig:
    """Return what the team's file says; nothing where there is none."""
    from gitbaseline import team_config  # noqa: PLC0415 - only a record held to another needs it

    file = team_file(top)
    if file is None:
        return team_config.TeamConfig()
    return team_config.load(content(file), str(file))


def ruling(workspace: Workspace, author: Author, *, accept_harness_change: bool = False) -> Ruling:
    """Return how an author's entries stand on a tip, by this work tree's team file."""
    settings = workspace.settings

    def deepen() -> None:
        from gitbaseline.transport import remote  # noqa: PLC0415 - a repeated job in a shallow clone

        remote.fetch(
            workspace.git,
            settings.remote,
            settings.ref,
            settings.tracking_ref,
            since=f"{idempotency.DAYS}.days",
        )

    return Ruling(
        workspace.branch,
        author.fingerprint,
        team=lambda: team(workspace.place.top),
        accept_harness_change=accept_harness_change,
        deepen=deepen if settings.remote_url and workspace.place.shallow else None,
    )


def measurement(reading: Reading) -> str:
    """Return what the format suggests; a bare value suggests nothing."""
    if reading.format == "scalar":
        raise InputError(
            "a value by itself does not say what it measures",
            code="name/none",
            where="--measurement",
            hint="--measurement step_time",
        )
    return suggest(reading.suggested_measurement) or "measurement"


def code(
    workspace: Workspace, *, repository: Path | None, sha: str | None
) -> tuple[Code, tuple[str, ...]]:
    """Return the code that was measured, and a warning where there is no commit to name."""
    git = Git(repository, workspace.where.environment) if repository else workspace.git
    url = git.config().get("remote.origin.url") if repository else workspace.settings.remote_url
    remote = plain_url(url) if url else None
    if sha:
        return Code(sha=_full_id(git, sha), remote=remote), ()
    place = git.place() if repository else workspace.place
    head = git.head(bare=place.bare)
    warnings = () if head.sha else (_UNBORN,)
    named = Code(sha=head.sha or NO_COMMIT, dirty=head.dirty, branch=head.branch, remote=remote)
    return named, warnings


def _full_id(git: Git, given: str) -> str:
    sha = git.resolve(given) or given
    if len(sha) not in (40, 64) or not set(sha) <= set("0123456789abcdef"):
        raise InputError(
            f"expected a commit known here or a full commit id, got {given!r}",
            code="git/sha",
            where="--git-sha",
        )
    return sha
