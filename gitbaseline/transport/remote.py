"""Sending one ref to a remote and bringing it from there, by git itself, and what a refusal means.

git's own transport, credentials and hooks; never by force, never backwards. Whether a push landed
is git's exit code. Why it did not is told by texts that git, ssh and the forges print, gathered
here in one table; what matches nothing stays ``OTHER``, with the server's own words.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum

from gitbaseline.errors import Unable
from gitbaseline.transport.git import Git

_SAID = 20  # lines of a server that an error repeats
_LOCKED_TRIES = 20
_FETCH = (
    "--no-progress",
    "--no-tags",
    "--no-recurse-submodules",
    "--refmap=",  # the configured refspec, which forces, has no say
    "--no-filter",  # nor has that of a partial clone: what is read is the content of files
)


class Why(StrEnum):
    """Why a remote took nothing, or gave nothing."""

    RACE = "race"
    RULES = "rules"
    PROTECTED = "protected"
    LARGE = "large"
    FORBIDDEN = "forbidden"
    CREDENTIALS = "credentials"
    NETWORK = "network"
    NOWHERE = "nowhere"
    SHALLOW = "shallow"
    HOOK = "hook"
    OWN_HOOK = "own-hook"
    OTHER = "other"


class Brought(StrEnum):
    """What a fetch found: the ref as it is there, no such ref, or one that was taken back."""

    HERE = "here"
    ABSENT = "absent"
    REWOUND = "rewound"


# The first row that matches is the answer; what says more stands first. The texts are those of git
# 2.39 to 2.50, OpenSSH, curl, github.com, GitLab, Gitea, Forgejo, Gerrit, Bitbucket, Azure DevOps.
_TEXTS: tuple[tuple[Why, tuple[str, ...]], ...] = (
    (
        Why.RACE,
        (
            "non-fast-forward",
            "fetch first",
            "stale info",
            "remote ref updated since checkout",
            "cannot lock ref",
            "failed to (?:update ref|lock)",
            "incorrect old value provided",
            "reference already exists",
            "git-baseline: (?:ref/stale|history/rewind): ",
        ),
    ),
    (Why.RULES, ("git-baseline: ",)),
    (
        Why.PROTECTED,
        (
            "protected branch",
            "is protected from",
            "GH006",
            "GH013|repository rule violations",
            "can only be modified through pull requests",
            "TF402455",
            "prohibited by Gerrit",
        ),
    ),
    (Why.LARGE, ("GH001", "Large files? detected", "error: 413|HTTP 413", "size limit")),
    (
        Why.FORBIDDEN,
        (
            r"Permission to \S+ denied",
            "Write access to repository not granted",
            "marked as read only",
            "not allowed to (?:push|upload)",
            "Deploy keys are not allowed",
            "User permission denied for writing",
            "DENIED by",
            "TF401027",
            "returned error: 403",
        ),
    ),
    (
        Why.CREDENTIALS,
        (
            "Authentication failed",
            "could not read (?:Username|Password)",
            r"Permission denied \(",
            "Invalid username or",
            "Access denied",
            "Too many authentication failures",
            "Host key verification failed",
            "Unauthorized|returned error: 401",
        ),
    ),
    (
        Why.NETWORK,
        (
            "Could not resolve (?:host|proxy)|name resolution",
            "Failed to connect|unable to connect to",
            "Connection (?:refused|reset|timed out|closed)",
            "Operation timed out",
            "No route to host|Network is unreachable",
            r"(?:returned error:|HTTP) (?:429|5\d\d)",
            "early EOF|SSL_ERROR|gnutls_handshake",
        ),
    ),
    (
        Why.NOWHERE,
        (
            "Repository not found|repository '.*' not found",
            "not appear to be a git repository",
            "project you were looking for could not be found",
            "repository not exported",
            "returned error: 404",
        ),
    ),
    (Why.SHALLOW, ("shallow update not allowed",)),
    (Why.HOOK, ("hook declined", "declined due to")),
    # What git adds to most of the above, too.
    (
        Why.NETWORK,
        ("remote end hung up", "unexpected disconnect", "remote failed to report status"),
    ),
)

# Each with what it means, and what to do about it.
_MEANINGS = {
    Why.RACE: ("others pushed at the same moment", "git baseline push"),
    Why.RULES: ("the server's git-baseline refuses it", "git baseline explain {rule}"),
    Why.PROTECTED: (
        "the branch is protected there",
        "let this user or key push to it, but not by force: docs/push.md",
    ),
    Why.LARGE: ("a file is larger than the server takes", None),
    Why.FORBIDDEN: (
        "this user or key may read there and not write",
        "ask for write access; a GitHub workflow wants permissions: contents: write",
    ),
    Why.CREDENTIALS: (
        "git's credentials are not accepted there",
        "git ls-remote {remote} must work first",
    ),
    Why.NETWORK: ("the server cannot be reached", "git baseline push, when it is back"),
    Why.NOWHERE: ("there is no such repository, or it is hidden from you", "git remote -v"),
    Why.SHALLOW: (
        "the server lacks what this shallow clone builds on",
        "git fetch --unshallow {remote}",
    ),
    Why.HOOK: ("a hook of the server refuses it", None),
    Why.OWN_HOOK: ("a pre-push hook of this repository refuses it", None),
    Why.OTHER: ("git could not do it", None),
}
_RULE = re.compile(r"git-baseline: ([a-z-]+/[a-z-]+): ")
_USER = re.compile(r"(?<=://)[^/\s'@]*@")


class Refused(Unable):
    """A remote took or gave nothing: why, and what was said, line by line."""

    def __init__(self, remote: str, why: Why, said: Sequence[str]) -> None:
        meaning, hint = _MEANINGS[why]
        text = "; ".join(said) or "no message"
        rule = _RULE.search(text)
        super().__init__(
            f"{meaning}: {text}",
            code=f"remote/{why}",
            where=remote,
            hint=hint.format(remote=remote, rule=rule[1] if rule else "").strip() if hint else None,
        )
        self.why = why
        self.said = tuple(said)


def push(git: Git, remote: str, commit: str, ref: str) -> None:
    """Push one commit to a ref of a remote, never by force; raise Refused unless it landed."""
    _push(git, remote, f"{commit}:{ref}")


def push_new(git: Git, remote: str, refs: Mapping[str, str]) -> None:
    """Push commits to refs (full name -> commit) that are not there yet, or hold them already."""
    _push(git, remote, *(f"{commit}:{ref}" for ref, commit in refs.items()))


def remove(git: Git, remote: str, refs: Mapping[str, str]) -> None:
    """Delete refs (full name -> commit) of a remote, each only while it holds that commit.

    Raises Refused where one was not deleted; others may have been.
    """
    leases = [f"--force-with-lease={ref}:{commit}" for ref, commit in refs.items()]
    _push(git, remote, *(f":{ref}" for ref in refs), options=leases)


def _push(git: Git, remote: str, *refspecs: str, options: Sequence[str] = ()) -> None:
    # Whatever is configured: these refs and nothing beside them.
    words = ("--porcelain", "--no-follow-tags", "--no-recurse-submodules", *options)
    done = git.run("push", *words, remote, *refspecs)
    if done.returncode == 0:
        return
    told = done.stdout.decode(errors="replace").splitlines()
    reasons = [line.rpartition("\t")[2] for line in told if line.startswith("!\t")]
    stderr = done.stderr.decode(errors="replace")
    if not reasons and "error: failed to push some refs" in stderr:
        raise Refused(remote, Why.OWN_HOOK, said(stderr, ()))
    raise _refused(remote, stderr, reasons)


def fetch(
    git: Git,
    remote: str,
    ref: str,
    into: str,
    *,
    depth: int | None = None,
    since: str | None = None,
) -> Brought:
    """Bring a remote's ref into ``into``, never backwards; raise Refused where git cannot.

    Where the remote has no such ref, or one that does not go on from what ``into`` holds, ``into``
    stays as it is. ``depth`` cuts the history off; only for a ref that nothing here holds yet.
    ``since`` brings a shallow one back to a date of git's.
    """
    depths = [f"--depth={depth}"] if depth else []
    depths += [f"--shallow-since={since}"] if since else []
    for tried in range(_LOCKED_TRIES):
        done = git.run("fetch", *_FETCH, *depths, remote, f"{ref}:{into}")
        if done.returncode == 0:
            return Brought.HERE
        stderr = done.stderr.decode(errors="replace")
        if "couldn't find remote ref" in stderr:
            return Brought.ABSENT
        if "(non-fast-forward)" in stderr:
            return Brought.REWOUND
        if not re.search(r"cannot lock ref|\.lock': File exists|incorrect old value", stderr):
            break
        time.sleep(random.uniform(0, 0.01 * 2 ** min(tried, 5)))  # noqa: S311 another fetch here
    raise _refused(remote, stderr, ())


def fetch_below(git: Git, remote: str, prefix: str, into: str) -> None:
    """Bring all refs of a remote below ``prefix`` to the same names below ``into``, and no others.

    Both end in a slash. What is gone there goes here; raises Refused where git cannot.
    """
    done = git.run("fetch", *_FETCH, "--prune", remote, f"+{prefix}*:{into}*")
    if done.returncode != 0:
        raise _refused(remote, done.stderr.decode(errors="replace"), ())


def names_below(git: Git, remote: str, prefix: str) -> set[str]:
    """Return the full names of a remote's refs below ``prefix``, which ends in a slash."""
    done = git.run("ls-remote", "--quiet", remote, f"{prefix}*")
    if done.returncode != 0:
        raise _refused(remote, done.stderr.decode(errors="replace"), ())
    return {line.partition("\t")[2] for line in done.stdout.decode(errors="replace").splitlines()}


def _refused(remote: str, stderr: str, reasons: Sequence[str]) -> Refused:
    text = "\n".join((*reasons, stderr))
    found = (why for why, texts in _TEXTS if re.search("|".join(texts), text, re.IGNORECASE))
    return Refused(remote, next(found, Why.OTHER), said(stderr, reasons))


def said(stderr: str, reasons: Sequence[str]) -> tuple[str, ...]:
    """Return the server's lines, or where it said nothing git's own."""
    lines = [line.strip() for line in _USER.sub("", stderr).splitlines()]
    server = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    server = [line for line in server if any(map(str.isalnum, line))]
    own = [
        line.removeprefix("fatal: ").removeprefix("error: ")
        for line in lines
        if line and not line.startswith(("hint: ", "remote:", "error: failed to push some refs"))
    ]
    return tuple((server or own or list(reasons))[:_SAID])
