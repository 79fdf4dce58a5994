"""Pushing and fetching one ref, and what each refusal is taken for."""

from __future__ import annotations

import re

import pytest

from gitbaseline.errors import Unable
from gitbaseline.transport import remote
from gitbaseline.transport.git import Git
from gitbaseline.transport.remote import Brought, Refused, Why

REF = "refs/heads/main"

# reason on git's porcelain line ("" where none came so far), stderr, what it is
SAID = [
    ("[rejected] (fetch first)", "hint: Updates were rejected", Why.RACE),
    ("[rejected] (non-fast-forward)", "", Why.RACE),
    (
        "[remote rejected] (cannot lock ref 'refs/heads/b': is at 1 but expected 2)",
        "remote: error",
        Why.RACE,
    ),
    (
        "[remote rejected] (failed to update ref)",
        "remote: error: cannot lock ref 'refs/heads/b': Unable to create 'b.lock': File exists.",
        Why.RACE,
    ),
    ("[remote rejected] (incorrect old value provided)", "", Why.RACE),
    ("[remote rejected] (reference already exists)", "", Why.RACE),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: git-baseline: ref/stale: the branch holds another commit (at refs/heads/b)",
        Why.RACE,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: git-baseline: signature/retired-key: SHA256:x is not live (at 12)",
        Why.RULES,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: git-baseline: refused: a fault in git-baseline",
        Why.RULES,
    ),
    (
        "[remote rejected] (protected branch hook declined)",
        "remote: error: GH006: Protected branch update failed for refs/heads/b.",
        Why.PROTECTED,
    ),
    (
        "[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/b.",
        Why.PROTECTED,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: GitLab: You are not allowed to push code to protected branches on this project.",
        Why.PROTECTED,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: Gitea: Not allowed to push to protected branch b",
        Why.PROTECTED,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: Branch refs/heads/b can only be modified through pull requests.",
        Why.PROTECTED,
    ),
    ("[remote rejected] (prohibited by Gerrit: not permitted: update)", "", Why.PROTECTED),
    (
        "[remote rejected] (TF402455: Pushes to this branch are not permitted)",
        "",
        Why.PROTECTED,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: error: GH001: Large files detected.",
        Why.LARGE,
    ),
    ("", "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413", Why.LARGE),
    (
        "",
        "ERROR: Permission to o/r.git denied to someone.\nfatal: Could not read from remote",
        Why.FORBIDDEN,
    ),
    (
        "",
        "remote: Write access to repository not granted.\nfatal: h: returned error: 403",
        Why.FORBIDDEN,
    ),
    (
        "",
        "ERROR: The key you are authenticating with has been marked as read only.",
        Why.FORBIDDEN,
    ),
    (
        "[remote rejected] (pre-receive hook declined)",
        "remote: Gitea: User permission denied for writing.",
        Why.FORBIDDEN,
    ),
    ("", "remote: You are not allowed to upload code.\nfatal: error: 403", Why.FORBIDDEN),
    (
        "[remote rejected] (hook declined)",
        "remote: FATAL: W any r b DENIED by fallthru",
        Why.FORBIDDEN,
    ),
    (
        "",
        "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://h/r/'",
        Why.CREDENTIALS,
    ),
    (
        "",
        "fatal: could not read Username for 'https://h': terminal prompts disabled",
        Why.CREDENTIALS,
    ),
    (
        "",
        "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.",
        Why.CREDENTIALS,
    ),
    ("", "Host key verification failed.\nfatal: Could not read from remote", Why.CREDENTIALS),
    ("", "fatal: unable to access 'https://h/r/': Could not resolve host: h", Why.NETWORK),
    ("", "ssh: Could not resolve hostname h: Name or service not known", Why.NETWORK),
    ("", "ssh: connect to host h port 22: Connection refused", Why.NETWORK),
    (
        "",
        "fatal: unable to access 'https://h/r/': The requested URL returned error: 503",
        Why.NETWORK,
    ),
    ("", "error: RPC failed; HTTP 502 curl 22\nfatal: the remote end hung up", Why.NETWORK),
    ("[remote failure] (remote failed to report status)", "", Why.NETWORK),
    ("", "remote: Repository not found.\nfatal: repository 'https://h/r/' not found", Why.NOWHERE),
    ("", "ERROR: Repository not found.\nfatal: Could not read from remote", Why.NOWHERE),
    ("", "fatal: '/srv/x' does not appear to be a git repository", Why.NOWHERE),
    ("[remote rejected] (shallow update not allowed)", "", Why.SHALLOW),
    ("[remote rejected] (pre-receive hook declined)", "remote: no tickets, no push", Why.HOOK),
    ("[remote rejected] (push declined due to email privacy)", "remote: GH007", Why.HOOK),
    ("", "error: failed to push some refs to 'h'", Why.OWN_HOOK),
    ("", "fatal: something new", Why.OTHER),
    ("", "", Why.OTHER),
]


@pytest.fixture
def git(repo):
    return Git(repo.path, repo.environment)


@pytest.fixture
def bare(make_repo, tmp_path):
    return make_repo(tmp_path / "bare.git", "--bare")


