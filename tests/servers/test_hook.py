"""The server hooks under what a server's files, its administrator and a pusher can do to them."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

_NUMBER = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", "1.5")
_GUARDED = "refs/heads/baselines"


@pytest.fixture
def bare(make_bare, tmp_path):
    """A protected repository by its path, the registry not pushed yet."""
    return make_bare(tmp_path / "served.git")


@pytest.fixture
def served(bare, push):
    """The same with the registry in it."""
    done = push(bare.path)
    assert done.code == 0, done.err
    return bare


def _tip(bare):
    return bare.run("rev-parse", "--verify", "-q", _GUARDED, check=False).stdout.decode().strip()


@pytest.mark.parametrize("limit", [None, "1"], ids=["loose", "packed"])
def test_objects_in_quarantine_are_read(over_file, registry, inside, push, forge, limit):
    if limit:
        replace(registry, path=over_file.path).git("config", "receive.unpackLimit", limit)
    assert push(over_file).rules == ()
    assert inside(*_NUMBER).code == 0
    assert push(over_file).code == 0
    assert push(over_file, f"{forge()}:{_GUARDED}").rules == ("signature/missing",)
    packs = list(over_file.path.glob("objects/pack/*.pack"))
    assert len(packs) == (2 if limit else 0)


def test_an_object_pool_is_read(make_repo, protect, registry, inside, push, forge, tmp_path):
    pool = make_repo(tmp_path / 'pool: "ü"', "--bare")
    pool.git("fetch", "-q", registry.path, "baselines")
    bare = make_repo(tmp_path / "fork.git", "--bare")
    (bare.path / "objects" / "info" / "alternates").write_text(f"{pool.path}/objects\n")
    bare.git("update-ref", _GUARDED, registry.tip())
    protect(bare.path)
    assert inside(*_NUMBER).code == 0
    assert push(bare.path, f"{forge()}:{_GUARDED}").rules == ("signature/missing",)
    assert push(bare.path).code == 0
    assert _tip(bare) == registry.tip()


def test_the_pushers_environment_changes_nothing(served, registry, push, forge, tmp_path):
    evil = tmp_path / "evil"
    evil.mkdir()
    for module in ("pygit2", "gitbaseline", "sitecustomize", "usercustomize"):
        (evil / f"{module}.py").write_text("import sys; sys.exit(0)\n")
    for program in ("git", "python3", "env"):
        (evil / program).write_text("#!/bin/sh\nexit 0\n")
    (evil / ".gitconfig").write_text("[baseline]\nbranch = other\nroot =\n")
    attempts = {
        "import path": {"PYTHONPATH": str(evil), "PYTHONHOME": str(evil)},
        "start-up": {"PYTHONSTARTUP": str(evil / "pygit2.py"), "PYTHONINSPECT": "1"},
        "count": {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "baseline.branch",
            "GIT_CONFIG_VALUE_0": "other",
        },
        "parameters": {"GIT_CONFIG_PARAMETERS": "'baseline.branch'='other'"},
        "home": {"HOME": str(evil)},
        "global": {"GIT_CONFIG_GLOBAL": str(evil / ".gitconfig")},
        "xdg": {"XDG_CONFIG_HOME": str(evil)},
        "grafts": {"GIT_GRAFT_FILE": str(evil / "pygit2.py")},
    }
    said = {
        name: push(served.path, f"{forge()}:{_GUARDED}", **environment).rules
        for name, environment in attempts.items()
    }
    assert said == dict.fromkeys(attempts, ("signature/missing",))
    assert _tip(served) == registry.tip()


def test_push_options_change_nothing(served, registry, inside, push, forge):
    served.git("config", "receive.advertisePushOptions", "true")
    options = ("-o", "skip-verify", "-o", "$(touch evil); `touch evil`", "-o", "baseline.branch=x")
    bad = push(served.path, f"{forge()}:{_GUARDED}", options=options)
    assert (bad.code, bad.rules) == (1, ("signature/missing",))
    assert inside(*_NUMBER).code == 0
    assert push(served.path, options=options).code == 0
    assert not list(served.path.rglob("evil"))


def test_without_its_interpreter_it_refuses_everything(served, inside, push):
    hook = served.path / "hooks" / "pre-receive"
    text = hook.read_text()
    hook.write_text(
        "\n".join(
            "python=/none/python3" if line.startswith("python=") else line
            for line in text.split("\n")
        )
    )
    assert inside(*_NUMBER).code == 0
    done = push(served.path)
    assert (done.code, "pre-receive hook declined" in done.err) == (1, True)
    mend = "in the repository on the server: git baseline hooks install --server ."
    assert f"git-baseline: refused: the hook's Python is gone; {mend}" in done.err


def test_a_deleted_branch_comes_back_whole_or_not_at_all(served, registry, inside, push):
    assert inside(*_NUMBER).code == 0
    assert push(served.path).code == 0
    tip = registry.tip()
    served.git("update-ref", "-d", _GUARDED)
    part = push(served.path, f"baselines~1:{_GUARDED}")
    assert (part.code, part.rules) == (1, ("push/high-water",))
    assert inside(*_NUMBER).code == 0
    assert push(served.path).code == 0
    assert served.git("rev-parse", "baselines~1") == tip


def test_a_branch_set_back_goes_on_with_what_it_lost(served, registry, inside, push):
    assert inside(*_NUMBER).code == 0
    assert push(served.path).code == 0
    first = registry.git("rev-parse", "baselines~1")
    whole = registry.tip()
    for repo in (served, registry):
        repo.git("update-ref", _GUARDED, first)
    assert inside(*_NUMBER, "--notes", "another").code == 0
    other = push(served.path)
    assert (other.code, other.rules) == (1, ("push/high-water",))
    assert push(served.path, f"{whole}:{_GUARDED}").code == 0
    assert _tip(served) == whole


def test_a_mark_that_lags_behind_is_no_hindrance(served, registry, inside, push):
    (served.path / "hooks" / "post-receive").unlink()
    for _ in range(2):
        assert inside(*_NUMBER).code == 0
        assert push(served.path).code == 0
    assert _tip(served) == registry.tip()


@pytest.mark.parametrize("content", [b"\xff\n", b"main refs/heads/baselines\n", b""])
def test_a_mark_that_cannot_be_read_refuses(served, inside, push, content):
    path = served.path / "git-baseline" / "high-water"
    path.write_bytes(content)
    assert inside(*_NUMBER).code == 0
    done = push(served.path)
    assert (done.code, "the high-water mark cannot be read" in done.err) == (1, True)
    path.unlink()
    assert push(served.path).code == 0


def test_the_update_hook_as_fallback(bare, registry, inside, push, forge):
    for name in ("pre-receive", "post-receive"):
        (bare.path / "hooks" / name).unlink()
    hook = bare.path / "hooks" / "update"
    hook.write_bytes(inside("hooks", "print", "update").out)
    hook.chmod(0o755)
    assert push(bare.path).code == 0
    refs = ("main", f"{forge()}:{_GUARDED}", "main:refs/heads/BASELINES")
    done = push(bare.path, *refs)
    assert (done.code, done.rules) == (1, ("signature/missing", "ref/look-alike"))
    assert bare.git("rev-parse", "main", "baselines").split() == [
        registry.git("rev-parse", "main"),  # the update hook refuses one ref, not the push
        registry.tip(),
    ]


def test_history_cut_short_is_refused(bare, registry, inside, push, tmp_path):
    bare.git("config", "receive.shallowUpdate", "true")
    assert inside(*_NUMBER).code == 0
    url = f"file://{registry.path}"
    registry.git(
        "clone", "-q", "--bare", "--depth", "1", "--branch", "baselines", url, tmp_path / "cut"
    )
    cut = replace(registry, path=tmp_path / "cut")
    done = push(bare.path, repo=cut)
    assert (done.code, done.rules) == (1, ("history/missing",))
    assert push(bare.path).code == 0
    record = inside.at(cut.path)(*_NUMBER, "--notes", "from a shallow clone")
    assert record.code == 0, record.err
    assert push(bare.path, repo=cut).code == 0
    assert _tip(bare) == cut.tip()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to another user")
def test_a_repository_of_another_user(served, registry, inside, push, forge, environment):
    for folder, _, names in os.walk(served.path):
        for path in (folder, *(f"{folder}/{name}" for name in names)):
            os.chown(path, 65534, 65534)
    assert "dubious ownership" in push(served.path).err
    asked = inside("hooks", "doctor", "--server", served.path)
    assert (asked.code, asked.err) == (
        3,
        (
            f"error: {served.path}: the repository belongs to another user\n"
            f"hint: git config --global --add safe.directory {served.path}\n"
        ),
    )
    registry.git("config", "--global", "--add", "safe.directory", served.path)
    assert push(served.path, f"{forge()}:{_GUARDED}").rules == ("signature/missing",)
    assert inside(*_NUMBER).code == 0
    assert push(served.path).code == 0
    assert inside("hooks", "doctor", "--server", served.path).code == 0


def test_a_guarded_name_that_stands_for_another_ref(served, registry, push, forge):
    shutil.move(served.path / _GUARDED, served.path / "refs" / "heads" / "kept")
    served.git("symbolic-ref", _GUARDED, "refs/heads/kept")
    done = push(served.path, f"{forge()}:refs/heads/kept")
    assert (done.code, done.rules) == (1, ("ref/alias",))
