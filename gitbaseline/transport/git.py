"""Asking git: where the repository is, what is configured, what code is checked out, remotes.

git knows ``-C``, ``GIT_DIR``, ``-c``, includes, credentials and ssh settings; libgit2 does not, so
everything but objects and refs is asked of the program. Each question is one process of 1 to 5 ms.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.pattern import pattern

_PLACE = (
    "rev-parse",
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-cdup",
)
_CONFIG = ("config", "--list", "-z")
_HEAD = ("status", "--porcelain=v2", "--branch", "--untracked-files=no", "-z")
_COMMITTER = ("var", "GIT_COMMITTER_IDENT")
_CANDIDATE = pattern(r"^hint: +([0-9a-f]+ (?:commit|tag) .*)$", re.MULTILINE)
_NAMED = 5
_FALSE = ("false", "no", "off", "0", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a repository is. ``git_dir`` is a linked work tree's own, ``common_dir`` the shared."""

    git_dir: Path
    common_dir: Path
    top: Path | None
    bare: bool
    shallow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The code checked out. ``sha`` and ``branch`` are None before the first commit or detached."""

    sha: str | None
    branch: str | None
    dirty: bool | None


class Git:
    """git, run in one folder with one environment."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        # Reading must not refresh the index: not one byte but the branch may change.
        self._environment = {**environment, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        self._ahead: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}

    def ask_ahead(self) -> None:
        """Start what every record asks, so that git answers while Python still loads modules."""
        with suppress(OSError):  # whoever asks in earnest says what is wrong
            for question in (_CONFIG, _PLACE, _HEAD, _COMMITTER):
                self._ahead[question] = subprocess.Popen(
                    ["git", *question],
                    cwd=self._folder,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )

    def forget_ahead(self) -> None:
        """End what was asked ahead and not needed."""
        while self._ahead:
            _, running = self._ahead.popitem()
            running.kill()
            running.communicate()

    def _answer(self, question: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        running = self._ahead.pop(question, None)
        if running is None:
            return self.run(*question)
        out, err = running.communicate()
        return subprocess.CompletedProcess(question, running.returncode, out, err)

    def run(self, *arguments: str, give: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git and return what came of it, whatever its exit code."""
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self._folder,
                env=self._environment,
                input=give,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise InputError(
                    "no such folder", code="repository/folder", where=str(self._folder)
                ) from None
            raise Unable("git is not on PATH", code="git/missing") from None

    def begin(self, calls: Sequence[Sequence[str]]) -> None:
        """Start some calls of git, each after the one before it, and leave them to themselves."""
        if not calls:
            return
        script = " && ".join(shlex.join(("git", *words)) for words in calls)
        subprocess.run(
            ["sh", "-c", f"({script}) >/dev/null 2>&1 &"],  # sh ends, so nobody has to reap them
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for them
            check=False,
        )

    def ask(self, *arguments: str) -> str:
        """Return git's answer; raise Unable with what it said where it has none."""
        done = self.run(*arguments)
        if done.returncode != 0:
            raise Unable(
                f"git {arguments[0]} failed: {_said(done.stderr)}",
                code="git/failed",
                where=str(self._folder),
            )
        return done.stdout.decode(errors="surrogateescape").rstrip("\n")

    def place(self) -> Place:
        """Return where the repository is; raise Unable where there is none that can be used."""
        done = self._answer(_PLACE)
        if done.returncode != 0:
            raise _no_repository(self._folder, _said(done.stderr))
        lines = done.stdout.decode(errors="surrogateescape").split("\n")
        if len(lines) > len(_PLACE):  # git answers each question on a line
            raise Unable(
                "the repository's path holds a line break",
                code="repository/path",
                where=str(self._folder.absolute()),
                hint="rename the folder",
            )
        bare, shallow, object_format, git_dir, common_dir, up = (*lines, "")[:6]
        if object_format != "sha1":
            raise Unable(
                f"the repository uses {object_format} object ids, which libgit2 cannot write yet",
                code="repository/object-format",
                where=git_dir,
                hint="keep the registry in a SHA-1 repository; the code may live in this one",
            )
        inside = bare == "false"
        return Place(
            git_dir=Path(git_dir),
            common_dir=(self._folder / common_dir).resolve(),
            top=(self._folder / up).resolve() if inside else None,
            bare=not inside,
            shallow=shallow == "true",
        )

    def config(self) -> dict[str, str]:
        """Return git's settings, all scopes, the last value of each key; keys in lower case."""
        done = self._answer(_CONFIG)
        if done.returncode != 0:
            raise Unable(
                f"git's configuration cannot be read: {_said(done.stderr)}", code="git/config"
            )
        found: dict[str, str] = {}
        for item in done.stdout.decode(errors="surrogateescape").split("\0"):
            key, newline, value = item.partition("\n")
            if key:
                found[key] = value if newline else "true"
        return found

    def head(self, *, bare: bool) -> Head:
        """Return the code that is checked out here. Untracked files do not make it dirty."""
        if bare:
            sha = self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode()
            name = self.run("symbolic-ref", "--quiet", "--short", "HEAD").stdout.decode()
            return Head(sha=sha.strip() or None, branch=name.strip() or None, dirty=None)
        done = self._answer(_HEAD)
        if done.returncode != 0:
            raise Unable(f"git status failed: {_said(done.stderr)}", code="git/failed")
        sha = branch = ""
        dirty = False
        for item in done.stdout.decode(errors="surrogateescape").split("\0"):
            if item.startswith("# branch.oid "):
                sha = item.removeprefix("# branch.oid ")
            elif item.startswith("# branch.head "):
                branch = item.removeprefix("# branch.head ")
            elif item and not item.startswith("#"):
                dirty = True
        return Head(
            sha=None if sha == "(initial)" else sha,
            branch=None if branch == "(detached)" else branch or None,
            dirty=dirty,
        )

    def hooks_folder(self) -> Path:
        """Return where git looks for hooks, ``core.hooksPath`` honoured."""
        return (self._folder / self.ask("rev-parse", "--git-path", "hooks")).absolute()

    def configure(self, key: str, value: str, *, add: bool = False) -> None:
        """Set one of the repository's own settings, or ``add`` a value to it."""
        how = "--add" if add else "--replace-all"
        self.ask("config", "--local", how, key, value)

    def values(self, key: str) -> tuple[str, ...]:
        """Return every value of a setting that may have several."""
        return tuple(self.run("config", "--get-all", key).stdout.decode().splitlines())

    def url(self, remote: str) -> str:
        """Return the URL that a remote is pushed to; raise Unable where there is none."""
        return self.ask("remote", "get-url", "--push", remote)

    def resolve(self, revision: str) -> str | None:
        """Return the full id of the commit that a revision names, or None.

        Raise InputError where it is the begin of several ids.
        """
        done = self.run("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode == 0:
            return done.stdout.decode().strip()
        several = _CANDIDATE.findall(done.stderr.decode(errors="replace"))
        if several:
            more = [f"{len(several) - _NAMED} more"] if len(several) > _NAMED else []
            raise InputError(
                f"could be any of {'; '.join([*several[:_NAMED], *more])}",
                code="reference/ambiguous",
                where=revision,
                hint="give more of its digits",
            )
        return None

    def committer(self) -> tuple[str, str] | None:
        """Return the name and address that git would commit with, or None where it knows none."""
        done = self._answer(_COMMITTER)
        if done.returncode != 0:
            return None
        who, _, _ = done.stdout.decode().strip().rpartition("> ")  # the time is behind it
        name, found, email = who.rpartition(" <")
        return (name, email) if found else None

    def pager(self) -> str:
        """Return the command that shows long output, by git's own order of precedence."""
        return self.run("var", "GIT_PAGER").stdout.decode(errors="surrogateescape").strip()

    def remotes(self) -> tuple[str, ...]:
        """Return the names of the remotes."""
        return tuple(self.ask("remote").split())

    def remote_tip(self, remote: str, ref: str) -> str | None:
        """Return what a ref holds at a remote, or None; raise Unable if it cannot be reached."""
        done = self.run("ls-remote", "--exit-code", remote, ref)
        if done.returncode == 2:
            return None
        if done.returncode != 0:
            raise Unable(
                f"cannot reach the remote {remote}: {_said(done.stderr)}", code="remote/unreachable"
            )
        return done.stdout.decode().split("\t", 1)[0]


def is_false(setting: str) -> bool:
    """Whether a value of git's configuration is one of its spellings of false."""
    return setting.lower() in _FALSE


def _said(stderr: bytes) -> str:
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return "; ".join(line.removeprefix("fatal: ").strip() for line in lines[:4]) or "no message"


def _no_repository(folder: Path, said: str) -> Unable:
    where = str(folder.resolve())
    if "dubious ownership" in said:
        named = re.search(r"repository at '(.+?)'(?:;|$)", said)
        top = shlex.quote(named[1] if named else where)
        return Unable(
            "the repository belongs to another user",
            code="repository/owner",
            where=where,
            hint=f"git config --global --add safe.directory {top}",
        )
    if "refstorage" in said or "reftable" in said:
        return Unable(
            "the repository keeps its refs in a form that this git cannot read",
            code="repository/ref-format",
            where=where,
            hint="keep the registry where refs are files; the code may live in this one",
        )
    return Unable(said, code="repository/none", where=where, hint="git init")
