"""Recording works wherever git does, and changes nothing but the branch."""

from __future__ import annotations

import shutil

import pytest

from gitbaseline.model.baseline import NO_COMMIT


def good(inside, number, **options):
    """Record one number, verify all, and return the document of the record."""
    done = inside(*number, "--json", **options)
    assert done.code == 0, done.err
    checked = inside("verify", "--json", **options)
    assert (checked.code, checked.json["good"]) == (0, True)
    return done.json


def test_a_dirty_tree_stays_as_dirty(registry, inside, number):
    (registry.path / "code.txt").write_text("changed")
    (registry.path / "staged.txt").write_text("staged")
    (registry.path / "untracked.txt").write_text("new")
    registry.git("add", "staged.txt")
    status = registry.git("status", "--porcelain")
    before = registry.frozen()
    document = good(inside, number)
    assert registry.frozen() == before
    assert registry.git("status", "--porcelain") == status
    assert document["baseline"]["git"]["dirty"] is True


def test_the_index_is_not_even_refreshed(registry, inside, number):
    code = registry.path / "code.txt"
    code.write_bytes(code.read_bytes())  # same content, another time
    before = registry.frozen()
    good(inside, number)
    assert registry.frozen() == before


def test_a_detached_head(registry, inside, number):
    registry.git("checkout", "-q", "--detach")
    before = registry.frozen()
    document = good(inside, number)
    assert registry.frozen() == before
    assert (document["baseline"]["git"]["branch"], document["baseline"]["git"]["dirty"]) == (
        None,
        False,
    )


def test_a_folder_inside(registry, inside, number):
    (registry.path / "deep" / "down").mkdir(parents=True)
    document = good(inside.at(registry.path / "deep" / "down"), number)
    assert document["entry"].startswith("fam/step/")


def test_a_bare_repository(registry, inside, number, make_repo, tmp_path):
    bare = tmp_path / "bare.git"
    registry.git("clone", "-q", "--bare", registry.path, bare)
    there = inside.at(bare)
    document = good(there, number)
    code = document["baseline"]["git"]
    assert (code["branch"], code["dirty"], code["sha"]) == (
        "main",
        None,
        registry.git("rev-parse", "HEAD"),
    )
    named = there("record", "-m", "m", "--value", "1", "--unit", "s", "--json")
    assert named.json["entry"].startswith("demo/m/")  # by its remote


def test_a_linked_work_tree(registry, inside, number, tmp_path):
    registry.git("worktree", "add", "-q", "-b", "side", tmp_path / "side")
    before = registry.frozen()
    document = good(inside.at(tmp_path / "side"), number)
    assert document["baseline"]["git"]["branch"] == "side"
    assert registry.frozen() == before
    assert (registry.count(), registry.tip()) == (2, document["commit"])


@pytest.mark.parametrize("where", ["here", "linked"])
def test_the_branch_itself_checked_out_is_refused(registry, inside, number, tmp_path, where):
    if where == "here":
        registry.git("checkout", "-q", "baselines")
    else:
        registry.git("worktree", "add", "-q", tmp_path / "side", "baselines")
    before = registry.reached()
    for words in (number, ("undo",)):
        done = inside(*words, "--json")
        error = done.json["error"]
        assert (done.code, error["code"], error["hint"]) == (
            3,
            "registry/checked-out",
            "git switch -" if where == "here" else f"git -C {tmp_path / 'side'} switch -",
        )
    assert registry.reached() == before
    assert inside("list").code == 0


def test_the_branch_about_to_be_begun_is_not_checked_out(make_repo, inside, tmp_path):
    empty = make_repo(tmp_path / "empty")
    empty.git("symbolic-ref", "HEAD", "refs/heads/baselines")
    (empty.path / "a.txt").write_text("mine")
    empty.git("add", "a.txt")
    done = inside.at(empty.path)("init", "--json")
    error = done.json["error"]
    assert (done.code, error["code"]) == (3, "registry/checked-out")
    assert error["hint"] == "git switch --orphan main"
    assert empty.git("for-each-ref") == ""


def test_an_empty_repository(make_repo, inside, number, tmp_path):
    empty = make_repo(tmp_path / "empty")
    there = inside.at(empty.path)
    assert there("init").code == 0
    document = good(there, number)
    assert document["baseline"]["git"] == {
        "branch": "main",
        "dirty": False,
        "remote": None,
        "sha": NO_COMMIT,
    }
    (warning,) = document["warnings"]
    assert warning == (
        "the repository has no commit yet, so the code measured is recorded as none; "
        "commit it, or give --git-sha"
    )
    assert empty.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["a:b", "a b", "a'b\"c", "m\u00fcnchen", "-dash", "a\tb"])
def test_a_path_with_odd_characters(registry, inside, number, tmp_path, name):
    odd = tmp_path / name
    shutil.move(registry.path, odd)
    there = inside.at(odd)
    assert good(there, number)["entry"].startswith("fam/step/")
    shown = there("show", "--file", "baseline.json")
    assert shown.code == 0
    assert inside.at(tmp_path)("-C", odd, "list", "--json").code == 0


def test_git_dir_in_the_environment(registry, inside, number, tmp_path):
    outside = inside.at(
        tmp_path, GIT_DIR=str(registry.path / ".git"), GIT_WORK_TREE=str(registry.path)
    )
    before = registry.frozen()
    good(outside, number)
    assert registry.frozen() == before


def test_through_git_itself(registry, baseline, number, tmp_path):
    """As ``git baseline``: git finds git-baseline on PATH and sets GIT_DIR for ``--git-dir``."""
    through = baseline.at(tmp_path)
    git = type(baseline)(tmp_path, baseline.environment, ("git",))
    before = registry.frozen()
    for options in (("-C", registry.path), (f"--git-dir={registry.path}/.git",)):
        done = git(*options, "baseline", *number)
        assert (done.code, done.text.split()[0]) == (0, "Recorded"), done.err
    listed = git("-C", registry.path, "baseline", "list", "fam/step", "--json").json
    assert len(listed["entries"]) == 2
    assert registry.frozen() == before
    assert through("list").code == 3


def test_the_root_variable_of_other_tools_stands_in_for_c(registry, inside, tmp_path):
    away = inside.at(tmp_path)
    assert away("list", PROFILE_AND_OPTIMIZE_REPO_ROOT=str(registry.path)).code == 0
    wins = away("-C", tmp_path, "list", PROFILE_AND_OPTIMIZE_REPO_ROOT=str(registry.path))
    assert wins.code == 3
