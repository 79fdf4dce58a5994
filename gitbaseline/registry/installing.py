"""Hook files: which are ours, and writing them beside nobody else's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.whole_file import replacing

SERVER_HOOKS = ("pre-receive", "post-receive")
CLIENT_HOOKS = ("pre-push",)
SAFE_SETTINGS = {
    "core.logAllRefUpdates": "true",  # a bare repository keeps no reflog otherwise
    "receive.fsckObjects": "true",
    "receive.shallowUpdate": "false",
}
HIDDEN = "refs/replace"  # added to receive.hideRefs, which may name others too
_MARK = "# git-baseline:"
_OURS = re.compile("git[ -]?baseline")
_PYTHON = "python=python3"


def template(name: str) -> str:
    """Return the text of a hook as it is shipped."""
    here = Path(__file__).parents[1]
    for folder in (here / "hooks", here.parent / "hooks"):  # a wheel, a checkout
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="ascii")
    raise Unable(f"the hook {name} is not part of this installation", code="hooks/missing")


def text_of(name: str, interpreter: str | None) -> str:
    """Return the text of a hook that runs under ``interpreter``."""
    text = template(name)
    return text.replace(_PYTHON, f"python={shlex.quote(interpreter)}", 1) if interpreter else text


def is_ours(path: Path) -> bool:
    """Whether a hook file was written by us."""
    return _MARK in _read(path)


def calls_us(path: Path) -> bool:
    """Whether a hook file is ours, or another's that names us."""
    return _OURS.search(_read(path)) is not None


def install(folder: Path, names: Sequence[str], interpreter: str | None) -> list[Path]:
    """Write hooks; raise Unable, with none written, where another's stands in a place of theirs."""
    for name in names:
        if (folder / name).exists() and not is_ours(folder / name):
            raise Unable(
                "another hook stands here; git runs only one",
                code="hooks/foreign",
                where=str(folder / name),
                hint="let that one call ours too:"
                f" copy what `git baseline hooks print {name}` prints",
            )
    return [_write(folder, name, text_of(name, interpreter)) for name in names]


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as fresh:
            fresh.write_text(text, encoding="utf-8")
            fresh.chmod(0o755)
    except OSError as error:
        raise Unable(
            f"cannot be written: {error.strerror}", code="hooks/write", where=str(path)
        ) from None
    return path


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
