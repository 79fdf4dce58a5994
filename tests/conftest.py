"""Repositories apart from this machine, and the program run in them.

``baseline`` starts the program as a user does; ``inside`` calls it in this process, ten times
faster, with the same answer. ``repo`` is a repository with one commit; ``registry`` has a registry
on top. All that a test writes lies below its own ``tmp_path``.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gitbaseline.cli import main

# Whoever started the tests in the background or under nohup made them deaf to what some of them send.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

_BRANCH_OWN = ("objects/", "logs/", "refs/heads/baselines", "refs/remotes/origin/baselines")


@dataclass(frozen=True)
class Answer:
    """What came of one call."""

    code: int
    out: bytes
    err: str

    @property
    def text(self):
        return self.out.decode()

    @property
    def json(self):
        """The one document on stdout; a second one, or anything else there, is an error."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """The program, as a process, in one folder with one environment."""

    folder: Path
    environment: dict[str, str]
    command: tuple[str, ...] = (sys.executable, "-m", "gitbaseline")

    def __call__(self, *words, give=b"", folder=None, **environment):
        done = subprocess.run(
            [*self.command, *map(str, words)],
            cwd=folder or self.folder,
            env=self.environment | environment,
            input=give,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Answer(done.returncode, done.stdout, done.stderr.decode())

    def start(self, *words, **options):
        """Start it and return the process."""
        return subprocess.Popen(
            [*self.command, *map(str, words)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def at(self, folder, **environment):
        """Return it in another folder, with more in its environment."""
        return replace(self, folder=folder, environment=self.environment | environment)


@dataclass(frozen=True)
class Inside:
    """The program, called in this process."""

    folder: Path
    environment: dict[str, str]
    patch: pytest.MonkeyPatch

    def __call__(self, *words, give=b"", folder=None, **environment):
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
        with self.patch.context() as patch:
            patch.chdir(folder or self.folder)
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in (self.environment | environment).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(give)))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main.main([str(word) for word in words])
        out, err = (_written(streams[name]) for name in ("stdout", "stderr"))
        return Answer(ended.value.code, out, err.decode())

    def at(self, folder, **environment):
        """Return it in another folder, with more in its environment."""
        return replace(self, folder=folder, environment=self.environment | environment)


def _written(stream):
    stream.flush()
    return stream.buffer.getvalue()


@dataclass(frozen=True)
class Repo:
    """A repository and stock git in it."""

    path: Path
    environment: dict[str, str] = field(repr=False)

    def run(self, *words, give=b"", check=True):
        return subprocess.run(
            ["git", *map(str, words)],
            cwd=self.path,
            env=self.environment,
            input=give,
            capture_output=True,
            check=check,
        )

    def git(self, *words, give=b""):
        """Return what git answers, without the last line's end."""
        return self.run(*words, give=give).stdout.decode().rstrip("\n")

    def commit(self, text):
        """Commit a change and return its id."""
        (self.path / "code.txt").write_text(text)
        self.git("add", "code.txt")
        self.git("commit", "-qm", text)
        return self.git("rev-parse", "HEAD")

    def tip(self):
        """Return the registry's tip, or an empty text."""
        done = self.run("rev-parse", "--verify", "-q", "refs/heads/baselines", check=False)
        return done.stdout.decode().strip()

    def count(self):
        """Return how many statements the registry has."""
        return int(self.git("rev-list", "--count", "baselines"))

    def frozen(self):
        """Return every file below the repository by path, apart from the branch and objects."""
        top = self.path / ".git" if (self.path / ".git").is_dir() else self.path
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file()
            and not (
                path.is_relative_to(top) and str(path.relative_to(top)).startswith(_BRANCH_OWN)
            )
        }

    def reached(self):
        """Return what a refused call must leave as it was: every file but loose objects."""
        files = self.frozen()
        return files, self.tip(), sorted(map(str, self.path.rglob("*baselines*")))


@pytest.fixture(scope="session")
def require():
    """Return the function that skips a test where a program is not installed."""

    def found(program):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")

    return found


@pytest.fixture(scope="session")
def path_with_program(tmp_path_factory):
    """A PATH on which git finds git-baseline."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "git-baseline"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gitbaseline "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture(scope="session")
def clean(path_with_program):
    """An environment that tells nothing of the machine and its user but where programs are."""
    package = Path(main.__file__).parents[2]
    return {
        "PATH": path_with_program,
        "PYTHONPATH": str(package),
        "LANG": "C.UTF-8",
        "USER": "tester",
        "LOGNAME": "tester",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Tess Ter",
        "GIT_AUTHOR_EMAIL": "tess@example.org",
        "GIT_COMMITTER_NAME": "Tess Ter",
        "GIT_COMMITTER_EMAIL": "tess@example.org",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def environment(clean, tmp_path):
    """The environment with a home of this test's own."""
    home = tmp_path / "home"
    home.mkdir()
    return clean | {"HOME": str(home)}


@pytest.fixture
def make_repo(environment):
    """Make a repository at a path, with ``git init``'s own options."""

    def make(path, *options):
        path.mkdir(parents=True)
        repo = Repo(path, environment)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    return make


@pytest.fixture
def repo(make_repo, tmp_path):
    """A repository with one commit."""
    made = make_repo(tmp_path / "demo")
    made.commit("first")
    return made


@pytest.fixture(scope="session")
def started(clean, tmp_path_factory):
    """A home with a key, and a repository with a registry, made once to be copied."""
    top = tmp_path_factory.mktemp("started")
    (top / "home").mkdir()
    environment = clean | {"HOME": str(top / "home")}
    made = Repo(top / "demo", environment)
    made.path.mkdir()
    made.git("init", "-q", "-b", "main")
    made.commit("first")
    done = Program(made.path, environment)("init")
    if done.code:
        pytest.fail(done.err)
    return top


@pytest.fixture
def registry(started, environment, tmp_path):
    """A repository with one commit and a registry, and the key that signs in it."""
    shutil.copytree(started / "home", environment["HOME"], dirs_exist_ok=True)
    shutil.copytree(started / "demo", tmp_path / "demo")
    return Repo(tmp_path / "demo", environment)


@pytest.fixture
def baseline(environment, tmp_path):
    """The program, as a process, in the repository ``demo``."""
    return Program(tmp_path / "demo", environment)


@pytest.fixture
def inside(environment, tmp_path, monkeypatch):
    """The program, in this process, in the repository ``demo``."""
    return Inside(tmp_path / "demo", environment, monkeypatch)


@pytest.fixture
def number():
    """The words that record one number."""
    return ("record", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms")
