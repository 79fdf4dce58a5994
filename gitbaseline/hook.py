"""What git's server hooks run: ``python -I -m gitbaseline.hook pre-receive``.

A front end of its own, without click, because its start is paid by every push. It judges with the
rules that ``verify`` uses, and fails closed: whatever goes wrong, the push is refused.

Objects of a push lie in quarantine while ``pre-receive`` runs. They are read by adding git's own
folders to a repository opened by its absolute path (opening it from the environment breaks where a
path holds a colon). Nothing is written while a push is judged.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from gitbaseline.config import settings
from gitbaseline.errors import GitBaselineError
from gitbaseline.model.text import visible_line
from gitbaseline.model.violation import Violation
from gitbaseline.policy.refs import RefUpdate, parse_updates
from gitbaseline.registry import high_water
from gitbaseline.registry.receive import FINDINGS, Guard, judge
from gitbaseline.registry.verifier import verifier
from gitbaseline.store import Store
from gitbaseline.transport.git import Git

_INPUT_LIMIT = 4 * 1024 * 1024
_KEPT = ("HOME", "PATH", "TMPDIR")


def main() -> int:
    """Run the hook that the first argument names; return 0 to let the push through."""
    name, *arguments = sys.argv[1:] or [""]
    try:
        if name == "pre-receive":
            return pre_receive(sys.stdin.buffer.read(_INPUT_LIMIT), os.environ)
        if name == "update" and len(arguments) == 3:
            ref, old, new = arguments
            return update(ref, old, new, os.environ)
        if name == "post-receive":
            return post_receive(os.environ)
        return _fail(f"expected pre-receive, post-receive or update, got {name!r}")
    except GitBaselineError as error:
        return _fail(str(error))
    except Exception as error:  # noqa: BLE001 - the hook fails closed, whatever the fault
        return _fail(f"a fault in git-baseline: {type(error).__name__}: {error}")


def pre_receive(lines: bytes, environment: Mapping[str, str]) -> int:
    """Judge a whole push, given git's lines on standard input."""
    updates = parse_updates(lines) if len(lines) < _INPUT_LIMIT else None
    if updates is None:
        return _fail("the list of refs cannot be read")
    return _answer(_judge(updates, environment))


def update(ref: str, old: str, new: str, environment: Mapping[str, str]) -> int:
    """Judge the update of one ref."""
    return _answer(_judge([RefUpdate(old=old, new=new, ref=ref)], environment))


def post_receive(environment: Mapping[str, str]) -> int:
    """Remember the tip after a push has landed."""
    git_dir, _, config = _server(environment)
    ref = settings(config).ref
    tip = Store(git_dir).tip(ref)
    try:
        if tip:
            high_water.save(git_dir, ref, tip)
    except GitBaselineError as error:
        _say(f"the push has landed, but: {error}")
        return 1
    return 0


def split_alternates(text: str) -> list[str]:
    """Return the folders in ``GIT_ALTERNATE_OBJECT_DIRECTORIES``, git's C-quoting undone."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != '"':
            end = text.find(":", at)
            end = len(text) if end < 0 else end
            found.append(text[at:end])
        else:
            end = at + 1
            while end < len(text) and text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            quoted = text[at + 1 : end].encode("utf-8", "surrogateescape")
            plain = quoted.decode("unicode_escape").encode("latin-1")
            found.append(plain.decode("utf-8", "surrogateescape"))
            end += 1
        at = end + 1
    return [folder for folder in found if folder]


def _judge(updates: Sequence[RefUpdate], environment: Mapping[str, str]) -> list[Violation]:
    git_dir, clean, config = _server(environment)
    known = settings(config)
    quarantine = environment.get("GIT_OBJECT_DIRECTORY") or environment.get("GIT_QUARANTINE_PATH")
    folders = [quarantine] if quarantine else []
    folders += split_alternates(environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))
    store = Store(git_dir, also=[Path(folder) for folder in folders])
    guard = Guard(
        ref=known.ref,
        pins=known.pins,
        now=int(time.time()),
        mark=high_water.load(git_dir, known.ref),
    )
    return judge(store, verifier(config, clean), guard, updates)


def _server(environment: Mapping[str, str]) -> tuple[Path, dict[str, str], dict[str, str]]:
    """Return the repository, a clean environment, and the server's own configuration."""
    git_dir = Path(environment.get("GIT_DIR") or ".").absolute()
    # Over a local path the environment, HOME too, is the pusher's. So what the repository and the
    # system say counts, and no user's .gitconfig: it could name another branch, or another gpg.
    clean = {key: environment[key] for key in _KEPT if key in environment}
    own = {**clean, "GIT_DIR": str(git_dir), "GIT_CONFIG_GLOBAL": os.devnull}
    return git_dir, clean, Git(git_dir, own).config()


def _answer(found: Sequence[Violation]) -> int:
    for violation in found[:FINDINGS]:
        _say(
            f"{violation.rule}: {violation.message}"
            + (f" (at {violation.place})" if violation.place else "")
        )
    if len(found) > FINDINGS:
        _say(f"and {len(found) - FINDINGS} more findings")
    if found:
        _say(f"refused; git baseline explain {found[0].rule} tells how to mend it")
    return 1 if found else 0


def _fail(message: str) -> int:
    _say(f"refused: {message}")
    return 1


def _say(text: str) -> None:
    sys.stderr.write(f"git-baseline: {visible_line(text)}\n")


if __name__ == "__main__":
    sys.exit(main())
