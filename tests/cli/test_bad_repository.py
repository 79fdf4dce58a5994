"""Repositories, keys and disks with which nothing can be recorded: one error, nothing changed."""

from __future__ import annotations

import json
import random
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from gitbaseline.cli.main import VERBS


@pytest.fixture
def unable(inside, number):
    """Return (exit code, code, message, hint) of a record that cannot be made."""

    def run(folder=None, words=number, **options):
        done = inside(*words, "--json", folder=folder, **options)
        error = done.json["error"]
        assert "Traceback" not in done.err
        return done.code, error["code"], error["message"], error["hint"]

    return run


def test_no_repository(tmp_path, unable):
    outside = tmp_path / "outside"
    outside.mkdir()
    code, error, message, hint = unable(outside)
    assert (code, error, hint) == (3, "repository/none", "git init")
    assert message.startswith("not a git repository")
    assert unable(tmp_path, words=("-C", tmp_path / "none", "list"))[:2] == (
        2,
        "repository/folder",
    )


def test_a_remote_that_cannot_be_asked_is_not_one_without_a_registry(repo, unable):
    repo.git("remote", "add", "origin", "../nowhere.git")
    code, name, message, hint = unable(words=("list",))
    assert (code, name, hint) == (3, "remote/nowhere", "git remote -v")
    begin = "there is no registry here yet, and no answer from there: there is no such repository"
    assert message.startswith(begin)


def test_no_git(registry, unable, tmp_path):
    assert unable(PATH=str(tmp_path))[:3] == (3, "git/missing", "git is not on PATH")


def test_no_registry(repo, unable):
    before = repo.reached()
    for words in (("list",), ("show",), ("log",), ("verify",), ("keys", "list")):
        assert unable(words=words) == (
            3,
            "registry/none",
            "there is no registry here yet",
            "git baseline init",
        )
    assert unable()[1] == "registry/none"
    assert unable(words=("undo",))[:2] == (3, "undo/none")
    assert repo.reached() == before


def test_no_key(registry, unable, environment):
    shutil.rmtree(Path(environment["HOME"], ".config"))
    before = registry.reached()
    assert unable() == (3, "key/none", "there is no key to sign with", "git baseline init")
    assert registry.reached() == before


def test_a_key_that_is_not_listed(registry, unable, environment, inside, repo_of_another):
    before = registry.reached()
    code, error, message, hint = unable(HOME=repo_of_another)
    assert (code, error) == (3, "key/not-listed")
    assert message.endswith("is not listed in this registry")
    assert hint.startswith("ask tess@example.org to list it: git baseline keys add 'ssh-ed25519 ")
    assert registry.reached() == before


@pytest.fixture
def repo_of_another(make_repo, tmp_path, inside):
    """Return the home of somebody whose key another registry lists."""
    home = tmp_path / "home2"
    home.mkdir()
    other = make_repo(tmp_path / "other")
    assert inside.at(other.path)("init", HOME=str(home)).code == 0
    return str(home)


def test_a_key_open_to_others(registry, unable, environment):
    key = Path(environment["HOME"], ".config", "git-baseline", "id_ed25519")
    key.chmod(0o644)
    code, error, _, hint = unable()
    assert (code, error, hint) == (3, "key/permissions", f"chmod 600 {key}")


def test_sha256_repositories(make_repo, tmp_path, unable):
    made = make_repo(tmp_path / "wide", "--object-format=sha256")
    before = made.reached()
    for words in (("init",), ("list",)):
        code, error, message, _ = unable(made.path, words=words)
        assert (code, error) == (3, "repository/object-format")
        assert message == ("the repository uses sha256 object ids, which libgit2 cannot write yet")
    assert made.reached() == before


def test_reftable_repositories(registry, unable):
    registry.git("config", "core.repositoryformatversion", "1")
    with Path(registry.path, ".git", "config").open("a") as config:
        config.write("[extensions]\n\trefStorage = reftable\n")
    assert unable() == (
        3,
        "repository/ref-format",
        "the repository keeps its refs in a form that this git cannot read",
        "keep the registry where refs are files; the code may live in this one",
    )


def test_a_path_with_a_line_break(make_repo, tmp_path, unable):
    made = make_repo(tmp_path / "new\nline")
    before = made.reached()
    for words in (("init",), ("list",)):
        assert unable(made.path, words=words) == (
            3,
            "repository/path",
            "the repository's path holds a line break",
            "rename the folder",
        )
    assert made.reached() == before


