"""SIGKILL and a full disk at each step of ``record``: nothing is half done, and nothing is lost.

After each, the registry verifies; its tip is the old one or the whole new entry; no other file has
changed but loose objects that nothing reaches. Whoever was told that it is recorded finds it.
"""

import signal

import pytest

# blobs and trees of one entry, the commit, then the ref: locked, set, moved
STEPS = ["write"] * 9 + ["lock_ref", "set_target", "commit"]
KINDS = ("before", "after", "full")


def test_the_steps(registry, spoiled, number, log):
    assert spoiled("none", 0, *number).code == 0
    assert log.read_text().split() == STEPS


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1))
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_each_step(registry, spoiled, baseline, number, kind, step):
    before, files = registry.tip(), registry.frozen()
    done = spoiled(kind, step, *number)
    killed = kind != "full"
    assert done.code == (-signal.SIGKILL if killed else 3)
    assert done.out == b""
    moved = registry.tip() != before
    assert moved is (kind == "after" and STEPS[step - 1] == "commit")
    assert registry.frozen() == files
    verified = baseline("verify", "--full")
    assert verified.code == 0, verified.err
    assert registry.count() == (2 if moved else 1)
    assert registry.run("fsck", "--no-dangling").stderr == b""


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1))
def test_a_full_disk_is_told_in_plain_words(registry, spoiled, number, step):
    done = spoiled("full", step, *number)
    assert done.err.startswith("error: ")
    assert "No space left on device" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("step", [1, 9, 12])
def test_the_next_record_goes_through(registry, spoiled, baseline, number, step):
    spoiled("full", step, *number)
    assert baseline(*number).code == 0
    assert (registry.count(), baseline("verify", "--full").code) == (2, 0)


@pytest.mark.parametrize(("kind", "step"), [("after", 10), ("before", 12)])
def test_a_lock_that_was_left_behind(registry, spoiled, baseline, number, kind, step):
    """Row 80: killed while it held the ref's lock. The next one says which file to remove."""
    spoiled(kind, step, *number)
    lock = registry.path / ".git" / "refs" / "heads" / "baselines.lock"
    assert lock.is_file()
    done = baseline(*number)
    assert (done.code, "baselines.lock" in done.err, registry.count()) == (3, True, 1)
    assert baseline("verify", "--full").code == 0
    lock.unlink()
    assert (baseline(*number).code, registry.count()) == (0, 2)
