"""Several processes give what one gives, and a lost one is told."""

from __future__ import annotations

import os
import threading
import time
from functools import partial

import pytest

from gitbaseline.transport import workers


@pytest.fixture(autouse=True)
def three(monkeypatch):
    monkeypatch.setattr(workers, "count", lambda: 3)


def slowly(number):
    """Return the number and the process that was at it; nobody is at two of them at once."""
    time.sleep(0.1)
    return number, os.getpid()


def test_answers_come_in_order_and_from_several_processes():
    answers = workers.each([partial(slowly, number) for number in range(9)])
    assert [number for number, _ in answers] == [*range(9)]
    processes = {process for _, process in answers}
    assert len(processes) == 3
    assert os.getpid() in processes


@pytest.mark.parametrize("processes", [1, 3])
def test_any_number_of_tasks(processes, monkeypatch):
    monkeypatch.setattr(workers, "count", lambda: processes)
    for tasks in (0, 1, 2, 256):
        numbers = [*range(tasks)]
        assert workers.each([lambda number=number: number for number in numbers]) == numbers


def test_a_large_answer_is_whole():
    assert workers.each([lambda: b"x" * 3_000_000, lambda: b"y"]) == [b"x" * 3_000_000, b"y"]


def test_a_worker_that_ends_early_is_told_and_none_is_left(capfd, monkeypatch):
    begun = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: begun.append(fork()) or begun[-1])
    here = os.getpid()

    def elsewhere(ends):
        if os.getpid() == here:
            time.sleep(0.01)  # until the others have begun
            return None
        return ends()

    for ends in (lambda: os._exit(3), lambda: 1 / 0):
        with pytest.raises(workers.WorkerLost):
            workers.each([partial(elsewhere, ends)] * 100)
    with pytest.raises(ZeroDivisionError):
        workers.each([lambda: b"x" * 3_000_000 if os.getpid() != here else 1 / 0] * 100)
    assert len(begun) == 6
    for process in begun:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def test_how_many(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    for cores, expected in ((None, 1), (1, 1), (3, 3), (64, 8)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert workers.count() == expected
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert workers.count() == 1
    monkeypatch.undo()
    monkeypatch.delattr(os, "fork")
    assert workers.count() == 1
