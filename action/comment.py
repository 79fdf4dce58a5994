"""One comment on the pull request, found again by its hidden marks and brought up to date.

Only a comment that this token wrote is touched, whatever marks others write. That there can be none
fails nothing: a fork's token may not write, and the answer is in the job's summary too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api import Api, Refused
from compare import MARKER, report
from occasion import Occasion
from plan import Plan, read
from runner import Runner, annotate, at, log, text_at

_PULL = """\
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      headRefOid
      comments(first: 100, after: $after) {
        nodes { id body viewerDidAuthor }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
_OPEN = """\
query ($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(headRefName: $branch, states: [OPEN], first: 100) {
      nodes { number headRefOid headRepository { nameWithOwner } }
    }
  }
}
"""
_ADD = """\
mutation ($id: ID!, $body: String!) {
  addComment(input: {subjectId: $id, body: $body}) { clientMutationId }
}
"""
_UPDATE = """\
mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { clientMutationId }
}
"""
_DELETE = """\
mutation ($id: ID!) {
  deleteIssueComment(input: {id: $id}) { clientMutationId }
}
"""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request: its id, the commit it stands at, and our comments on it, oldest first."""

    id: str
    head: str
    ours: tuple[str, ...]


def main(runner: Runner) -> None:
    """Write the comment, or say why there is none."""
    plan = read(runner)
    api = Api(url=runner.value("GITHUB_GRAPHQL_URL"), token=runner.input("token"))
    try:
        said = _written(runner, plan, api)
    except Refused as refused:
        said = f"no comment: {refused}; the answer is in the summary of the job"
    annotate("notice", said) if said.startswith("no comment") else log([said])


def _written(runner: Runner, plan: Plan, api: Api) -> str:
    owner, _, name = runner.value("GITHUB_REPOSITORY").partition("/")
    where = {"owner": owner, "name": name}
    number = plan.happened.pull or _number(api, where, plan.happened)
    if not number:
        return "no comment: no open pull request stands at this commit"
    mark = f"<!-- git-baseline: {plan.name} -->"
    pull = _pull(api, {**where, "number": number}, mark)
    if not pull.id:
        return f"no comment: GitHub shows no pull request {number}"
    if pull.head != plan.commit:
        return f"no comment: pull request {number} has moved on"
    body = _body(runner, plan, mark)
    if not pull.ours:
        api.ask(_ADD, {"id": pull.id, "body": body})
        return f"commented on pull request {number}"
    first, *more = pull.ours
    api.ask(_UPDATE, {"id": first, "body": body})
    for again in more:  # two runs at once can both have found none
        api.ask(_DELETE, {"id": again})
    return f"brought the comment on pull request {number} up to date"


def _body(runner: Runner, plan: Plan, mark: str) -> str:
    told = report(plan).read_text(encoding="utf-8").removeprefix(MARKER).strip()
    why = f" Not recorded: {plan.why}." if plan.why else ""
    foot = f"Of {plan.commit}, in [this run]({runner.run_url}).{why}"
    return f"{MARKER}\n{mark}\n{told}\n\n{foot}\n"


def _pull(api: Api, variables: dict[str, object], mark: str) -> Pull:
    """Return the pull request with the comments that are ours: this token's, with the mark."""
    ours: list[str] = []
    for page in _pages(api, variables):
        nodes = at(page, "comments", "nodes")
        ours += [
            text_at(node, "id")
            for node in (nodes if isinstance(nodes, list) else [])
            if at(node, "viewerDidAuthor") is True and mark in text_at(node, "body")
        ]
    return Pull(id=text_at(page, "id"), head=text_at(page, "headRefOid"), ours=tuple(ours))


def _pages(api: Api, variables: dict[str, object]) -> Iterator[object]:
    after: str | None = None
    while True:
        answer = api.ask(_PULL, {**variables, "after": after})
        pull = at(answer, "repository", "pullRequest")
        yield pull
        info = at(pull, "comments", "pageInfo")
        after = text_at(info, "endCursor")
        if not (at(info, "hasNextPage") and after):
            return


def _number(api: Api, where: dict[str, str], happened: Occasion) -> int:
    """Return the pull request of a run before this one, found by its commit and repository.

    An artifact's word for it would be the fork's word.
    """
    answer = api.ask(_OPEN, {**where, "branch": happened.head_branch})
    nodes = at(answer, "repository", "pullRequests", "nodes")
    for node in nodes if isinstance(nodes, list) else []:
        stands = (text_at(node, "headRefOid"), text_at(node, "headRepository", "nameWithOwner"))
        number = at(node, "number")
        if stands == (happened.head, happened.head_repository) and isinstance(number, int):
            return number
    return 0
