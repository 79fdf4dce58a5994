"""The same work in several processes at once, for what only computes.

A worker is a fork: it begins with all that this process holds, and sends back values. Where
forks are not to be had, or threads make them unsafe, one process works alone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")

_MOST = 8  # a server has other work to do


class WorkerLost(Exception):  # noqa: N818 - the caller does the work itself
    """A worker ended without an answer."""


def count() -> int:
    """Return how many processes may work at once."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return min(_MOST, os.cpu_count() or 1)


def each(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Return what the tasks, at most 256, return, in their order. Raises WorkerLost.

    Each process, this one among them, takes the next task when it is done with one: neither tasks
    nor processors need be equal.
    """
    queue, filler = os.pipe()
    os.write(filler, bytes(range(len(tasks))))  # a byte a task: no two processes read the same
    os.close(filler)
    running = [_start(tasks, queue) for _ in range(min(count(), len(tasks)) - 1)]
    try:
        done = _work(tasks, queue)
    except BaseException:
        os.read(queue, len(tasks))  # nobody begins another
        for process, reader in running:
            os.close(reader)  # a worker that still writes ends by that
            os.waitpid(process, 0)
        raise
    finally:
        os.close(queue)
    for process, reader in running:
        done |= _await(process, reader)
    if len(done) < len(tasks):
        raise WorkerLost
    return [done[number] for number in range(len(tasks))]


def _work(tasks: Sequence[Callable[[], Result]], queue: int) -> dict[int, Result]:
    """Do the tasks that nobody else took; return what they return by their numbers."""
    done: dict[int, Result] = {}
    while taken := os.read(queue, 1):
        done[taken[0]] = tasks[taken[0]]()
    return done


def _start(tasks: Sequence[Callable[[], object]], queue: int) -> tuple[int, int]:
    import pickle  # noqa: PLC0415 - 2 ms, and few histories are that long

    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:  # pragma: no cover - the fork ends without a word to the coverage tool
        code = 1
        try:
            os.close(reader)
            with open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor, not a path
                pipe.write(pickle.dumps(_work(tasks, queue)))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    return process, reader


def _await(process: int, reader: int) -> dict[int, Result]:
    """Return what a worker did; of one that was lost nothing."""
    import pickle  # noqa: PLC0415 - as above

    with open(reader, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    return pickle.loads(data) if status == 0 else {}  # noqa: S301 - of our own fork
