"""The same work in several processes at once, for what only computes.

A worker is a fork: it begins with all that this process holds, and sends back one value. Where
forks are not to be had, or threads make them unsafe, one process works alone.
"""

from __future__ import annotations

import os
import pickle
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
    """Return what the tasks return, in their order; the last one runs here. Raises WorkerLost."""
    running = [_start(task) for task in tasks[:-1]]
    try:
        last = [task() for task in tasks[-1:]]
    except BaseException:
        for process, reader in running:
            os.close(reader)  # a worker that still writes ends by that
            os.waitpid(process, 0)
        raise
    sent = [_await(process, reader) for process, reader in running]
    if None in sent:
        raise WorkerLost
    return [*(pickle.loads(data) for data in sent if data), *last]  # noqa: S301 - of our own fork


def _start(task: Callable[[], object]) -> tuple[int, int]:
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:  # pragma: no cover - the fork ends without a word to the coverage tool
        code = 1
        try:
            os.close(reader)
            with open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor, not a path
                pipe.write(pickle.dumps(task()))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    return process, reader


def _await(process: int, reader: int) -> bytes | None:
    with open(reader, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    return data if status == 0 else None