@pytest.fixture
def told(repo, tmp_path):
    """A git that fails with what a test lets it say."""

    def saying(reason, stderr, code=1):
        (tmp_path / "out").write_text(f"To h\n!\t{REF}:{REF}\t{reason}\nDone\n" if reason else "")
        (tmp_path / "err").write_text(stderr)
        script = f"#!/bin/sh\ncat {tmp_path}/out; cat {tmp_path}/err >&2; exit {code}\n"
        (tmp_path / "git").write_text(script)
        (tmp_path / "git").chmod(0o755)
        return Git(repo.path, {"PATH": f"{tmp_path}:{repo.environment['PATH']}"})

    return saying


def refused(git, to="far", commit="main"):
    """Return how a push is refused."""
    with pytest.raises(Refused) as caught:
        remote.push(git, to, commit, REF)
    return caught.value


@pytest.mark.parametrize(("reason", "stderr", "why"), SAID)
def test_what_a_refusal_is_taken_for(told, reason, stderr, why):
    error = refused(told(reason, stderr), "origin")
    assert error.why is why
    assert (error.code, error.where, error.exit_code) == (f"remote/{why}", "origin", 3)
    assert "{" not in f"{error}{error.hint}"


def test_every_kind_of_refusal_has_an_example():
    assert {why for _, _, why in SAID} == set(Why)


def test_the_words_of_a_refusal(told):
    declined = "[remote rejected] (hook declined)"
    err = (
        "remote: \nremote: ====\x1b[31m====        \nremote: GitLab: No.        \n"
        "To https://bob:secret@h/r\nerror: failed to push some refs to 'h'\nhint: pull\n"
    )
    assert refused(told(declined, err)).said == ("====\x1b[31m====", "GitLab: No.")
    secret = told("", "fatal: cannot reach 'https://bob:secret@h/r'")
    assert refused(secret).said == ("cannot reach 'https://h/r'",)
    assert refused(told("[rejected] (stale info)", "")).said == ("[rejected] (stale info)",)
    assert str(refused(told("", ""))) == "far: git could not do it: no message"
    long = "".join(f"remote: line {n}\n" for n in range(99))
    assert len(refused(told(declined, long)).said) == 20


def test_hints_name_what_to_do(told):
    def hint(reason, err):
        return refused(told(reason, err)).hint

    declined = "[remote rejected] (pre-receive hook declined)"
    assert hint(declined, "remote: git-baseline: tree/mode: x") == "git baseline explain tree/mode"
    assert hint(declined, "remote: git-baseline: refused: x") == "git baseline explain"
    assert hint("", "fatal: Authentication failed") == "git ls-remote far must work first"
    assert hint(declined, "remote: no") is None


def test_a_push_lands_and_is_never_forced(repo, git, bare):
    remote.push(git, str(bare.path), "HEAD", REF)
    remote.push(git, str(bare.path), "HEAD", REF)
    first = repo.git("rev-parse", "HEAD")
    repo.git("tag", "-a", "-m", "t", "v1")
    repo.git("config", "push.followTags", "true")
    repo.git("commit", "-q", "--amend", "-m", "other")
    assert refused(git, str(bare.path), "HEAD").why is Why.RACE
    assert bare.git("for-each-ref", "--format=%(objectname) %(refname)") == f"{first} {REF}"


def test_a_fetch_never_goes_back(repo, git, bare):
    repo.git("remote", "add", "origin", bare.path)  # whose refspec would force
    into = "refs/remotes/origin/main"
    assert remote.fetch(git, "origin", REF, into) is Brought.ABSENT
    repo.commit("second")
    second = repo.git("rev-parse", "HEAD")
    remote.push(git, "origin", "HEAD", REF)
    assert remote.fetch(git, "origin", REF, into) is Brought.HERE
    bare.git("update-ref", REF, f"{second}~1")
    assert remote.fetch(git, "origin", REF, into) is Brought.REWOUND
    assert repo.git("rev-parse", into) == second
    with pytest.raises(Unable) as caught:
        remote.fetch(git, "nowhere", REF, into)
    assert caught.value.code == "remote/nowhere"


def test_a_fetch_of_the_tip_alone_and_of_a_while(repo, bare, make_repo, tmp_path):
    for text in ("2", "3"):
        repo.commit(text)
    repo.git("push", "-q", bare.path, "main")
    other = make_repo(tmp_path / "other")
    other.git("remote", "add", "origin", f"file://{bare.path}")
    git = Git(other.path, other.environment)
    into = "refs/remotes/origin/main"
    assert remote.fetch(git, "origin", REF, into, depth=1) is Brought.HERE
    assert other.git("rev-list", "--count", into) == "1"
    assert remote.fetch(git, "origin", REF, into, since="2.days") is Brought.HERE
    assert other.git("rev-list", "--count", into) == "3"


def test_another_fetch_here_is_waited_for(told, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr(remote.time, "sleep", waits.append)
    git = told("", "error: cannot lock ref 'refs/remotes/origin/main'")
    with pytest.raises(Unable):
        remote.fetch(git, "origin", REF, "refs/remotes/origin/main")
    assert len(waits) == 20
    assert re.fullmatch(r"[0-9.e-]+", str(max(waits)))
    assert max(waits) < 0.5
