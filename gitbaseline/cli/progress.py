"""How far a long job is: on a terminal, once it takes more than a second, and gone at its end."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

_PATIENCE = 1.0  # seconds before anything is shown
_EVERY = 0.1  # seconds between two lines
_WIDEST = 60  # columns that a line takes

Told = Callable[[int, int], None]


@contextmanager
def counting(word: str, noun: str) -> Iterator[Told]:
    """Give what tells how much of a job is done: ``verified 40 of 1000 commits``.

    It may be called in a process forked off; the line is wiped away here.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    begun = shown = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - begun >= _PATIENCE and now - shown >= _EVERY:
            shown = now
            _write(f"{word} {done} of {total} {noun}")

    with _wiped(begun):
        yield told


@contextmanager
def waiting(word: str) -> Iterator[None]:
    """Tell each second how long a job takes of which nothing else is known: ``pushing, 3 s``."""
    if not sys.stderr.isatty():
        yield
        return
    begun = time.monotonic()

    def ring(_number: int, _frame: FrameType | None) -> None:
        _write(f"{word}, {time.monotonic() - begun:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)  # no thread: a fork may come
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE, _PATIENCE)
    try:
        with _wiped(begun):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _wiped(begun: float) -> Iterator[None]:
    try:
        yield
    finally:
        if time.monotonic() - begun >= _PATIENCE:
            _write(" " * _WIDEST)


def _write(line: str) -> None:
    """Write a line and go back to its begin, so that whatever comes next takes its place."""
    click.echo(f"\r{line[:_WIDEST].ljust(_WIDEST)}\r", nl=False, err=True)
