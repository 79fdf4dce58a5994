"""git packs the repository again and again while we write in it and read: nothing is lost."""

from __future__ import annotations

import contextlib
import threading

import pytest

_ROUND = (
    ("repack", "-d", "-l", "-q"),
    ("maintenance", "run", "--task=loose-objects", "--quiet"),
    ("prune-packed", "-q"),
    ("pack-refs", "--all", "--prune"),
    ("gc", "--quiet"),
)


@contextlib.contextmanager
def packed_meanwhile(repo):
    """Pack as hard as one can until the block ends; then tell how often."""
    over = threading.Event()
    codes = []

    def pack():
        while not over.is_set():
            codes.extend(repo.run(*words, check=False).returncode for words in _ROUND)

    packer = threading.Thread(target=pack)
    packer.start()
    try:
        yield codes
    finally:
        over.set()
        packer.join()


def checked(repo, inside):
    """Return the values that are there, once git and we have checked every byte."""
    repo.git("fsck", "--full", "--strict", "--no-dangling")
    verified = inside("verify", "--full", "--json").json
    assert verified["good"], verified
    entries = inside("list", "--all", "--json").json["entries"]
    assert verified["statements"] == len(entries) + 1
    return [entry["value"] for entry in entries]


@pytest.mark.usefixtures("registry")
def test_records_by_many_processes(registry, baseline, inside):
    words = ("record", "--json", "-f", "fam", "-m", "step", "--unit", "ms", "--value")
    with packed_meanwhile(registry) as codes:
        for batch in range(3):
            started = [baseline.start(*words, str(4 * batch + n)) for n in range(4)]
            told = [process.communicate(timeout=300) for process in started]
            assert [process.returncode for process in started] == [0] * 4, told
    assert codes.count(0) > len(_ROUND)
    assert sorted(checked(registry, inside)) == list(range(12))


def test_records_by_one_process(repo, begun, inside):
    """It keeps the repository open, and what it read of it, for as long as it works."""
    with packed_meanwhile(repo) as codes:
        for value in range(200):
            begun.record(float(value))
    assert codes.count(0) > len(_ROUND)
    assert sorted(checked(repo, inside)) == list(range(200))


def test_readers_meanwhile(registry, inside, number):
    for note in "abc":
        assert inside(*number, "--notes", note).code == 0
    with packed_meanwhile(registry) as codes:
        while len(codes) < 3 * len(_ROUND):
            assert inside("verify", "--full").code == 0
            assert len(inside("log", "fam/step", "--json").json["entries"]) == 3
            assert inside(*number, "--notes", "d", "--dry-run").code == 0
