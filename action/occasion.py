"""What a run is about: the code measured, its pull request, and whether it may be recorded.

GitHub's events say it; nothing that a fork could have written is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

from runner import Runner, at, text_at

# Events of which GITHUB_REF is the branch that was measured. Others, such as a comment on a pull
# request, run with the default branch's name on code that is not there.
_OWN = ("push", "schedule", "workflow_dispatch")
_PULLS = ("pull_request", "pull_request_target")


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event of a run. ``head`` is the commit that it is about, empty where that is HEAD.

    ``pull`` is the number of its pull request, 0 where the event names none; ``head_branch`` and
    ``head_repository`` are where a run before this one measured.
    """

    event: str
    branch: str
    default_branch: str
    fork: bool
    head: str = ""
    pull: int = 0
    head_branch: str = ""
    head_repository: str = ""

    @property
    def is_pull(self) -> bool:
        """Whether there may be a pull request to answer."""
        return self.event in _PULLS or (self.event == "workflow_run" and not self.branch)


def occasion(runner: Runner) -> Occasion:
    """Return what this run is about."""
    name, told = runner.value("GITHUB_EVENT_NAME"), runner.event
    repository = runner.value("GITHUB_REPOSITORY")
    default = text_at(told, "repository", "default_branch")
    branch = runner.environment.get("GITHUB_REF", "").removeprefix("refs/heads/")
    if name in _PULLS:
        pull = at(told, "pull_request")
        number = at(pull, "number")
        return Occasion(
            event=name,
            branch="",
            default_branch=default,
            fork=text_at(pull, "head", "repo", "full_name") != repository,
            head=text_at(pull, "head", "sha"),
            pull=number if isinstance(number, int) else 0,
        )
    if name == "workflow_run":
        before = at(told, "workflow_run")
        origin = text_at(before, "head_repository", "full_name")
        own = text_at(before, "event") in _OWN
        return Occasion(
            event=name,
            branch=text_at(before, "head_branch") if own else "",
            default_branch=default,
            fork=origin != repository,
            head=text_at(before, "head_sha"),
            head_branch=text_at(before, "head_branch"),
            head_repository=origin,
        )
    if name == "schedule":  # told without its repository, and always of the default branch
        default = default or branch
    own = name in _OWN
    return Occasion(event=name, branch=branch if own else "", default_branch=default, fork=False)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether to record, and why not. ``bad`` says that the workflow asked for what cannot be."""

    record: bool
    why: str = ""
    bad: bool = False


def ruling(wish: str, happened: Occasion, *, key: bool) -> Ruling:
    """Return whether this run's numbers are recorded.

    ``wish`` is ``auto``: what the default branch measured; ``always``; ``never``.
    """
    if wish == "never":
        return Ruling(record=False, why="record is 'never'")
    if happened.fork:
        return Ruling(record=False, why="numbers of a fork's code are compared, never recorded")
    if wish == "auto" and happened.event in _PULLS:
        return Ruling(record=False, why="a pull request is compared, not recorded")
    if wish == "auto" and not (happened.branch and happened.branch == happened.default_branch):
        default = happened.default_branch or "the default branch"
        return Ruling(record=False, why=f"only runs of {default} are recorded")
    if not key:
        return Ruling(record=False, why="there is no signing key", bad=wish == "always")
    return Ruling(record=True)
