"""Progress: for terminals, after a second, and nothing of it is left."""

from __future__ import annotations

import signal
import time

import pytest

from gitbaseline.cli import progress


@pytest.fixture
def terminal(monkeypatch):
    """Make stderr a terminal; called by the test, for capsys changes the stream before it."""
    return lambda: monkeypatch.setattr("sys.stderr.isatty", lambda: True)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def line(text):
    return f"\r{text:60}\r"


def test_counting_is_shown_after_a_second_at_most_ten_times_a_second(terminal, clock, capsys):
    terminal()
    with progress.counting("read", "entries") as told:
        told(1, 9)
        clock[0] += 0.99
        told(2, 9)
        for done in range(3, 6):
            clock[0] += 0.06
            told(done, 9)
    shown = [line("read 3 of 9 entries"), line("read 5 of 9 entries"), line("")]
    assert capsys.readouterr().err == "".join(shown)


def test_what_is_short_shows_nothing(terminal, clock, capsys):
    terminal()
    with progress.counting("read", "entries") as told:
        told(1, 1)
    with progress.waiting("pushing"):
        clock[0] += 0.5
    assert capsys.readouterr().err == ""


def test_a_fault_finds_a_clean_line(terminal, clock, capsys):
    terminal()

    def fail():
        with progress.counting("read", "entries"):
            clock[0] += 2
            raise OSError

    with pytest.raises(OSError):
        fail()
    assert capsys.readouterr().err == line("")


def test_waiting_tells_the_seconds_and_puts_the_alarm_back(terminal, monkeypatch, capsys):
    terminal()
    monkeypatch.setattr(progress, "_PATIENCE", 0.02)
    before = signal.getsignal(signal.SIGALRM)
    with progress.waiting("pushing to origin"):
        time.sleep(0.1)
    shown = capsys.readouterr().err
    assert shown.startswith(line("pushing to origin, 0 s") * 2)
    assert shown.endswith(line(""))
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_without_a_terminal_there_is_none(clock, capsys):
    with progress.counting("read", "entries") as told:
        clock[0] += 5
        told(1, 2)
    with progress.waiting("pushing"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        clock[0] += 5
    assert capsys.readouterr().err == ""
