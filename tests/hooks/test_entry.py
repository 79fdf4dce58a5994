"""What the hook program does with what git hands it; pushes for real are in tests/servers."""

from __future__ import annotations

import io
import os
import stat
import sys
from types import SimpleNamespace

import pytest

from gitbaseline import hook
from gitbaseline.errors import Unable
from gitbaseline.model.violation import Violation
from gitbaseline.registry import high_water, installing, receive
from gitbaseline.registry.receive import FINDINGS

_GUARDED = "refs/heads/baselines"
_ZERO = "0" * 40


@pytest.fixture
def call(registry, monkeypatch, capsys):
    """Run the hook program on the registry's own repository, pinned to nothing."""

    def run(*words, give=b"", **environment):
        for name in list(os.environ):
            monkeypatch.delenv(name)
        told = {"PATH": registry.environment["PATH"], "GIT_DIR": str(registry.path / ".git")}
        for name, value in (told | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["hook", *words])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(give)))
        return hook.main(), capsys.readouterr().err

    return run


@pytest.mark.parametrize("words", [(), ("post-update",), ("update", "a", "b")])
def test_another_name_is_refused(call, words):
    code, err = call(*words)
    assert code == 1
    assert err.startswith(
        "git-baseline: refused: expected pre-receive, post-receive or update, got "
    )


@pytest.mark.parametrize(
    "lines",
    [
        b"no list of refs\n",
        f"{_ZERO} {_ZERO}\n".encode(),
        f"{_ZERO} {'F' * 40} {_GUARDED}\n".encode(),
        f"{_ZERO} {'1' * 40} refs/heads/x\n".encode() * 50_000,
    ],
    ids=["words", "two", "capitals", "endless"],
)
def test_a_list_that_cannot_be_read_is_refused(call, lines):
    assert call("pre-receive", give=lines) == (
        1,
        "git-baseline: refused: the list of refs cannot be read\n",
    )


def test_nothing_to_judge_is_nothing_against_it(call):
    assert call("pre-receive") == (0, "")
    assert call("pre-receive", give=f"{_ZERO} {'1' * 40} refs/heads/x\n".encode()) == (0, "")


def test_a_finding_names_rule_place_and_the_way_to_learn_more(call, registry):
    tip = registry.tip()
    assert call("update", _GUARDED, tip, _ZERO) == (
        1,
        (
            "git-baseline: ref/deleted: the registry's branch is never deleted"
            f" (at {_GUARDED})\n"
            "git-baseline: refused; git baseline explain ref/deleted tells how to mend it\n"
        ),
    )


def test_a_first_push_wants_a_pin(call, registry):
    tip = registry.tip()
    registry.git("update-ref", "-d", _GUARDED)
    code, err = call("pre-receive", give=f"{_ZERO} {tip} {_GUARDED}\n".encode())
    assert (code, err.split(": ")[1]) == (1, "push/bootstrap")


def test_findings_are_counted_past_a_number(call, monkeypatch):
    found = [Violation(rule="a/b", message=f"{n}\x1b[31m") for n in range(FINDINGS + 3)]
    monkeypatch.setattr(hook, "judge", lambda *arguments: found)
    code, err = call("pre-receive")
    lines = err.splitlines()
    assert (code, len(lines)) == (1, FINDINGS + 2)
    assert lines[0] == "git-baseline: a/b: 0\\x1b[31m"
    assert lines[-2:] == [
        "git-baseline: and 3 more findings",
        "git-baseline: refused; git baseline explain a/b tells how to mend it",
    ]


