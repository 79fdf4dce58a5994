"""Several processes give what one gives, and a lost one is told."""

from __future__ import annotations

import os
import threading

import pytest

from gitbaseline.transport import workers


def test_answers_come_in_order_and_from_several_processes():
    answers = workers.each([lambda n=n: (n, os.getpid()) for n in range(4)])
    assert [number for number, _ in answers] == [0, 1, 2, 3]
    processes = [process for _, process in answers]
    assert processes[-1] == os.getpid()
    assert len(set(processes)) == 4
    assert workers.each([]) == []


def test_a_large_answer_is_whole():
    assert workers.each([lambda: b"x" * 3_000_000, lambda: b"y"]) == [b"x" * 3_000_000, b"y"]


def test_a_worker_that_ends_early_is_told_and_none_is_left(capfd, monkeypatch):
    begun = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: begun.append(fork()) or begun[-1])
    with pytest.raises(workers.WorkerLost):
        workers.each([lambda: os._exit(3), lambda: 1])
    with pytest.raises(workers.WorkerLost):
        workers.each([lambda: 1 / 0, lambda: 1])
    with pytest.raises(ZeroDivisionError):
        workers.each([lambda: b"x" * 3_000_000, lambda: 1 / 0])
    assert len(begun) == 3
    for process in begun:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def test_how_many(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    for cores, expected in ((None, 1), (1, 1), (3, 3), (64, 8)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert workers.count() == expected
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert workers.count() == 1
    monkeypatch.undo()
    monkeypatch.delattr(os, "fork")
    assert workers.count() == 1
