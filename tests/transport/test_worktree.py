"""A temporary work tree: made beside, and taken away whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gitbaseline.errors import Unable
from gitbaseline.transport import worktree
from gitbaseline.transport.git import Git


@pytest.fixture
def two(repo):
    """A repository whose work tree and index are not as its second commit."""
    first = repo.git("rev-parse", "HEAD")
    repo.commit("second")
    (repo.path / "code.txt").write_text("changed")
    (repo.path / "staged.txt").write_text("staged")
    repo.git("add", "staged.txt")
    return repo, first


def trees(repo):
    return repo.git("worktree", "list", "--porcelain").count("worktree ")


def gone(repo):
    """Whether nothing is left beside the repository or in it."""
    beside = [path.name for path in repo.path.parent.iterdir() if "against" in path.name]
    return (beside, trees(repo), list((repo.path / ".git" / "worktrees").glob("*"))) == ([], 1, [])


def test_it_is_the_other_commit_and_the_one_at_hand_stays(two):
    repo, first = two
    before = repo.frozen()
    with worktree.work_tree(repo.path, first, repo.environment) as other:
        assert (other / "code.txt").read_text() == "first"
        assert (other.parent, trees(repo)) == (repo.path.parent, 2)
        assert Git(other, repo.environment).resolve("HEAD") == first
    assert (gone(repo), repo.frozen()) == (True, before)


def test_the_index_that_a_hook_points_to_is_not_touched(two):
    repo, first = two
    index = repo.path / ".git" / "index"
    before = index.read_bytes()
    environment = repo.environment | {
        "GIT_INDEX_FILE": str(index),
        "GIT_DIR": str(repo.path / ".git"),
        "GIT_WORK_TREE": str(repo.path),
    }
    with worktree.work_tree(repo.path, first, environment) as other:
        assert (other / "code.txt").read_text() == "first"
    assert (index.read_bytes() == before, gone(repo)) == (True, True)


def test_no_hook_runs(two, tmp_path):
    repo, first = two
    hook = repo.path / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    with worktree.work_tree(repo.path, first, repo.environment):
        assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_is_taken_away_after_an_error(two, error):
    repo, first = two

    def fail():
        with worktree.work_tree(repo.path, first, repo.environment) as other:
            (other / "made.txt").write_text("by the command")
            raise error

    with pytest.raises(error):
        fail()
    assert gone(repo)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_is_an_interrupt_and_nothing_is_left(two, number):
    repo, first = two

    def wait():
        with worktree.work_tree(repo.path, first, repo.environment):
            os.kill(os.getpid(), number)
            time.sleep(10)

    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        wait()
    assert (time.monotonic() - begin < 5, gone(repo)) == (True, True)
    after = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    assert before == after


def test_signals_while_it_is_taken_away_do_not_stop_that(two, monkeypatch):
    repo, first = two
    real = Git.run

    def run(self, *words, **options):
        if words[:2] == ("worktree", "remove"):
            os.kill(os.getpid(), signal.SIGINT)
        return real(self, *words, **options)

    monkeypatch.setattr(Git, "run", run)
    with worktree.work_tree(repo.path, first, repo.environment):
        pass
    assert gone(repo)


def test_what_is_ignored_stays_ignored(two):
    """As under nohup: a terminal that closes does not end the measurement."""
    repo, first = two
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with worktree.work_tree(repo.path, first, repo.environment):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert gone(repo)


def test_in_another_thread(two):
    repo, first = two
    seen = []

    def work():
        with worktree.work_tree(repo.path, first, repo.environment) as other:
            seen.append((other / "code.txt").read_text())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert (seen, gone(repo)) == (["first"], True)


def test_folders_without_the_right_to_write(two):
    """As a module cache leaves them; only root could take them away as they are."""
    repo, first = two
    with worktree.work_tree(repo.path, first, repo.environment) as other:
        (other / "cache" / "deep").mkdir(parents=True)
        (other / "cache" / "deep" / "file").write_text("x")
        outside = repo.path.parent / "outside"
        outside.mkdir(mode=0o500)
        (other / "cache" / "link").symlink_to(outside)
        (other / "cache" / "deep").chmod(0o500)
        (other / "cache").chmod(0o500)
    assert (gone(repo), outside.stat().st_mode & 0o777) == (True, 0o500)


def test_where_git_will_not_take_it_away(two, monkeypatch):
    """git refuses where a submodule was populated."""
    repo, first = two
    real = Git.run

    def run(self, *words, **options):
        return real(self, *(("version",) if words[:2] == ("worktree", "remove") else words))

    monkeypatch.setattr(Git, "run", run)
    with worktree.work_tree(repo.path, first, repo.environment):
        pass
    assert gone(repo)


def test_what_stays_is_named(two, monkeypatch):
    repo, first = two
    monkeypatch.setattr(worktree.shutil, "rmtree", lambda *_words, **_more: None)
    monkeypatch.setattr(Git, "run", lambda self, *words, **_more: None)
    monkeypatch.setattr(Git, "ask", lambda self, *words: "")
    with (
        pytest.raises(Unable) as caught,
        worktree.work_tree(repo.path, first, repo.environment) as other,
    ):
        pass
    assert (caught.value.code, caught.value.where) == ("worktree/left", str(other))


def test_a_commit_that_is_not_there(two):
    repo, _ = two

    def enter():
        with worktree.work_tree(repo.path, "1" * 40, repo.environment):
            pytest.fail("entered")

    with pytest.raises(Unable) as caught:
        enter()
    assert (caught.value.code, gone(repo)) == ("git/failed", True)


def test_a_folder_above_that_cannot_be_written(two, monkeypatch, tmp_path):
    repo, first = two
    real, temporary = worktree.tempfile.mkdtemp, tmp_path / "temporary"
    temporary.mkdir()

    def mkdtemp(**options):
        if "dir" in options:
            raise PermissionError(13, "Permission denied")
        return real(dir=temporary, **options)

    monkeypatch.setattr(worktree.tempfile, "mkdtemp", mkdtemp)
    with worktree.work_tree(repo.path, first, repo.environment) as other:
        assert (other.parent, (other / "code.txt").read_text()) == (temporary.resolve(), "first")
    assert (gone(repo), list(temporary.iterdir())) == (True, [])


def test_no_folder_no_work(two, monkeypatch):
    """An interrupt may come before there is anything to take away."""
    repo, first = two

    def interrupted(**_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(worktree.tempfile, "mkdtemp", interrupted)

    def enter():
        with worktree.work_tree(repo.path, first, repo.environment):
            pytest.fail("entered")

    with pytest.raises(KeyboardInterrupt):
        enter()
    assert gone(repo)


def test_submodules(repo):
    git = Git(repo.path, repo.environment)
    assert worktree.submodules(git, "HEAD") == []
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},libs/deep")
    repo.git("commit", "-qm", "with a submodule")
    assert worktree.submodules(git, "HEAD") == ["libs/deep"]
    (repo.path / "sub").mkdir()
    assert worktree.submodules(Git(repo.path / "sub", repo.environment), "HEAD") == ["libs/deep"]


def test_a_killed_process_leaves_what_git_can_prune(two):
    """SIGKILL cannot be caught: what is left is one folder, and git forgets it with it."""
    repo, first = two
    line = (
        "import os, sys; from pathlib import Path; from gitbaseline.transport import worktree\n"
        f"with worktree.work_tree(Path({str(repo.path)!r}), {first!r}, os.environ) as other:\n"
        "    print(other, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", line],
        env=repo.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    left = Path(done.stdout.strip())
    assert (done.returncode, left.is_dir()) == (-signal.SIGKILL, True)
    subprocess.run(["rm", "-rf", left], check=True)
    repo.git("worktree", "prune")
    assert gone(repo)
