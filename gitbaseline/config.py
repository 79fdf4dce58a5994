"""git's settings as typed values. Only names are known here; asking git is transport's.

``baseline.*`` keys: ``branch`` (default ``baselines``), ``root`` (pins, space-separated),
``remote`` (default ``origin``), ``family``, ``team``. A tracked file can set none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.pattern import pattern

_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
# What a team tracks beside its code; read by team_config, which most records need not load.
TEAM_FILES = (".baseline.yaml", ".baseline.yml")

PATIENCE = 600.0  # seconds that others may be faster before a push gives up

_PIN = pattern(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user and the repository configured. ``pins`` are SHA-256 of raw commits."""

    branch: str
    remote: str
    pins: tuple[str, ...]
    family: str | None
    team: str | None
    gpg_format: str | None
    signing_key: str | None
    remote_url: str | None

    @property
    def ref(self) -> str:
        """Full name of the registry's branch."""
        return f"refs/heads/{self.branch}"

    @property
    def tracking_ref(self) -> str:
        """Full name of the remote-tracking ref of the registry's branch."""
        return f"refs/remotes/{self.remote}/{self.branch}"


def settings(config: Mapping[str, str]) -> Settings:
    """Return the settings in git's configuration; InputError names a key with a bad value."""
    branch = config.get("baseline.branch", "baselines")
    if not _BRANCH.fullmatch(branch) or branch.endswith(".lock") or ".." in branch:
        raise InputError(
            f"expected a branch name, got {branch!r}",
            code="config/branch",
            where="baseline.branch",
            hint="git config baseline.branch baselines",
        )
    pins = checked_pins(config.get("baseline.root", "").split(), where="baseline.root")
    remote = config.get("baseline.remote", "origin")
    return Settings(
        branch=branch,
        remote=remote,
        pins=pins,
        family=config.get("baseline.family"),
        team=config.get("baseline.team"),
        gpg_format=config.get("gpg.format"),
        signing_key=config.get("user.signingkey"),
        remote_url=config.get(f"remote.{remote}.url"),
    )


def checked_pins(given: Sequence[str], *, where: str) -> tuple[str, ...]:
    """Return the pins as given; InputError for one that could be the digest of no commit."""
    for pin in given:
        if not _PIN.fullmatch(pin):
            raise InputError(
                f"expected 64 hex digits, got {pin!r}",
                code="config/root",
                where=where,
                hint="the whole pin, as git baseline init prints it",
            )
    return tuple(given)


def plain_url(url: str) -> str:
    """Return a remote's URL without user, password, query and fragment.

    >>> plain_url("https://bob:token@example.org/a.git?x=1")
    'https://example.org/a.git'
    """
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url  # a path, or git's user@host:path, whose user is no secret
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def default_key(environment: Mapping[str, str], home: Path) -> Path:
    """Return where git-baseline keeps a key of its own."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else home / ".config") / "git-baseline" / "id_ed25519"
