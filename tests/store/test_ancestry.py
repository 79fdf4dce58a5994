"""The history of the code, however its commits are dated: the nearest of some, how many between."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind
from gitbaseline.store import Store

NOWHERE = Oid("1" * 40)
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
SECOND = 1_700_000_000
LATER = st.sampled_from([0, 0, 0, 1])
ANY_CLOCK = st.integers(-3, 3)


@st.composite
def histories(draw, steps):
    """Return the parents of each commit, by number, and its seconds after the one before."""
    history = [((), draw(steps))]
    for number in range(1, draw(st.integers(1, 12))):
        some = st.lists(st.integers(max(0, number - 5), number - 1), max_size=3, unique=True)
        history.append((draw(some), draw(steps)))
    return history


@pytest.fixture
def store(repo):
    return Store(repo.path / ".git")


def made(store, history, root=()):
    """Write a history; return its commits, and of each the set of itself and what it comes from."""
    commits, before, at = [], {}, SECOND
    for number, (parents, step) in enumerate(history):
        at += step
        over = [commits[parent] for parent in parents] or root
        lines = [f"tree {EMPTY_TREE}", *(f"parent {commit}" for commit in over)]
        lines += [f"{who} A <a@example.org> {at} +0000" for who in ("author", "committer")]
        raw = "\n".join([*lines, "", f"{number}\n"]).encode()
        commit = store.write(ObjectKind.COMMIT, raw)
        commits.append(commit)
        before[commit] = {commit}.union(*(before[commits[parent]] for parent in parents))
    return commits, before


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(st.one_of(LATER, ANY_CLOCK)), st.data())
def test_nothing_lies_between_the_nearest_and_where_one_stands(store, history, data):
    commits, before = made(store, history)
    start = data.draw(st.sampled_from(commits))
    among = data.draw(st.sets(st.sampled_from(commits)))
    found = store.nearest(start, among)
    fitting = among & before[start]
    assert (found is None) == (not fitting)
    if found:
        assert found in fitting
        assert not any(found in before[other] for other in fitting - {found})
        assert store.nearest(start, among | {NOWHERE}) == found


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(LATER), st.data())
def test_commits_that_came_after(store, history, data):
    commits, before = made(store, history)
    old, new = (data.draw(st.sampled_from(commits)) for _ in range(2))
    expected = len(before[new] - before[old]) if old in before[new] else None
    assert store.commits_after(old, new, most=50) == expected


def test_a_commit_in_between_of_the_same_second(store):
    """By time alone the first commit is met before the second, which comes after it."""
    (first, second, _, merge), _ = made(store, [((), 0), ([0], 0), ([1], 0), ([2, 0], 0)])
    assert store.nearest(merge, {first, second}) == second
    assert store.nearest(merge, {first}) == first


def test_branches_of_the_same_second(store):
    """Here ``ahead_behind`` of libgit2 says one more."""
    parents = [(), (), [0], [0, 1, 2], [0, 1, 3], [2], [3, 4, 5]]
    commits, _ = made(store, [(found, int(found == [2])) for found in parents])
    assert store.commits_after(commits[4], commits[6], most=50) == 2


def test_what_is_far_away_is_not_read(store):
    """Of a history whose beginning is missing, what is near is found all the same."""
    commits, _ = made(store, [((), 1), *(([n], 1) for n in range(2000))], root=[NOWHERE])
    near, *_, tip = commits[-40:]
    assert store.nearest(tip, {near, commits[5]}) == near
    assert store.commits_after(near, tip, most=39) == 39
    assert store.commits_after(near, tip, most=38) is None
    assert store.nearest(tip, {NOWHERE}) is None


def test_what_is_not_here(store):
    (commit,), _ = made(store, [((), 0)])
    assert store.nearest(NOWHERE, {commit}) is None
    assert store.commits_after(NOWHERE, commit, most=50) is None
    assert store.commits_after(commit, NOWHERE, most=50) is None
    assert store.commits_after(NOWHERE, NOWHERE, most=50) == 0  # measured elsewhere, twice
