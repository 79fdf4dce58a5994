"""Installs git-baseline from the action's own checkout, into an environment of its own.

It lies in the runner's tool cache under the digest of what is installed and of the Python below it,
so that a second use in the job, and a later job on a machine that is kept, find it ready. It takes
its final name only when whole: of two jobs that install at once both succeed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from runner import Runner, Stop, quote

_FILES = ("LICENSE", "README.md", "pyproject.toml")
_FOLDERS = ("configs", "docs/man", "gitbaseline", "hooks")


def digest(checkout: Path) -> str:
    """Return the digest of all that an installation depends on but the index of packages."""
    found = hashlib.sha256(f"{sys.version} {sys.base_prefix}".encode())
    for name in _FILES + _FOLDERS:
        top = checkout / name
        for path in sorted([top] if top.is_file() else top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                data = path.read_bytes()
                found.update(f"{path.relative_to(checkout)} {len(data)}\n".encode() + data)
    return found.hexdigest()[:20]


def install(checkout: Path, cache: Path) -> Path:
    """Return the folder of the environment, made where it is not there yet."""
    ready = cache / digest(checkout)
    if (ready / "bin" / "python").exists():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="environment-", dir=cache))
    python = folder / "bin" / "python"
    _run([sys.executable, "-I", "-m", "venv", str(folder)], "cannot make a virtual environment")
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
    _run(
        [str(python), "-I", "-m", "pip", "install", *quiet, str(checkout)],
        "pip cannot install git-baseline",
    )
    (folder / "path").mkdir()
    (folder / "path" / "git-baseline").symlink_to(folder / "bin" / "git-baseline")
    name = cache / f"{folder.name}.link"
    name.symlink_to(folder.name)
    name.replace(ready)
    return ready


def main(own: Runner) -> None:
    """Install it and tell the later steps where."""
    checkout = Path(own.value("GITHUB_ACTION_PATH"))
    cache = Path(own.environment.get("RUNNER_TOOL_CACHE") or own.value("RUNNER_TEMP"))
    folder = install(checkout, cache / "git-baseline")
    own.output("python", str(folder / "bin" / "python"))
    own.path(folder / "path")  # with nothing beside it: the job's own Python stays the first


def _run(words: list[str], what: str) -> None:
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        quote(what, done.stdout + done.stderr)
        raise Stop(f"{what}: the log says why")
