"""A registry of its own for a benchmark: a new repository, a new key, nothing of the user's.

What one record costs in process is measured from the number to the moved ref: reading, secret
scan, composing, bytes, tree, signature, the server's own rules, compare-and-swap. Asking git for
the place and the configuration is not in it; that is paid once a process (see startup.py).
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

from gitbaseline import __version__
from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.scalar import from_values, inline_bytes
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import Code, Recorder, Registrant, Workstation
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.registry import compose, privacy
from gitbaseline.registry.branch import Author, Branch
from gitbaseline.registry.record import Record
from gitbaseline.store import Store

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "git-baseline")
REF = "refs/heads/baselines"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "SSH_AUTH_SOCK": "",
    "PYTHONDONTWRITEBYTECODE": "",  # pip compiles what it installs; a checkout must be let to
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A registry that holds its genesis."""

    folder: Path
    branch: Branch
    author: Author


def git(folder, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True
    ).stdout


def registry(top: Path) -> Fresh:
    folder = top / "registry"
    git(top, "init", "--quiet", str(folder))
    environment = {**ENVIRONMENT, "HOME": str(top), "XDG_CONFIG_HOME": str(top / ".config")}
    subprocess.run(
        [PROGRAM, "init", "--yes"], cwd=folder, env=environment, check=True, capture_output=True
    )
    workspace = Workspace(Where(folder=folder, environment=environment))
    # In process nobody waits for the disk after each of a thousand; the verbs do.
    branch = Branch(Store(workspace.place.common_dir), workspace.verify, ref=REF)
    return Fresh(folder=folder, branch=branch, author=workspace.author())


def record(
    fresh: Fresh, number: int, *, measurement: str = "step_time", now: int | None = None
) -> None:
    moment = clock() if now is None else now
    values = [f"{400 + number % 7}.25"]
    reading = settle(from_values(values, unit="ms"), Options())
    file = SourceFile(path="values.txt", data=inline_bytes(values))
    source = Source(name="values", kind="inline", files=(file,))
    stored = privacy.stored(source, texts={}, redact=False, allowed=())
    provenance = compose.Provenance(
        registered_at_utc=utc_from_epoch(moment),
        registrant=Registrant(operator_user="bench"),
        recorder=Recorder(name="git-baseline", version=__version__),
        workstation=Workstation(hostname="bench", uname="bench"),
        code=Code(sha="1" * 40, dirty=False, branch="main"),
    )
    wishes = compose.Wishes(family="bench", measurement=measurement, context={}, environment={})
    statement = Record(
        entry=compose.compose(reading, stored, provenance, wishes),
        payload=compose.payload(stored),
        objects=fresh.branch.chain.objects,
        trees=fresh.branch.chain.trees,
    )
    fresh.branch.append(statement, fresh.author, lambda: moment)


def clock() -> int:
    return int(time.time())
