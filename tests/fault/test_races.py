"""Writers at once: nobody's acknowledged entry is lost, and none is there twice."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from gitbaseline.registry.installing import SERVER_HOOKS

NUMBERS = (2, 4, 8, 16)


def values(registry):
    """Return the recorded numbers, in the order of the chain."""
    names = registry.git("ls-tree", "-r", "--name-only", "baselines").splitlines()
    entries = [name for name in names if name.endswith("baseline.json")]
    return sorted(
        json.loads(registry.git("show", f"baselines:{name}"))["value"] for name in entries
    )


@pytest.mark.parametrize("count", NUMBERS)
def test_records_in_one_repository(registry, baseline, count):
    words = ("record", "--json", "-f", "fam", "-m", "step", "--unit", "ms", "--value")
    started = [baseline.start(*words, str(number)) for number in range(count)]
    told = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0] * count
    assert len({json.loads(out)["entry"] for out in told}) == count
    assert values(registry) == list(range(count))
    assert registry.count() == count + 1
    assert baseline("verify", "--full").code == 0


@pytest.fixture
def server(registry, baseline, make_repo, tmp_path):
    """A bare repository that holds the registry and has the hooks."""
    bare = make_repo(tmp_path / "server.git", "--bare")
    registry.git("push", "-q", bare.path, "baselines")
    done = baseline("hooks", "install", "--server", bare.path)
    assert done.code == 0, done.err
    assert all((bare.path / "hooks" / name).is_file() for name in SERVER_HOOKS)
    return bare


@pytest.mark.parametrize("count", NUMBERS)
def test_pushes_to_one_server(registry, server, baseline, tmp_path, count):
    """Each from its own clone, all built on the same tip: exactly one lands."""
    before = server.git("rev-parse", "baselines")
    clones = []
    for number in range(count):
        clone = replace(registry, path=tmp_path / f"clone{number}")
        shutil.copytree(registry.path, clone.path)
        words = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", str(number))
        assert baseline(*words, folder=clone.path).code == 0
        clones.append(clone)
    pushes = [
        subprocess.Popen(
            ["git", "push", "-q", str(server.path), "baselines"],
            cwd=clone.path,
            env=clone.environment,
            stderr=subprocess.PIPE,
        )
        for clone in clones
    ]
    said = [push.communicate(timeout=300)[1].decode() for push in pushes]
    codes = [push.returncode for push in pushes]
    assert sorted(codes) == [0] + [1] * (count - 1), said
    winner = clones[codes.index(0)].tip()
    assert server.git("rev-parse", "baselines") == winner
    assert server.git("rev-parse", "baselines~1") == before
    assert baseline("-C", server.path, "verify", "--full").code == 0


def test_a_reader_never_sees_half_an_entry(registry, baseline):
    """Verified again and again while others record: always good."""
    words = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value")
    writers = [baseline.start(*words, str(number)) for number in range(4)]
    codes = []
    while any(process.poll() is None for process in writers):
        codes.append(baseline("verify", "--full").code)
    for process in writers:
        process.communicate()
    assert set(codes) == {0}
    assert registry.count() == 5


def test_init_twice_at_once(repo, environment, baseline):
    """Two begin a registry in one repository: there is one, and both say so."""
    started = [baseline.start("init", "--no-remote", "--json") for _ in range(2)]
    told = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert len({json.loads(out)["registry_id"] for out in told}) == 1
    assert (repo.count(), baseline("verify", "--full").code) == (1, 0)
