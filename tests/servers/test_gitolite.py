"""The two other ways in which gitolite takes a hook: for all repositories, and as a VREF."""

from __future__ import annotations

import pytest

_NUMBER = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", "1.5")
_GUARDED = "refs/heads/baselines"


@pytest.fixture
def unhooked(over_gitolite):
    """The server without the hooks of its one repository."""
    for name in ("pre-receive", "post-receive"):
        (over_gitolite.path / "hooks" / name).unlink()
    return over_gitolite


def _write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755)


def _holds(server, inside, push, forge):
    assert push(server).code == 0
    assert inside(*_NUMBER).code == 0
    assert push(server).code == 0
    tip = (server.path / _GUARDED).read_text()
    bad = push(server, f"{forge()}:{_GUARDED}")
    assert (bad.code, bad.rules) == (1, ("signature/missing",))
    assert push(server, ":refs/heads/baselines").rules == ("ref/deleted",)
    assert (server.path / _GUARDED).read_text() == tip


def test_as_a_common_hook(unhooked, inside, push, forge):
    common = unhooked.path.parents[1] / ".gitolite" / "hooks" / "common"
    for name in ("pre-receive", "post-receive"):
        _write(common / name, inside("hooks", "print", name).out)
    unhooked.administer("setup", "--hooks-only")
    assert (unhooked.path / "hooks" / "pre-receive").readlink() == common / "pre-receive"
    _holds(unhooked, inside, push, forge)
    assert push(unhooked, "main").code == 0


def test_as_a_vref(unhooked, inside, push, forge):
    home = unhooked.path.parents[1]
    rc = home / ".gitolite.rc"
    rc.write_text(rc.read_text().replace("%RC = (", f"%RC = (\n    LOCAL_CODE => '{home}/local',"))
    _write(home / "local" / "git-baseline-update", inside("hooks", "print", "update").out)
    # gitolite hands a VREF four words more than an update hook gets.
    call = f'#!/bin/sh\nexec "{home}/local/git-baseline-update" "$1" "$2" "$3" >&2\n'
    _write(home / "local" / "VREF" / "git-baseline", call.encode())
    conf = home / ".gitolite" / "conf" / "gitolite.conf"
    conf.write_text("repo testing\n    RW+ = @all\n    - VREF/git-baseline = @all\n")
    unhooked.administer("setup")
    _holds(unhooked, inside, push, forge)
