"""The comment: found by its marks, brought up to date, and never in the way of the answer."""

from __future__ import annotations

import pytest

HIDDEN = "<!-- git-baseline: "


@pytest.fixture
def told(pull, bench):
    """Compare in a job of the pull request, and return the function that does it again."""
    one = pull()
    file = bench(one, 0.100)
    return lambda **inputs: one.use(file=file, record="never", **inputs)


def mark(github):
    (comment,) = (one for one in github.comments if one["viewerDidAuthor"])
    return comment["body"].splitlines()[1]


def test_it_is_found_on_a_later_page_and_others_marks_mean_nothing(told, github):
    assert told().ok
    ours = github.comments.pop()
    for number in range(5):
        github.say(f"{number} {ours['body']}", ours=False)
    github.comments.append(ours)
    ours["body"] = ours["body"].replace("### NO-VERDICT", "### an earlier answer")
    assert told().ok
    assert "### NO-VERDICT" in ours["body"]
    assert [one["body"][0] for one in github.comments[:5]] == list("01234")
    assert len(github.comments) == 6
    assert github.asked[-4:] == ["repository"] * 3 + ["updateIssueComment"]


def test_of_two_that_crossed_one_is_left(told, github):
    assert told().ok
    github.say(github.comments[0]["body"])
    assert told().ok
    assert len(github.comments) == 1


def test_another_use_of_the_action_has_a_comment_of_its_own(told, github):
    assert told().ok
    first = mark(github)
    assert told(measurement="other").ok
    marks = [one["body"].splitlines()[1] for one in github.comments]
    assert (marks[0], len({*marks}), marks[1].startswith(HIDDEN)) == (first, 2, True)


def test_an_older_run_says_nothing_of_a_newer_commit(told, github):
    github.head = "f" * 40
    done = told()
    assert (done.ok, github.comments) == (True, [])
    assert "no comment: pull request 7 has moved on" in done.annotated("notice")


def test_no_comment_where_none_is_wanted(told, github):
    done = told(comment="false")
    assert (done.ok, "comment" in done.steps, github.asked) == (True, False, [])


@pytest.mark.parametrize(
    ("answers", "said", "asked"),
    [
        ([(502, {})], None, 1),
        ([(502, {})] * 3, "GitHub answers 502 Bad Gateway", 3),
        ([(403, {})], "GitHub answers 403 Forbidden", 1),
        ([(200, ["?"])], "no comment: GitHub shows no pull request 7", 1),
        ([(200, {"errors": [{"message": "rate\n::error::limit"}]})], "rate\n::error::limit", 1),
    ],
)
def test_what_github_answers_fails_nothing(told, github, answers, said, asked):
    seen = []

    def trouble(_):
        seen.append(1)
        return answers[len(seen) - 1] if len(seen) <= len(answers) else (200, None)

    github.trouble = trouble
    done = told()
    assert done.ok, done.log.text
    if said is None:
        assert len(github.comments) == 1
        return
    assert (len(seen), github.comments) == (asked, [])
    assert any(said in one for one in done.annotated("notice")), done.log.annotations
    assert ("error", "limit") not in done.log.annotations


def test_a_token_that_github_does_not_know(told, github):
    github.token = "another"
    done = told()
    (said,) = (one for one in done.annotated("notice") if one.startswith("no comment"))
    assert (done.ok, said) == (
        True,
        "no comment: GitHub answers 401 Unauthorized; the answer is in the summary of the job",
    )


def test_a_write_is_not_tried_twice(told, github):
    """What was lost may be the answer alone."""
    tried = []

    def trouble(asked):
        if not asked["query"].startswith("mutation"):
            return 200, None
        tried.append(1)
        github.say(asked["variables"]["body"])
        return 500, {}

    github.trouble = trouble
    assert told().ok
    assert (len(tried), len(github.comments)) == (1, 1)


def test_a_github_that_cannot_be_reached(pull, bench):
    one = pull()
    one.github["graphql_url"] = "http://127.0.0.1:9/graphql"
    done = one.use(file=bench(one, 0.100))
    (said,) = (one for one in done.annotated("notice") if one.startswith("no comment"))
    assert (done.ok, said.startswith("no comment: GitHub cannot be reached: ")) == (True, True)


def test_a_github_that_breaks_off(told, github):
    github.trouble = lambda asked: (200, b"not to be spelled")  # the server's thread dies of it
    done = told()
    assert done.ok
    (said,) = (one for one in done.annotated("notice") if one.startswith("no comment"))
    assert said.startswith("no comment: GitHub's answer cannot be read: ")