def test_repositories_of_another_user(registry, unable):
    code, error, message, hint = unable(GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert (code, error, message) == (
        3,
        "repository/owner",
        "the repository belongs to another user",
    )
    assert hint == f"git config --global --add safe.directory {registry.path}"


def test_a_broken_configuration(registry, unable):
    Path(registry.path, ".git", "config").write_text("[core\n")
    assert unable()[0] == 3


def test_a_shallow_clone_reads_and_records_but_proves_nothing(
    registry, inside, number, make_repo, tmp_path
):
    for _ in range(2):
        inside(*number)
    registry.git(
        "clone", "-q", "--depth=1", "-b", "baselines", f"file://{registry.path}", tmp_path / "c"
    )
    clone = tmp_path / "c"
    subprocess.run(["git", "-C", clone, "checkout", "-q", "--orphan", "work"], check=True)
    there = inside.at(clone)
    done = there("verify", "--json")
    assert (done.code, done.json["good"], done.json["violations"]) == (3, False, [])
    assert re.fullmatch("history is missing at [0-9a-f]{40}", done.json["incomplete"])
    assert "  git fetch --unshallow origin" in there("verify").text.splitlines()
    assert there("list", "--json").code == 0
    assert there("show", "--json").json["commit"] == registry.tip()
    assert there("init", "--json").json["pin"] is None
    recorded = there(*number, "--json")
    assert recorded.code == 0, recorded.err
    subprocess.run(["git", "-C", clone, "push", "-q", registry.path, "baselines"], check=True)
    assert inside("verify", "--json").json["statements"] == 4


@pytest.mark.parametrize("verb", ["list", "fetch", "collect"])
def test_a_partial_clone(registry, inside, number, tmp_path, unable, verb):
    inside(*number)
    registry.git("config", "uploadpack.allowFilter", "true")
    registry.git(
        *("clone", "-q", "--bare", "--filter=blob:none", f"file://{registry.path}"),
        tmp_path / "partial.git",
    )
    code, error, message, hint = unable(tmp_path / "partial.git", words=(verb,))
    assert (code, error, hint) == (
        3,
        "registry/incomplete",
        "git fetch --refetch --no-filter origin baselines",
    )
    assert re.fullmatch("the repository lacks [0-9a-f]{40}, which the registry needs", message)


def test_a_partial_clone_of_the_code_alone(registry, inside, number, tmp_path):
    """As a workflow checks it out: the registry is fetched at first use, with all that it holds."""
    inside(*number)
    registry.git("config", "uploadpack.allowFilter", "true")
    clone, url = tmp_path / "clone", f"file://{registry.path}"
    registry.git("clone", "-q", "--filter=blob:none", "--single-branch", "-b", "main", url, clone)
    there = inside.at(clone)
    assert there("show", "--json").json["commit"] == registry.tip()
    inside(*number)
    assert there("fetch").code == 0
    assert there("verify", "--full", "--json").json["statements"] == 3


@pytest.mark.parametrize("words", ["record", "undo"])
def test_a_lock_left_behind(registry, inside, number, words):
    inside(*number)
    before = registry.reached()
    lock = Path(registry.path, ".git", "refs", "heads", "baselines.lock")
    lock.touch()
    begin = time.monotonic()
    done = inside(*(number if words == "record" else ("undo",)), "--json")
    assert time.monotonic() - begin < 8
    error = done.json["error"]
    assert (done.code, error["code"], error["hint"]) == (
        3,
        "ref/locked",
        f"if none is running: rm {lock}",
    )
    lock.unlink()
    assert registry.reached() == before


def test_a_lock_left_behind_before_the_genesis(repo, inside, environment):
    lock = Path(repo.path, ".git", "refs", "heads", "baselines.lock")
    lock.touch()
    done = inside("init", "--json")
    assert (done.code, done.json["error"]["code"], repo.tip()) == (3, "ref/locked", "")


def test_a_full_disk(registry, inside, baseline, tmp_path):
    """A limit on the size of files stands for it: the snapshot cannot be written whole."""
    source = tmp_path / "big.json"
    noise = random.Random(7).sample(range(10**9), 20_000)  # does not compress
    source.write_text(json.dumps({"step_ms": 1, "noise": str(noise)}))
    before = registry.reached()
    process = baseline.start(
        *("record", source, "--json"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    out, err = process.communicate()
    error = json.loads(out)["error"]
    assert (process.returncode, error["code"], error["hint"]) == (
        3,
        "repository/write",
        f"nothing was recorded; check free space and permissions: df -h {registry.path}/.git/objects",
    )
    assert error["message"] == "could not write to the repository: File too large"
    assert b"Traceback" not in err
    assert registry.reached() == before
    assert list(registry.path.rglob("*tmp*")) == []
    assert inside("verify").code == 0
    assert inside("record", source).code == 0


def test_every_verb_says_where_there_is_no_repository(tmp_path, inside):
    for verb in ("init", "record", "list", "show", "log", "verify", "undo"):
        assert verb in VERBS
        done = inside(verb, "--json", folder=tmp_path)
        assert (done.code, done.json["error"]["code"]) == (3, "repository/none")


def test_an_empty_folder_is_where_one_is(registry, inside):
    """As for git; and as any other -C it puts the variable aside."""
    done = inside("-C", "", "list", PROFILE_AND_OPTIMIZE_REPO_ROOT="/nowhere")
    assert (done.code, done.err) == (inside("list").code, inside("list").err)


@pytest.mark.parametrize("folder", ["fam", "fam/step"])
@pytest.mark.parametrize("verb", ["list", "show", "log", "search", "diff", "prove"])
def test_a_folder_that_is_not_there_is_told(registry, inside, number, folder, verb):
    assert inside(*number, "--json").code == 0
    tree = registry.git("rev-parse", f"baselines:{folder}")
    (registry.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    words = {"show": ["fam/step"], "diff": ["fam/step", "5"], "prove": ["fam/step"]}
    done = inside(verb, *words.get(verb, ["x"] if verb == "search" else []), "--json")
    error = done.json["error"]
    assert (done.code, error["code"]) == (3, "registry/incomplete"), error
    assert tree in error["message"]
