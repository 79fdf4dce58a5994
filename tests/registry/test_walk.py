"""A stretch judged in parts gives what one walk gives, whatever is wrong in it and where."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from gitbaseline.model.objects import ObjectKind
from gitbaseline.policy.chain import Chain
from gitbaseline.registry import walk as walks
from gitbaseline.registry.walk import walk
from gitbaseline.signing.sshsig import verify
from gitbaseline.transport import workers

RECORDS = 9


@pytest.fixture
def long(begun):
    """Return the commits of a registry with a few records, oldest first."""
    commits = [begun.branch.state().commit]
    commits += [begun.record(float(value)).commit for value in range(1, RECORDS)]
    return commits


@pytest.fixture
def judge(begun, monkeypatch):
    """Judge commits in so many parts, by a chain that knows nothing yet."""
    monkeypatch.setattr(walks, "_WORTH", 1)

    def judge(commits, parts, **more):
        monkeypatch.setattr(workers, "count", lambda: parts)
        return walk(Chain(begun.store, verify), commits, None, **more)

    return judge


@pytest.mark.parametrize("parts", [2, 3, 9, 50])
def test_good_history(long, judge, parts):
    whole = judge(long, 1)
    assert whole.found == []
    assert whole.kinds == {"genesis": 1, "record": RECORDS - 1}
    assert astuple(judge(long, parts)) == astuple(whole)


def test_findings_are_those_of_one_walk(begun, long, judge):
    for value in range(3):
        long.append(begun.nonsense())
        long.append(begun.record(100.0 + value).commit)
    whole = judge(long, 1)
    assert [violation.rule for violation in whole.found] == ["commit/kind"] * 3
    assert whole.statements == len(long)
    for parts in (2, 5, 15):
        assert astuple(judge(long, parts)) == astuple(whole)


def test_findings_are_counted_and_end_the_walk(begun, long, judge):
    long += [begun.nonsense() for _ in range(4)]
    for parts in (1, 3):
        assert len(judge(long, parts, most=2).found) == 2


def test_a_state_that_cannot_be_read_ends_it(begun, long, judge):
    empty = begun.store.write(ObjectKind.TREE, b"")
    long.append(begun.nonsense(tree=empty))
    long += [long[-1]] * 2  # nothing after it is looked at
    whole = judge(long, 1)
    assert whole.state is None
    assert whole.statements == RECORDS + 1
    for parts in (2, 12):
        assert astuple(judge(long, parts)) == astuple(whole)


def test_a_lost_worker_costs_time_only(long, judge, monkeypatch):
    whole = judge(long, 1)

    def lost(_):
        raise workers.WorkerLost

    monkeypatch.setattr(workers, "each", lost)
    assert astuple(judge(long, 3)) == astuple(whole)


def test_progress_reaches_the_end(long, judge):
    for parts in (1, 3):
        told = []
        judge(long, parts, progress=lambda done, total, told=told: told.append((done, total)))
        assert told == sorted(told)
        assert told[-1] == (RECORDS, RECORDS)


def test_a_short_stretch_is_not_worth_a_worker(begun, long, monkeypatch):
    monkeypatch.setattr(workers, "count", lambda: 8)
    monkeypatch.setattr(workers, "each", lambda _: pytest.fail("started workers"))
    assert walk(begun.branch.chain, long, None).statements == RECORDS
