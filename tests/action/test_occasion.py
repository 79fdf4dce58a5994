"""Which runs are recorded: a table of events, wishes and keys."""

from __future__ import annotations

import pytest

OURS, FORK = "octo/demo", "mallory/demo"
DEFAULT = {"repository": {"default_branch": "main"}}
FORKED = "numbers of a fork's code are compared, never recorded"
NOT_MAIN = "only runs of main are recorded"
NO_KEY = "there is no signing key"


def pull(repository):
    head = {"sha": "a" * 40, "repo": {"full_name": repository} if repository else None}
    return DEFAULT | {"pull_request": {"number": 3, "head": head}}


def after(event, branch, repository):
    run = {"event": event, "head_branch": branch, "head_sha": "b" * 40}
    return DEFAULT | {"workflow_run": run | {"head_repository": {"full_name": repository}}}


@pytest.fixture
def decide(modules, tmp_path):
    """Return what is decided of an event, as (record, why, bad), with what it is about."""

    def decide(event, told, *, wish="auto", key=True, ref="refs/heads/main"):
        runner = modules.runner(
            told, GITHUB_EVENT_NAME=event, GITHUB_REF=ref, GITHUB_REPOSITORY=OURS
        )
        happened = modules.occasion.occasion(runner)
        ruled = modules.occasion.ruling(wish, happened, key=key)
        return (ruled.record, ruled.why, ruled.bad), happened

    return decide


@pytest.mark.parametrize(
    ("event", "told", "options", "answer"),
    [
        ("push", DEFAULT, {}, (True, "", False)),
        ("schedule", {}, {}, (True, "", False)),
        ("workflow_dispatch", DEFAULT, {}, (True, "", False)),
        ("push", DEFAULT, {"key": False}, (False, NO_KEY, False)),
        ("push", DEFAULT, {"key": False, "wish": "always"}, (False, NO_KEY, True)),
        ("push", DEFAULT, {"wish": "never"}, (False, "record is 'never'", False)),
        ("push", DEFAULT, {"ref": "refs/heads/topic"}, (False, NOT_MAIN, False)),
        ("push", DEFAULT, {"ref": "refs/heads/topic", "wish": "always"}, (True, "", False)),
        ("push", DEFAULT, {"ref": "refs/tags/main"}, (False, NOT_MAIN, False)),
        ("push", {}, {}, (False, "only runs of the default branch are recorded", False)),
        # the default branch's name, and whatever code was checked out
        ("issue_comment", DEFAULT, {}, (False, NOT_MAIN, False)),
        ("repository_dispatch", DEFAULT, {}, (False, NOT_MAIN, False)),
        (
            "pull_request",
            pull(OURS),
            {},
            (False, "a pull request is compared, not recorded", False),
        ),
        ("pull_request", pull(OURS), {"wish": "always"}, (True, "", False)),
        ("pull_request", pull(FORK), {}, (False, FORKED, False)),
        ("pull_request", pull(FORK), {"wish": "always"}, (False, FORKED, False)),
        ("pull_request", pull(None), {"wish": "always"}, (False, FORKED, False)),
        ("pull_request_target", pull(FORK), {"wish": "always"}, (False, FORKED, False)),
        ("workflow_run", after("push", "main", OURS), {}, (True, "", False)),
        ("workflow_run", after("push", "topic", OURS), {}, (False, NOT_MAIN, False)),
        ("workflow_run", after("pull_request", "main", OURS), {}, (False, NOT_MAIN, False)),
        ("workflow_run", after("pull_request", "main", FORK), {}, (False, FORKED, False)),
        ("workflow_run", after("push", "main", FORK), {"wish": "always"}, (False, FORKED, False)),
    ],
)
def test_what_is_recorded(decide, event, told, options, answer):
    assert decide(event, told, **options)[0] == answer


@pytest.mark.parametrize(
    ("event", "told", "number", "head", "is_pull"),
    [
        ("push", DEFAULT, 0, "", False),
        ("pull_request", pull(FORK), 3, "a" * 40, True),
        ("workflow_run", after("pull_request", "x", FORK), 0, "b" * 40, True),
        ("workflow_run", after("push", "main", OURS), 0, "b" * 40, False),
    ],
)
def test_whose_pull_request_it_is(decide, event, told, number, head, is_pull):
    _, happened = decide(event, told)
    assert (happened.pull, happened.head, happened.is_pull) == (number, head, is_pull)
