"""Never more lenient than git: what we take, ``git verify-commit`` takes too.

A few hundred commits, each changed in one place, all asked of git in one process.
"""

import signal
from random import Random

import pytest
from corpus import base, disk
from corpus.base import ALICE, DORA, RICK, entry

from gitbaseline.model import commit as commits
from gitbaseline.model import root as roots
from gitbaseline.model.commit import CommitFault
from gitbaseline.model.signature import SignedBy
from gitbaseline.signing import sshsig

COUNT = 360


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return (our verdict, git's) by commit: does this key's signature stand?"""
    forge = base.on_top()
    chance = Random("differential")
    made = list(base.commits())
    for signer in (ALICE, DORA, RICK):
        good = forge.put(entry(forge), signer)
        made.append(good)
        raw = forge.pile.read(good)
        made += [forge.pile.write_commit(_spoiled(raw, chance)) for _ in range(COUNT // 3)]
    ours = {oid: _ours(forge.pile.read(oid)) for oid in made}
    folder = tmp_path_factory.mktemp("differential")
    repo = disk.bare(folder / "repo.git")
    disk.write_loose(repo, forge.pile.everything())
    return ours, _git(repo, folder, made, forge)


def _spoiled(raw, chance):
    """Change one place: a byte, a line dropped, a line twice, two swapped, a space."""
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        lines[at] += b" "
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        lines[at] += b"\r"
    elif kind == 3:
        lines.insert(at, b" ")
    else:
        spoiled = bytearray(raw)
        spoiled[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return bytes(spoiled)
    return b"\n".join(lines)


def _ours(raw):
    try:
        commit = commits.parse(raw)
    except CommitFault:
        return False
    return isinstance(sshsig.verify(commit.payload, commit.armor), SignedBy)


def _git(repo, folder, made, forge):
    signers = folder / "allowed_signers"
    signers.write_bytes(roots.allowed_signers(forge.state().root))
    # A commit that git cannot read would end its whole list; it is refused by that.
    peeled = "".join(f"{oid}^{{tree}}\n" for oid in made)
    said = _run(repo, folder, ["cat-file", "--batch-check"], peeled)
    readable = [oid for oid, line in zip(made, said, strict=True) if line.split()[1] == "tree"]
    words = ["-c", f"gpg.ssh.allowedSignersFile={signers}", "log", "--no-walk=unsorted"]
    good = set()
    while readable:
        told = _run(repo, folder, [*words, "--format=%H %G?", "--stdin"], "\n".join(readable))
        good |= {line.split()[0] for line in told if line.endswith(" G")}
        # git ends, or dies of SIGPIPE, at some signatures: refused, and go on with the next.
        readable = readable[len(told) + 1 :]
    return {oid: oid in good for oid in made}


def _run(repo, folder, words, give):
    done = disk.run("git", *words, folder=repo, home=folder, give=give.encode())
    assert done.code in (0, 128, -signal.SIGPIPE), done.err
    return done.out.decode().splitlines()


def test_what_git_refuses_we_refuse(asked):
    ours, git = asked
    assert [oid for oid in ours if ours[oid] and not git[oid]] == []


def test_git_takes_some_that_we_refuse(asked):
    """Twins: the difference is there, in the one direction."""
    ours, git = asked
    assert [oid for oid in ours if git[oid] and not ours[oid]]


def test_the_sound_ones_are_taken_by_both(asked):
    ours, git = asked
    assert [(ours[oid], git[oid]) for oid in base.commits()] == [(True, True)] * len(base.commits())
