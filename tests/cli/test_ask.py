"""On a terminal one question is asked before anything is written; the answer no records nothing."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import termios
import time

import pytest


@pytest.fixture
def on_terminal(baseline):
    """Run the program on its own terminal; return code, stdout and what the terminal showed.

    ``answer`` is typed once something that ends like a question is shown.
    """

    def run(*words, answer):
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [*baseline.command, *map(str, words)],
            cwd=baseline.folder,
            env=baseline.environment | {"COLUMNS": "500"},  # wider than any path here
            stdin=follower,
            stdout=subprocess.PIPE,
            stderr=follower,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads
        )
        os.close(follower)
        told = b""
        try:
            while select.select([leader], [], [], 20)[0] and (piece := read(leader)):
                told += piece
                if answer and told.endswith(b": "):
                    time.sleep(0.2)  # it reads only after it has asked, as a person answers
                    os.write(leader, answer)
                    answer = b""
            out, _ = process.communicate(timeout=20)
        finally:
            process.kill()
            os.close(leader)
        return process.returncode, out.decode(), told.decode().replace("\r\n", "\n")

    return run


def read(leader):
    try:
        return os.read(leader, 65536)
    except OSError:  # Linux's word for "the other side is closed"
        return b""


def test_register_is_asked_once(registry, on_terminal, number):
    before = registry.reached()
    code, out, told = on_terminal(*number, answer=b"n\n")
    assert (code, out, registry.reached()) == (1, "", before)
    assert told.count("Register? [Y/n]: ") == 1
    assert told.endswith("Register? [Y/n]: n\nnothing was recorded\n")
    facts = [line.split(maxsplit=1) for line in told.splitlines()]
    assert ["repository", str(registry.path)] in facts
    assert "signs" in [fact[0] for fact in facts if fact]
    code, out, told = on_terminal(*number, answer=b"y\n")
    assert (code, out.split()[0], registry.count()) == (0, "Recorded", 2)


def test_yes_asks_nothing(registry, on_terminal, number):
    code, _, told = on_terminal(*number, "--yes", answer=b"")
    assert (code, "Register?" in told, registry.count()) == (0, False, 2)


def test_control_c_records_nothing(registry, on_terminal, number):
    before = registry.reached()
    code, out, told = on_terminal(*number, answer=b"\x03")
    assert (code, out, registry.reached()) == (130, "", before)
    assert told.endswith("\nerror: interrupted\n")


def test_the_end_of_input_is_a_no(registry, on_terminal, number):
    before = registry.reached()
    code, out, told = on_terminal(*number, answer=b"\x04")
    assert (code, out, registry.reached()) == (1, "", before)
    assert told.endswith("\nnothing was recorded\n")


def test_undo_asks(registry, on_terminal, inside, number):
    inside(*number)
    tip = registry.tip()
    code, _, told = on_terminal("undo", answer=b"n\n")
    assert (code, registry.tip()) == (1, tip)
    assert told.endswith("Take it back? [Y/n]: n\nnothing was taken back\n")


@pytest.mark.parametrize("verb", ["accept", "retract"])
def test_an_event_is_asked_for(registry, on_terminal, inside, number, verb):
    inside(*number)
    entry = inside(*number, "--value", "99", "--value", "99", "--json").json["entry"]
    tip = registry.tip()
    code, _, told = on_terminal(verb, entry, "--why", "known", answer=b"n\n")
    assert (code, registry.tip()) == (1, tip)
    assert told.endswith("State it? [Y/n]: n\nnothing was stated\n")
    code, out, _ = on_terminal(verb, entry, "--why", "known", answer=b"y\n")
    assert (code, out.splitlines()[0]) == (0, f"{verb.capitalize()}ed {entry}")
    status = inside("show", entry, "--json").json["status"]
    assert status == {"accept": "ok", "retract": "retracted"}[verb]


def test_run_asks_before_it_measures(registry, on_terminal, tmp_path):
    mark = tmp_path / "mark"
    code, _, told = on_terminal("run", "-n", "1", "--", "touch", mark, answer=b"n\n")
    assert (code, mark.exists()) == (1, False)
    assert told.splitlines() == [
        f"runs 2 times: touch {mark}",
        "Measure? [Y/n]: n",
        "nothing was measured",
    ]


def test_init_asks(repo, on_terminal):
    code, _, told = on_terminal("init", answer=b"n\n")
    assert (code, repo.tip()) == (1, "")
    assert told.startswith(f"Starts the branch baselines in {repo.path}.\n")
    assert told.endswith("\nno registry was started\n")


def test_an_encrypted_key_asks_for_its_passphrase(registry, on_terminal, environment, number):
    key = f"{environment['HOME']}/.config/git-baseline/id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "open", "-f", key], check=True)
    code, _, told = on_terminal(*number, "--yes", answer=b"open\n")
    assert (code, "Passphrase of the signing key: " in told) == (0, True)
    code, _, told = on_terminal(*number, "--yes", answer=b"wrong\n")
    assert code in (2, 3)
    assert registry.count() == 2
