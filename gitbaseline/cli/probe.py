"""Proof that a server enforces: a push that its hook must refuse, and what became of it.

The probe is an empty commit under a wrong name in the registry's inbox. It is made in a temporary
folder of objects, so that the repository it is pushed from stays as it is, and pushed with that
repository's own configuration (ssh command, credentials, relative URLs).
"""

from __future__ import annotations

import re
import secrets
import tempfile
from pathlib import Path

from gitbaseline.cli.where import Where
from gitbaseline.errors import Unable
from gitbaseline.transport.git import Git, Place

_RULE = "git-baseline: ref/inbox-name"
_REMOTE = re.compile(r"^remote:.*", re.MULTILINE)  # what the server's hook says
_WHO = ("-c", "user.name=doctor", "-c", "user.email=doctor@localhost")


def push(where: Where, place: Place, *, to: str, ref: str) -> str | None:
    """Push the probe to a remote or URL; return what speaks against it, None where it enforces.

    Raises Unable where no push got as far as the server's hook.
    """
    target = f"{ref}-inbox/doctor-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="git-baseline-") as objects:
        apart = {
            "GIT_OBJECT_DIRECTORY": objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(place.common_dir / "objects"),
        }
        git = Git(where.folder, {**where.environment, **apart})
        commit = git.ask(*_WHO, "commit-tree", "-m", "probe", git.ask("mktree"))
        # --no-verify: the question is what the server does, not the hook of this side.
        pushed = git.run("push", "--no-verify", to, f"{commit}:{target}")
        answer = pushed.stderr.decode(errors="replace")
        said = " ".join(answer.split())
        if pushed.returncode == 0:
            taken = git.run("push", "--no-verify", to, f":{target}").returncode == 0
            left = "" if taken else f"; it is still there: git update-ref -d {target}"
            return f"a probe push was let in{left}"
    if _RULE in said:
        return None
    if "[remote rejected]" in said:
        told = [line.removeprefix("remote:").strip() for line in _REMOTE.findall(answer)]
        return f"a probe push was refused, but not by a rule of ours: {'; '.join(told) or said}"
    raise Unable(f"the probe could not be pushed: {said}", code="remote/push", where=to)


def _quoted(folder: Path) -> str:
    """Return a folder as git reads it in a list that colons part."""
    escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
