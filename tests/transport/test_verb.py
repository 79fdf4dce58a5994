"""The program in a process of its own."""

from __future__ import annotations

import threading

import pytest

from gitbaseline import __version__
from gitbaseline.errors import Unable
from gitbaseline.transport.verb import Verb


@pytest.fixture
def start(tmp_path, environment):
    def start(*words, seconds=60.0):
        return Verb(words, folder=tmp_path, environment=environment, seconds=seconds)

    return start


def test_what_it_answers(start):
    assert start("--version").answer() == (0, f"git-baseline {__version__}\n".encode(), b"")
    code, out, err = start("nope").answer()
    assert (code, out, err[:7]) == (2, b"", b"error: ")


def test_a_word_is_one_word_and_no_shell_sees_it(start, tmp_path):
    assert start("explain", f"$(touch {tmp_path}/x); `touch {tmp_path}/y`").answer()[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_the_folder_cannot_bring_modules(start, tmp_path):
    for name in ("gitbaseline", "click", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken over')")
    assert start("--version").answer()[0] == 0


def test_one_that_hangs_is_ended(start):
    with pytest.raises(Unable) as raised:
        start("explain", seconds=0.01).answer()
    assert (raised.value.code, raised.value.message) == (
        "mcp/timeout",
        "it took more than 0.01 s and was ended",
    )


def test_it_can_be_stopped_from_outside(start):
    running = start("explain")
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(running.answer()))
    running.stop()
    waiting.start()
    waiting.join(10)
    assert answers[0][0] != 0
    running.stop()  # once more is no fault


@pytest.mark.parametrize(
    ("word", "reason"), [("x" * 10_000_000, "Argument list too long"), ("\0", "embedded null byte")]
)
def test_words_that_the_system_does_not_take_are_told(start, word, reason):
    with pytest.raises(Unable) as raised:
        start("explain", word)
    assert raised.value.message == f"cannot be started: {reason}"
