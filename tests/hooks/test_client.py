"""The pre-push hook on the side of who pushes."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

_TEXT = """\
#!/bin/sh
# git-baseline: refuses to push a registry that does not verify. Installed by
# `git baseline hooks install`; fails closed where git-baseline is not to be found.
exec git baseline hook pre-push "$@"
"""


@pytest.fixture
def hooked(remote, registry, inside):
    """A repository with the hook installed, and its remote."""
    done = inside("hooks", "install")
    assert (done.code, done.err) == (0, "")
    return registry


def _push(repo, *specs):
    done = repo.run("push", "origin", *specs, check=False)
    return done.returncode, [
        line for line in done.stderr.decode().splitlines() if line.startswith("error: ")
    ]


def test_install_writes_one_file_and_again_the_same(remote, registry, inside):
    before = registry.frozen()
    hook = registry.path / ".git" / "hooks" / "pre-push"
    done = inside("hooks", "install")
    assert (done.code, done.text, done.err) == (0, f"installed {hook}\n", "")
    assert registry.frozen() == before | {".git/hooks/pre-push": _TEXT.encode()}
    assert os.access(hook, os.X_OK)
    again = inside("hooks", "install", "--json")
    assert (again.code, again.json["hooks"], again.json["pins"]) == (0, [str(hook)], [])
    assert registry.frozen() == before | {".git/hooks/pre-push": _TEXT.encode()}


@pytest.mark.parametrize("folder", ["relative/hooks", "{tmp}/absolute hooks"])
def test_install_goes_where_git_looks(remote, registry, inside, forge, tmp_path, folder):
    folder = folder.format(tmp=tmp_path)
    registry.git("config", "core.hooksPath", folder)
    done = inside("hooks", "install")
    path = registry.path / folder / "pre-push"
    assert (done.code, done.text) == (0, f"installed {path}\n")
    assert not (registry.path / ".git" / "hooks" / "pre-push").exists()
    forge()
    assert _push(registry, "baselines")[0] == 1


def test_install_in_a_linked_work_tree(remote, registry, inside, forge, tmp_path):
    registry.git("worktree", "add", "-q", tmp_path / "linked", "-b", "other")
    done = inside.at(tmp_path / "linked")("hooks", "install")
    assert (done.code, done.text) == (0, f"installed {registry.path}/.git/hooks/pre-push\n")
    forge()
    assert _push(registry, "baselines")[0] == 1


def test_install_writes_over_nobodys_hook(registry, inside):
    hook = registry.path / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\necho theirs\n")
    before = registry.frozen()
    done = inside("hooks", "install")
    assert (done.code, done.err) == (
        3,
        (
            f"error: {hook}: another hook stands here; git runs only one\n"
            "hint: let that one call ours too: copy what `git baseline hooks print pre-push` prints\n"
        ),
    )
    assert registry.frozen() == before


def test_a_good_registry_goes_through(hooked, remote, inside, number):
    assert _push(hooked, "baselines") == (0, [])
    assert inside(*number).code == 0
    assert _push(hooked, "baselines", "main") == (0, [])
    assert remote.tip() == hooked.tip()


def test_other_branches_are_nothing_to_it(hooked, remote, forge):
    forge()
    assert _push(hooked, "main", "main:side") == (0, [])
    assert _push(hooked, ":side") == (0, [])


def test_a_forged_commit_is_refused(hooked, remote, forge):
    assert _push(hooked, "baselines") == (0, [])
    tip = remote.tip()
    forged = forge()
    code, errors = _push(hooked, "baselines")
    assert code == 1
    assert errors[0].startswith("error: signature/missing: ")
    assert errors[0].endswith(f"(at {forged})")
    assert remote.tip() == tip


def test_twenty_findings_are_told_and_how_many_there_are_more(registry, inside):
    key = f"{registry.environment['HOME']}/.config/git-baseline/id_ed25519"
    blob = registry.git("hash-object", "-w", "--stdin", give=b"x")
    names = "".join(f"100644 blob {blob}\tz{n:02}\n" for n in range(24))
    tree = registry.git("mktree", give=registry.run("ls-tree", "baselines").stdout + names.encode())
    said = ("-m", "record fam/step/20260101T000000Z", "-p", "baselines", tree)
    signer = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    forged = registry.git(*signer, "commit-tree", "-S", *said)
    registry.git("update-ref", "refs/heads/baselines", forged)
    done = inside("hook", "pre-commit")
    lines = done.err.splitlines()
    assert (done.code, len(lines)) == (1, 22)  # 24 files too many, and no entry
    first = "error: path/unexpected: a record has no business adding this"
    assert lines[0] == f"{first} (at {forged} z00)"
    hint = "hint: git baseline explain path/unexpected"
    assert lines[20:] == ["error: and 5 more findings", hint]


def test_rewind_and_deletion_are_refused(hooked, remote, inside, number):
    assert inside(*number).code == 0
    assert _push(hooked, "baselines") == (0, [])
    tip = remote.tip()
    rewind = _push(hooked, "+baselines~1:baselines")
    assert (rewind[0], rewind[1][0]) == (
        1,
        f"error: refs/heads/baselines would lose {tip}; git fetch, and record on top of it",
    )
    deleted = _push(hooked, ":baselines")
    assert (deleted[0], deleted[1][0]) == (1, "error: refs/heads/baselines is never deleted")
    assert remote.tip() == tip


def test_another_registry_than_the_pinned_one_is_refused(hooked, remote):
    hooked.git("config", "baseline.root", "0" * 64)
    code, errors = _push(hooked, "baselines")
    assert (code, errors[0]) == (
        1,
        "error: this is another registry than the one that baseline.root pins",
    )


def test_a_shallow_clone_is_warned_of_and_let_through(hooked, remote, inside, number, tmp_path):
    assert inside(*number).code == 0
    assert _push(hooked, "baselines") == (0, [])
    url = f"file://{remote.path}"
    hooked.git(
        "clone", "-q", "--bare", "--depth", "1", "--branch", "baselines", url, tmp_path / "cut"
    )
    nothing_known = hooked.environment | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    cut = replace(hooked, path=tmp_path / "cut", environment=nothing_known)
    assert inside.at(cut.path)("hooks", "install").code == 0
    assert inside.at(cut.path)(*number, "--notes", "again").code == 0
    done = cut.run("push", "origin", "baselines", check=False)
    assert done.returncode == 0
    assert b"warning: the registry is incomplete here: history is missing at" in done.stderr


def test_without_git_baseline_on_the_path_nothing_is_pushed(hooked, remote):
    bare = replace(hooked, environment=hooked.environment | {"PATH": os.defpath})
    done = bare.run("push", "origin", "main", check=False)
    assert done.returncode == 1
    assert b"'baseline' is not a git command" in done.stderr
    assert remote.git("for-each-ref") == ""


@pytest.mark.parametrize("verb", ["pre-commit", "pre-push"])
def test_called_without_git_they_look_at_the_branch(repo, inside, verb):
    assert inside("hook", verb).code == 0


@pytest.mark.parametrize("verb", ["pre-commit", "pre-push"])
def test_called_without_git_they_refuse_a_forged_branch(registry, inside, forge, verb):
    assert inside("hook", verb).code == 0
    forge()
    assert inside("hook", verb).code == 1


def test_given_gits_lines_it_judges_the_guarded_ref_only(registry, inside, number, forge):
    first = registry.tip()
    assert inside(*number).code == 0
    second = registry.tip()
    guarded, zero = "refs/heads/baselines", "0" * 40
    forged = forge()
    said = {}
    for name, (new, ref, old) in {
        "other": (forged, "refs/heads/main", zero),
        "first": (first, guarded, zero),
        "more": (second, guarded, first),
        "deleted": (zero, guarded, first),
        "rewound": (first, guarded, second),
        "unknown": (second, guarded, "1" * 40),
        "forged": (forged, guarded, second),
    }.items():
        lines = f"refs/heads/x {new} {ref} {old}\n".encode()
        said[name] = inside("hook", "pre-push", "origin", "url", give=lines).code
    assert inside("hook", "pre-push", "origin", "url", give=b"three words only\n").code == 0
    assert said == {
        "other": 0,
        "first": 0,
        "more": 0,
        "deleted": 1,
        "rewound": 1,
        "unknown": 1,
        "forged": 1,
    }


def test_the_servers_hooks_can_be_called_as_verbs(registry, inside):
    tip, zero = registry.tip(), "0" * 40
    there = {"GIT_DIR": str(registry.path / ".git")}
    assert inside("hook", "post-receive", **there).code == 0
    deletion = f"{tip} {zero} refs/heads/baselines"
    assert inside("hook", "pre-receive", give=f"{deletion}\n".encode(), **there).code == 1
    ref = deletion.split()
    assert inside("hook", "update", ref[2], ref[0], ref[1], **there).code == 1


def test_an_incomplete_registry_is_warned_of(remote, registry, inside, number, tmp_path):
    pin = inside("verify", "--json").json["genesis"]
    assert inside(*number).code == 0
    url = f"file://{registry.path}"
    cut = tmp_path / "cut"
    registry.git("clone", "-q", "--bare", "--depth", "1", "--branch", "baselines", url, cut)
    done = inside.at(cut)("hook", "pre-commit")
    assert (done.code, done.err.partition(" at ")[0]) == (
        0,
        "warning: the registry is incomplete here: history is missing",
    )
    # The pin is that of the genesis, which was not cloned: no sign of another registry.
    replace(registry, path=cut).git("config", "baseline.root", pin)
    assert inside.at(cut)("hook", "pre-commit").err == done.err


def test_a_foreign_pin_is_refused(registry, inside):
    registry.git("config", "baseline.root", "0" * 64)
    done = inside("hook", "pre-commit")
    assert (done.code, done.err) == (
        1,
        "error: this is another registry than the one that baseline.root pins\n",
    )
