"""Each question to git, and each answer that it may give."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.transport import git as module
from gitbaseline.transport.git import Git, Head, Place, is_false


@pytest.fixture
def git(repo):
    return Git(repo.path, repo.environment)


def fault(call, *words, kind=Unable):
    with pytest.raises(kind) as caught:
        call(*words)
    return caught.value.code


def test_place(repo, git, make_repo, tmp_path):
    top = repo.path
    assert git.place() == Place(
        git_dir=top / ".git", common_dir=top / ".git", top=top, bare=False, shallow=False
    )
    (top / "deep").mkdir()
    assert Git(top / "deep", repo.environment).place().top == top
    repo.git("worktree", "add", "-q", tmp_path / "side")
    assert Git(tmp_path / "side", repo.environment).place() == Place(
        git_dir=top / ".git" / "worktrees" / "side",
        common_dir=top / ".git",
        top=tmp_path / "side",
        bare=False,
        shallow=False,
    )
    bare = make_repo(tmp_path / "bare.git", "--bare").path
    assert Git(bare, repo.environment).place() == Place(
        git_dir=bare, common_dir=bare, top=None, bare=True, shallow=False
    )
    repo.git("clone", "-q", "--depth=1", f"file://{top}", tmp_path / "cut")
    assert Git(tmp_path / "cut", repo.environment).place().shallow is True


def test_no_place(repo, git, make_repo, tmp_path):
    assert fault(Git(tmp_path, repo.environment).place) == "repository/none"
    assert fault(Git(tmp_path / "none", repo.environment).place, kind=InputError) == (
        "repository/folder"
    )
    assert fault(Git(tmp_path, {"PATH": str(tmp_path)}).place) == "git/missing"
    wide = make_repo(tmp_path / "wide", "--object-format=sha256")
    assert fault(Git(wide.path, repo.environment).place) == "repository/object-format"


def test_config(repo, git):
    repo.git("config", "baseline.family", "one\ntwo")
    repo.git("config", "--add", "baseline.family", "three")
    with (repo.path / ".git" / "config").open("a") as config:
        config.write("[baseline]\n\tflag\n")
    found = git.config()
    assert (found["baseline.family"], found["baseline.flag"]) == ("three", "true")
    assert git.values("baseline.family") == ("one", "two", "three")
    (repo.path / ".git" / "config").write_text("[odd\n")
    assert fault(git.config) == "git/config"


def test_configure(repo, git):
    git.configure("baseline.root", "a")
    git.configure("baseline.root", "b")
    assert git.values("baseline.root") == ("b",)
    git.configure("baseline.root", "c", add=True)
    assert git.values("baseline.root") == ("b", "c")


def test_head(repo, git, make_repo, tmp_path):
    sha = repo.git("rev-parse", "HEAD")
    assert git.head(bare=False) == Head(sha=sha, branch="main", dirty=False)
    assert git.head(bare=True) == Head(sha=sha, branch="main", dirty=None)
    (repo.path / "new.txt").write_text("untracked files do not count")
    assert git.head(bare=False).dirty is False
    (repo.path / "code.txt").write_text("changed")
    assert git.head(bare=False).dirty is True
    repo.git("checkout", "-q", "--detach")
    assert git.head(bare=False) == Head(sha=sha, branch=None, dirty=True)
    assert git.head(bare=True) == Head(sha=sha, branch=None, dirty=None)
    unborn = Git(make_repo(tmp_path / "unborn").path, repo.environment)
    assert unborn.head(bare=False) == Head(sha=None, branch="main", dirty=False)
    assert unborn.head(bare=True) == Head(sha=None, branch="main", dirty=None)
    assert fault(lambda: Git(tmp_path, repo.environment).head(bare=False)) == "git/failed"


def test_resolve(repo, git):
    sha = repo.git("rev-parse", "HEAD")
    repo.git("tag", "-a", "-m", "t", "v1")
    assert [git.resolve(name) for name in ("HEAD", "v1", sha[:8], "main")] == [sha] * 4
    assert [git.resolve(name) for name in ("none", "--all", "", "HEAD:code.txt")] == [None] * 4


def test_the_begin_of_several_ids(repo, git, monkeypatch):
    """Of so many commits, always the same, two begin alike in the four digits that git asks for."""
    repo.git(
        "fast-import",
        "--quiet",
        give=b"".join(
            b"commit refs/heads/many\ncommitter A <a@b> %d +0000\ndata 3\n%03d\n" % (second, second)
            for second in range(600)
        ),
    )
    shown = repo.git("log", "--format=%h commit 1970-01-01 - %s", "many").splitlines()
    times = Counter(line[:4] for line in shown)
    begin = next(begin for begin in times if times[begin] == 2)
    one, other = sorted(line for line in shown if line.startswith(begin))
    with pytest.raises(InputError) as caught:
        git.resolve(begin)
    error = caught.value
    assert (error.code, error.where) == ("reference/ambiguous", begin)
    assert (error.message, error.hint) == (
        f"could be any of {one}; {other}",
        "give more of its digits",
    )
    monkeypatch.setattr(module, "_NAMED", 1)
    with pytest.raises(InputError, match=f"could be any of {one}; 1 more$"):
        git.resolve(begin)


def test_committer(repo, git):
    assert git.committer() == ("Tess Ter", "tess@example.org")
    nobody = {k: v for k, v in repo.environment.items() if not k.startswith("GIT_COMMITTER")}
    repo.git("config", "user.useConfigOnly", "true")
    assert Git(repo.path, nobody).committer() is None
    repo.git("config", "user.name", "A <b> C")
    repo.git("config", "user.email", "a@b")
    assert Git(repo.path, nobody).committer() == ("A b C", "a@b")


def test_remotes(repo, git, make_repo, tmp_path):
    bare = make_repo(tmp_path / "host.git", "--bare")
    assert git.remotes() == ()
    repo.git("remote", "add", "origin", bare.path)
    ref = "refs/heads/main"
    assert (git.remotes(), git.url("origin")) == (("origin",), str(bare.path))
    assert git.remote_tip("origin", ref) is None
    repo.git("push", "-q", "origin", "main")
    assert git.remote_tip("origin", ref) == repo.git("rev-parse", "main")
    assert fault(git.remote_tip, "nowhere", ref) == "remote/unreachable"
    assert fault(git.url, "nowhere") == "git/failed"


def test_hooks_folder(repo, git):
    assert git.hooks_folder() == repo.path / ".git" / "hooks"
    repo.git("config", "core.hooksPath", "own")
    assert git.hooks_folder() == repo.path / "own"


def test_a_silent_failure_still_has_words(repo, tmp_path):
    (tmp_path / "git").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "git").chmod(0o755)
    mute = Git(repo.path, {"PATH": str(tmp_path)})
    with pytest.raises(Unable) as caught:
        mute.ask("status")
    assert str(caught.value) == f"{repo.path}: git status failed: no message"
    (tmp_path / "git").write_text("#!/bin/sh\necho odd\n")
    assert mute.committer() is None


def test_what_was_asked_ahead_is_answered_once(repo, git):
    repo.git("config", "baseline.family", "before")
    git.ask_ahead()
    repo.git("config", "baseline.family", "after")
    git._ahead[("config", "--list", "-z")].wait()
    assert git.place().top == repo.path
    assert git.head(bare=False).branch == "main"
    assert git.committer() == git.committer()
    first, second = git.config(), git.config()
    assert {first["baseline.family"], second["baseline.family"]} >= {"after"}
    assert git._ahead == {}


def test_what_was_asked_ahead_and_not_needed_leaves_no_process(repo, git):
    git.ask_ahead()
    running = list(git._ahead.values())
    git.forget_ahead()
    assert all(process.returncode is not None for process in running)
    assert git._ahead == {}


def test_asking_ahead_leaves_the_error_to_who_asks_in_earnest(tmp_path, repo):
    for lost in (Git(tmp_path / "none", repo.environment), Git(tmp_path, {"PATH": str(tmp_path)})):
        lost.ask_ahead()
        assert lost._ahead == {}


def test_what_is_begun_goes_on_alone(repo, git):
    """One call after another, until one fails; nothing of it is heard."""
    git.begin([])
    git.begin([("config", "a.b", "it's 1"), ("config", "--bad"), ("config", "a.never", "2")])
    deadline = time.monotonic() + 10
    while not (done := repo.run("config", "a.b", check=False).stdout):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert done == b"it's 1\n"
    git.begin([("config", "--bad"), ("config", "a.never", "2")])
    git.begin([("config", "a.last", "3")])
    while not repo.run("config", "a.last", check=False).stdout:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert repo.run("config", "a.never", check=False).stdout == b""


@pytest.mark.parametrize("setting", ["false", "No", "OFF", "0", "", "true", "yes", "On", "1"])
def test_what_is_false_is_what_git_takes_for_false(repo, setting):
    said = repo.git("-c", f"x.y={setting}", "config", "--type=bool", "x.y").strip()
    assert is_false(setting) is (said == "false")
