"""New signing keys in files: both halves, each whole or not at all, never over another's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.signing.keys import PublicKey
from gitbaseline.signing.private import generate


def make_key(path: Path, *, comment: str) -> PublicKey | None:
    """Make a key at ``path``, its public half beside it; None where one is there already."""
    if beside(path).exists() and not path.exists():  # it would be taken for the new key's
        raise Unable(
            "the private half of this key is gone",
            code="key/half",
            where=str(beside(path)),
            hint="bring it back, or remove this file and run it again",
        )
    private, public = generate(comment=comment)
    halves = ((path, private, 0o600), (beside(path), f"{public.openssh}\n".encode(), 0o644))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=path.parent) as fresh:
            for target, data, mode in halves:
                made = Path(fresh, target.name)
                made.touch(mode)
                made.write_bytes(data)
                os.link(made, target)
    except FileExistsError:
        return None
    except OSError as error:
        raise Unable(
            f"cannot write the key: {error.strerror}",
            code="key/write",
            where=str(path),
            hint="git config --global gpg.format ssh, and user.signingkey to a key that you have",
        ) from None
    return public


def beside(path: Path) -> Path:
    """Return where the public half of a key lies."""
    return path.with_name(f"{path.name}.pub")
