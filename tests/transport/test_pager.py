"""The pager: what it is given and with which environment, and how it may end."""

from __future__ import annotations

import os
import signal

from gitbaseline.transport.pager import page

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def test_it_gets_the_text_and_gits_defaults(tmp_path):
    got = tmp_path / "got"
    command = f'{{ cat; echo "$LESS $LV $GIT_PAGER_IN_USE"; }} > {got}'
    assert page(command, b"one\n", ENVIRONMENT)
    assert got.read_text() == "one\nFRX -c true\n"
    assert page(command, b"", ENVIRONMENT | {"LESS": "S"})
    assert got.read_text() == "S -c true\n"


def test_one_that_is_left_early_is_no_fault():
    assert page("exec true", b"x" * 1_000_000, ENVIRONMENT)
    assert page("exit 3", b"x" * 1_000_000, ENVIRONMENT)


def test_one_that_cannot_be_run(tmp_path, capfd):
    (tmp_path / "closed").write_text("")
    assert not page("no-such-pager", b"x", ENVIRONMENT)
    assert not page(str(tmp_path / "closed"), b"x", ENVIRONMENT)
    assert "no-such-pager" in capfd.readouterr().err


def test_an_interrupt_is_its_own_affair(tmp_path):
    """Sent by the pager itself, it must not end us."""
    before = signal.getsignal(signal.SIGINT)
    assert page(f"kill -INT {os.getpid()}; cat > {tmp_path / 'got'}", b"all", ENVIRONMENT)
    assert (tmp_path / "got").read_bytes() == b"all"
    assert signal.getsignal(signal.SIGINT) is before
