"""Every case, each way: pushed to a real server, judged in process, and through the program.

A push that must be refused names its rule on stderr, moves no ref, and leaves no file behind on the
server but what was there. The same history, forced in, gives the same rule without the server. What
only the server can see is asked of the hook alone: in process, and as the program.
"""

import json
import time

import pytest
from corpus import base, disk
from corpus.case import FOREIGN, ZERO
from corpus.everything import CASES

from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import RefUpdate
from gitbaseline.registry import high_water
from gitbaseline.registry.receive import FINDINGS, Guard, judge
from gitbaseline.registry.verify import verify
from gitbaseline.signing import sshsig
from gitbaseline.store import Store

by_case = pytest.mark.parametrize("name", CASES)


@by_case
def test_push(build, tmp_path, name):
    built = build(name)
    server = built.serve(tmp_path)
    before = _files(server)
    said = _push(built, server)
    if built.case.rule is None:
        assert (said.code, said.err) == (0, "")
        wanted = {update.ref: update.new for update in built.attack.updates}
        held = dict.fromkeys(wanted, ZERO) | disk.refs(server)
        assert held.items() >= wanted.items()
        return
    assert said.code == 1
    assert _files(server) == before
    assert _harm(built, server) == (0, b"", [])
    assert f"git-baseline: {built.case.rule}: " in said.err
    assert said.err.count("git-baseline: ") <= FINDINGS + 2


@by_case
def test_in_process(build, tmp_path, name):
    built = build(name)
    if _needs_the_server(built):
        rules = {found.rule for found in _judged(built, built.serve(tmp_path))}
        assert built.case.rule in rules or not (rules or built.case.rule)
    if built.attack.tip:
        store = Store(built.client)
        chain = Chain(store, sshsig.verify)
        answer = verify(chain, built.attack.tip, pins=[built.forge.pin])
        rules = [found.rule for found in answer.violations]
        _agrees(built.case, answer.good, rules, answer.pinned)


@by_case
def test_black_box(build, tmp_path, name):
    built = build(name)
    if _needs_the_server(built):
        said = _asked(built, built.serve(tmp_path))
        assert said.code == (1 if built.case.rule else 0)
        assert built.case.rule is None or f"git-baseline: {built.case.rule}: " in said.err
    if built.attack.tip:
        words = ("-C", built.client, "verify", "--json", "--full", "--root", built.forge.pin)
        said = disk.run(*disk.program(*words), folder=disk.PACKAGE, home=built.home)
        assert said.err == ""
        answer = json.loads(said.out)
        assert said.code == (0 if answer["good"] else 1)
        rules = [found["rule"] for found in answer["violations"]]
        _agrees(built.case, answer["good"], rules, answer["pinned"])


def _needs_the_server(built):
    """Whether a verifier alone cannot find what the server must."""
    return built.attack.tip is None or built.case.alone != built.case.rule


def _agrees(case, good, rules, pinned):
    if case.alone is None:
        assert (good, rules, pinned) == (True, [], True)
    elif case.alone == FOREIGN:
        assert (good, rules, pinned) == (False, [], False)
    else:
        assert not good
        assert case.alone in rules


def _push(built, server):
    if built.case.raw:
        return disk.push_raw(server, built.attack, built.forge.pile, built.home)
    return disk.push(built.client, server, built.attack, built.home, *built.case.options)


def _harm(built, server):
    said = disk.run("git", "fsck", "--no-dangling", folder=server, home=built.home)
    # That a branch is unborn is no harm.
    lines = [line for line in said.err.splitlines() if not line.startswith("notice: ")]
    return said.code, said.out, lines


def _lines(built, server):
    held = disk.refs(server)
    return [
        RefUpdate(old=u.old or held.get(u.ref, ZERO), new=u.new, ref=u.ref)
        for u in built.attack.updates
    ]


def _judged(built, server):
    guard = Guard(
        ref=base.BRANCH,
        pins=[built.forge.pin] if built.case.server.pinned else [],
        now=int(time.time()),
        mark=high_water.load(server, base.BRANCH),
    )
    store = Store(server, also=[built.client / "objects"])
    return judge(store, sshsig.verify, guard, _lines(built, server))


def _asked(built, server):
    lines = "".join(f"{u.old} {u.new} {u.ref}\n" for u in _lines(built, server))
    return disk.run(
        *disk.program("hook", "pre-receive"),
        folder=disk.PACKAGE,
        home=built.home,
        give=lines.encode(),
        GIT_DIR=str(server),
        GIT_OBJECT_DIRECTORY=str(built.client / "objects"),
    )


def _files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
