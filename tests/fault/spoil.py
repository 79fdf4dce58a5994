"""Run the program with one fault in it: ``spoil.py KIND STEP LOG WORDS...``.

Steps are the calls that change the repository, counted from 1, each written to LOG as it begins.
KIND is ``before`` or ``after`` (SIGKILL, then), ``full`` (no space left on the device at that step,
as libgit2 tells it) or ``none``.
"""

import errno
import os
import signal
import sys
from pathlib import Path

from gitbaseline import store
from gitbaseline.cli.main import main

KIND, STEP, LOG = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
done = 0


def step(name, call, *arguments, **named):
    """Make a call, or fail at it."""
    global done  # noqa: PLW0603 - one count for the whole process
    done += 1
    with LOG.open("a") as log:
        log.write(f"{name}\n")
    if done == STEP and KIND == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    if done == STEP and KIND == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    result = call(*arguments, **named)
    if done == STEP and KIND == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result


class Watched:
    """Something of pygit2's, some of whose methods are steps."""

    def __init__(self, real, *steps, inner=()):
        self._real, self._steps, self._inner = real, steps, dict(inner)

    def __getattr__(self, name):
        found = getattr(self._real, name)
        if name in self._steps:
            return lambda *a, **k: step(name, found, *a, **k)
        if name in self._inner:
            return lambda *a, **k: self._inner[name](found(*a, **k))
        return found

    def __getitem__(self, key):
        return self._real[key]

    def __enter__(self):
        return Watched(self._real.__enter__(), "lock_ref", "set_target")

    def __exit__(self, *error):
        if error[0] is None:
            return step("commit", self._real.__exit__, *error)
        return self._real.__exit__(*error)


def opened(self, *arguments, _init=store.Store.__init__, **named):
    """Open a repository and watch it."""
    _init(self, *arguments, **named)
    self._loose = Watched(self._loose, "write")
    self._repo = Watched(self._repo, "create_reference", inner={"transaction": Watched})


store.Store.__init__ = opened
main(sys.argv[4:])
