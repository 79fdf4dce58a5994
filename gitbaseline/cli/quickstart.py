"""``git baseline quickstart``: the main job from end to end, in a folder that goes away.

Every line shown is run as it is shown, by the user's shell, git and this program. Nothing of the
user's is read or written: home folder, configuration, keys and agent are out of reach, the
folder is new. The one measurement is real; the nccl-tests numbers are made up, and say so.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.report import document
from gitbaseline.report.folding import folded
from gitbaseline.transport.transcript import Typed, typed

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where

_COLUMNS = 80
_NOT_PASSED_ON = ("GIT_", "XDG_", "SSH_", "PROFILE_AND_OPTIMIZE_")
_GIT_CONFIG = """[user]
\tname = Quick Start
\temail = you@example.com
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[color]
\tui = false
"""
_WORK = """import hashlib

hashlib.sha256(bytes(32 << 20)).hexdigest()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A few lines to type, and why."""

    title: str
    lines: tuple[str, ...]


_SECTIONS = (
    Section(
        title="A repository with one commit of code: work.py hashes 32 MiB",
        lines=("git init --quiet", "git add work.py", "git commit --quiet -m 'hash a block'"),
    ),
    Section(title="The registry: one branch, and a key to sign with", lines=("git baseline init",)),
    Section(
        title="Measure this machine: one trial to warm up, five that count",
        lines=("git baseline run -n 5 -m sha256 -- python3 work.py",),
    ),
    Section(
        title="Record a benchmark's own output: nccl-tests, its numbers made up",
        lines=("git baseline record all_reduce.log --notes 'made-up numbers'",),
    ),
    Section(
        title="Read it back",
        lines=(
            "git baseline list",
            "git baseline show demo/sha256",
            "git baseline log demo/sha256",
        ),
    ),
    Section(title="Check every commit, offline", lines=("git baseline verify",)),
)
_STOCK_GIT = Section(
    title="Ask stock git, which knows nothing of this program",
    lines=(
        "git baseline keys allowed-signers > .git/allowed_signers",
        "git config gpg.ssh.allowedSignersFile .git/allowed_signers",
        "git verify-commit baselines",
        "git log --show-signature --format='%h %s' baselines",
    ),
)
_NO_SSH_KEYGEN = """Stock git needs ssh-keygen to check SSH signatures, and there is none on PATH;
install openssh-client to see git verify-commit agree."""
_NEXT = """Next, in a repository of yours:

  git baseline init
  git baseline run -n 10 -m NAME -- COMMAND
  git baseline record FILE
  git help baseline"""


@click.command()
@click.option("--keep", is_flag=True, help="Do not remove the folder at the end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, keep: bool, as_json: bool) -> int:
    """See it all work in a temporary folder: measure, record, read back, verify.

    Takes a few seconds. Uses a key and a configuration of its own, never yours.
    """
    top = _temporary()
    say: Callable[[str], None] = _silent if as_json else output.say
    try:
        steps = _play(_prepared(top), _environment(top, where.environment), say)
    finally:
        if not keep:
            shutil.rmtree(top, ignore_errors=True)
    if as_json:
        content = {"folder": str(top), "kept": keep, "steps": [asdict(step) for step in steps]}
        output.document(document.envelope("quickstart", content))
    fate = "stays" if keep else "is gone; --keep would leave it"
    say(f"\n{folded(f'{top} {fate}.', _COLUMNS)}\n\n{_NEXT}")
    return 0


def _temporary() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="git-baseline-"))
    except OSError as error:
        raise Unable(
            f"cannot make a temporary folder: {error.strerror}",
            code="quickstart/folder",
            hint="TMPDIR=FOLDER git baseline quickstart",
        ) from None


def _prepared(top: Path) -> Path:
    """Write what a person would have: a configuration, a program, a benchmark's output."""
    folder = top / "demo"
    folder.mkdir()
    (top / ".gitconfig").write_text(_GIT_CONFIG)
    (folder / "work.py").write_text(_WORK)
    sample = resources.files("gitbaseline.cli") / "data" / "all_reduce.log"
    (folder / "all_reduce.log").write_bytes(sample.read_bytes())
    return folder


def _environment(top: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the user's environment without what leads to the user's keys and repositories."""
    kept = {name: value for name, value in given.items() if not name.startswith(_NOT_PASSED_ON)}
    return {
        **kept,
        "HOME": str(top),
        "XDG_CONFIG_HOME": str(top / ".config"),
        "GIT_CONFIG_GLOBAL": str(top / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        # What is printed is laid out for a terminal, as git has it where it started the pager.
        "GIT_PAGER_IN_USE": "true",
        "COLUMNS": str(_COLUMNS),
        "NO_COLOR": "1",
        # This installation first, so that "git baseline" is the program that is running.
        "PATH": os.pathsep.join(filter(None, (sysconfig.get_path("scripts"), given.get("PATH")))),
    }


def _play(folder: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> list[Typed]:
    stock = shutil.which("ssh-keygen", path=environment["PATH"]) is not None
    done: list[Typed] = []
    say(folded(f"In {folder}, with a key of its own.", _COLUMNS))
    for section in (*_SECTIONS, *([_STOCK_GIT] if stock else [])):
        say(f"\n# {section.title}")
        for line in section.lines:
            step = typed(line, folder=folder, environment=environment)
            done.append(step)
            say("\n".join([f"$ {line}", *_shown(step)]))
            if step.exit_code != 0:
                raise Unable(
                    f"exited with {step.exit_code}: {step.printed.strip()}",
                    code="quickstart/step",
                    where=line,
                    hint="git baseline quickstart --keep, then look into the folder",
                )
    if not stock:
        say(f"\n{_NO_SSH_KEYGEN}")
    return done


def _shown(step: Typed) -> Iterator[str]:
    """Yield the lines printed, none wider than a terminal."""
    for line in step.printed.rstrip().splitlines():
        yield folded(line, _COLUMNS)


def _silent(_: str) -> None:
    return None