def test_a_fault_of_ours_refuses(call, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(hook, "judge", broken)
    assert call("pre-receive") == (
        1,
        "git-baseline: refused: a fault in git-baseline: ZeroDivisionError: boom\n",
    )


@pytest.mark.parametrize("content", [b"\xff\n", b"main refs/heads/baselines\n"])
def test_a_mark_that_cannot_be_read_refuses(call, registry, content):
    path = registry.path / ".git" / "git-baseline" / "high-water"
    path.parent.mkdir()
    path.write_bytes(content)
    code, err = call("pre-receive")
    assert (code, "the high-water mark cannot be read" in err) == (1, True)


def test_a_setting_that_makes_no_sense_refuses(call, registry):
    registry.git("config", "baseline.root", "twelve")
    assert call("pre-receive") == (
        1,
        "git-baseline: refused: baseline.root: expected 64 hex digits, got 'twelve'\n",
    )


def test_after_a_push_the_tip_is_remembered(call, registry):
    git_dir = registry.path / ".git"
    assert call("post-receive") == (0, "")
    assert high_water.load(git_dir, _GUARDED) == registry.tip()
    assert high_water.load(git_dir, "refs/heads/other") is None
    registry.git("update-ref", "-d", _GUARDED)
    before = (git_dir / "git-baseline" / "high-water").read_bytes()
    assert call("post-receive") == (0, "")
    assert (git_dir / "git-baseline" / "high-water").read_bytes() == before


def test_in_a_shared_repository_others_can_set_the_mark(call, registry):
    git_dir = registry.path / ".git"
    git_dir.chmod(0o2770)
    assert call("post-receive") == (0, "")
    folder = git_dir / "git-baseline"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "high-water")]
    assert modes == [0o2770, 0o660]


def test_a_mark_that_cannot_be_written_is_no_refusal(call, registry):
    (registry.path / ".git" / "git-baseline").write_text("no folder")
    code, err = call("post-receive")
    assert code == 1
    assert err.startswith("git-baseline: the push has landed, but: ")
    assert "the high-water mark cannot be written: " in err
    assert "refused" not in err


@pytest.fixture
def judged(call, registry, inside, number):
    """Judge a push on top of what the branch holds, the registry having two statements."""
    first = registry.tip()
    assert inside(*number).code == 0
    second = registry.tip()
    registry.git("config", "baseline.root", inside("init", "--json").json["pin"])

    def judge(*, held, new, mark=None, says=None):
        registry.git("update-ref", *((_GUARDED, held) if held else ("-d", _GUARDED)))
        if mark:
            high_water.save(registry.path / ".git", _GUARDED, mark)
        line = f"{says or held or _ZERO} {new} {_GUARDED}\n"
        code, err = call("pre-receive", give=line.encode())
        return code, err.split(": ")[1] if err else ""

    return judge, first, second


def test_what_goes_on_is_let_in(judged):
    judge, first, second = judged
    assert judge(held=None, new=second) == (0, "")
    assert judge(held=first, new=second, mark=first) == (0, "")
    assert judge(held=second, new=second, mark=first) == (0, "")


def test_what_does_not_go_on_is_refused(judged, registry):
    judge, first, second = judged
    tree = registry.git("rev-parse", f"{second}^{{tree}}")
    forged = registry.git("commit-tree", "-p", second, "-m", "x", tree)
    tag = registry.git("hash-object", "-w", "--stdin", give=b"no commit")
    assert judge(held=second, new=first) == (1, "history/rewind")
    assert judge(held=first, new=second, says=second) == (1, "ref/stale")
    assert judge(held=second, new=forged) == (1, "signature/missing")
    assert judge(held=second, new="1" * 40) == (1, "history/missing")
    assert judge(held=second, new=tag) == (1, "commit/kind")
    assert judge(held=None, new=first, mark=second) == (1, "push/high-water")
    assert judge(held=first, new=first, mark=second) == (1, "push/high-water")
    registry.git("config", "baseline.root", "0" * 64)
    assert judge(held=None, new=second) == (1, "push/pin")


def test_the_commits_of_one_push_are_bounded(judged, monkeypatch):
    judge, first, second = judged
    monkeypatch.setattr(receive, "MAX_COMMITS", 1)
    assert judge(held=None, new=second) == (1, "push/commits")
    assert judge(held=first, new=second) == (0, "")


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("", []),
        ("/a", ["/a"]),
        ("/a:/b c", ["/a", "/b c"]),
        (":/a::/b:", ["/a", "/b"]),
        ('"/a:b"', ["/a:b"]),
        ('"/a\\"b\\\\c":/d', ['/a"b\\c', "/d"]),
        ('"/\\303\\274\\t":"/e"', ["/\u00fc\t", "/e"]),
        ('"/open', ["/open"]),
    ],
)
def test_alternates_are_unquoted_as_git_quotes_them(text, folders):
    assert hook.split_alternates(text) == folders


def test_a_hook_that_is_not_shipped_is_told():
    with pytest.raises(Unable) as caught:
        installing.template("pre-rebase")
    assert (caught.value.code, caught.value.message) == (
        "hooks/missing",
        "the hook pre-rebase is not part of this installation",
    )
