"""A trial's numbers are the child's own."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

from gitbaseline.errors import InputError
from gitbaseline.transport import trial


@pytest.fixture
def run(tmp_path):
    def call(line):
        environment = {"PATH": os.environ["PATH"], "GREETING": "hi"}
        return trial.run([sys.executable, "-c", line], folder=tmp_path, environment=environment)

    return call


def test_output_folder_environment_and_exit_code(run, tmp_path):
    line = "import os, sys; print(os.getcwd(), os.environ['GREETING'], end=''); sys.exit(7)"
    done = run(line)
    assert (done.output, done.exit_code) == (f"{tmp_path} hi".encode(), 7)
    assert run("import os, signal; os.kill(os.getpid(), 15)").exit_code == -15


def test_resources_are_plausible(run):
    idle = run("import time; time.sleep(0.2)")
    assert 0.2 < idle.wall < 5
    assert idle.user + idle.system < idle.wall
    busy = run("sum(i for i in range(2_000_000))")
    assert busy.user > 0.02


def test_peak_memory_is_the_childs_own(run):
    """Linux starts a child's account at its parent's peak: only what is above that is its own."""
    mebibyte = 1024 * 1024
    block = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 100 * mebibyte
    assert block < run(f"data = b'x' * {block}").max_rss < block + 200 * mebibyte
    assert run("pass").max_rss is None


def test_standard_input_is_empty(run):
    assert run("import sys; print(len(sys.stdin.read()))").output == b"0\n"


def test_what_cannot_be_started(tmp_path):
    with pytest.raises(InputError) as caught:
        trial.run([str(tmp_path / "none")], folder=tmp_path, environment={})
    assert (caught.value.code, str(caught.value)) == (
        "run/start",
        f"{tmp_path / 'none'}: cannot start it: No such file or directory",
    )


def test_an_interrupt_ends_the_child(tmp_path, monkeypatch):
    started = []
    real = subprocess.Popen

    def popen(*words, **options):
        started.append(real(*words, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    timer = threading.Timer(
        0.3, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]
    )
    timer.start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        trial.run(["sleep", "12"], folder=tmp_path, environment={"PATH": os.environ["PATH"]})
    assert time.monotonic() - begin < 10
    assert started[0].returncode == -signal.SIGTERM


def test_shell(tmp_path):
    environment = {"PATH": os.environ["PATH"], "N": "5"}
    assert trial.shell("echo > made; exit $N", folder=tmp_path, environment=environment) == 5
    assert (tmp_path / "made").exists()
