"""Verifying a history that is not whole here: a gap is no finding, and never fine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gitbaseline.model.layout import ROOT_JSON, TRUST
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import ZERO, RefUpdate
from gitbaseline.registry.receive import Guard, judge
from gitbaseline.registry.verify import Known, verify
from gitbaseline.signing import sshsig

REF = "refs/heads/baselines"


@pytest.fixture
def history(begun, repo):
    """A genesis, its digest as the pin, and three records."""
    genesis = begun.branch.state()
    commits = [genesis.commit, *(begun.record(float(value)).commit for value in range(1, 4))]
    return SimpleNamespace(pin=genesis.raw_sha256, commits=commits, tip=commits[-1])


@pytest.fixture
def lose(repo):
    """Take an object away; return its id."""

    def lose(name):
        oid = repo.git("rev-parse", name)
        (repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
        return oid

    return lose


@pytest.fixture
def verified(begun):
    """Verify by a chain that knows nothing yet."""

    def verified(tip, **more):
        return verify(Chain(begun.store, sshsig.verify), tip, **more)

    return verified


@pytest.mark.parametrize(
    ("commit", "path"), [(2, ""), (2, "fam"), (0, f"{TRUST}/000001/{ROOT_JSON}")]
)
def test_a_gap_is_told_as_one(history, verified, lose, commit, path):
    at = history.commits[commit]
    oid = lose(f"{at}:{path}")
    found = verified(history.tip, pins=[history.pin])
    assert found.incomplete == f"the repository lacks {oid}, which commit {at} needs"
    assert (found.good, found.violations, found.pinned) == (False, (), True)
    assert verified(history.tip, pins=["0" * 64]).pinned is None  # may be that of a trust commit
    assert verified(history.tip).pinned is None


def test_a_gap_excuses_nothing(begun, history, verified, lose):
    bad = begun.nonsense()
    oid = lose(f"{history.tip}:fam/step/INDEX.md")
    found = verified(bad)
    assert [one.rule for one in found.violations] == ["commit/kind"]
    assert found.incomplete == f"the repository lacks {oid}, which commit {history.tip} needs"


def test_the_server_refuses_what_has_a_gap(begun, history, lose):
    lose(f"{history.tip}^{{tree}}")
    begun.store.advance(REF, expected=history.tip, new=history.commits[-2], note="back")
    guard = Guard(ref=REF, pins=[history.pin], now=2_000_000_000, mark=None)
    update = RefUpdate(old=history.commits[-2], new=history.tip, ref=REF)
    (found,) = judge(begun.store, sshsig.verify, guard, [update])
    assert found.rule == "history/missing"
    begun.store._repo.references.delete(REF)
    update = RefUpdate(old=ZERO, new=history.tip, ref=REF)
    assert [one.rule for one in judge(begun.store, sshsig.verify, guard, [update])] == [
        "history/missing"
    ]


def test_it_goes_on_from_what_is_known(begun, history, verified):
    middle = history.commits[1]
    digest = Chain(begun.store, sshsig.verify).load(middle).raw_sha256
    found = verified(history.tip, known=Known(commit=middle, raw_sha256=digest), pins=["0" * 64])
    assert (found.since, found.statements, found.pinned) == (middle, 2, True)
    other = verified(history.tip, known=Known(commit=middle, raw_sha256="0" * 64))
    assert (other.since, other.statements, other.good) == (None, 4, True)
    earlier = verified(history.commits[0], known=Known(commit=middle, raw_sha256=digest))
    assert (earlier.since, earlier.statements, earlier.good) == (None, 1, True)


def test_what_was_known_and_is_not_whole_any_more_is_judged_anew(history, begun, verified, lose):
    digest = Chain(begun.store, sshsig.verify).load(history.tip).raw_sha256
    known = Known(commit=history.tip, raw_sha256=digest)
    lose(f"{history.tip}^{{tree}}")
    found = verified(history.tip, known=known)
    assert (found.since, found.violations, found.good) == (None, (), False)
    assert found.incomplete is not None


def test_a_known_commit_whose_tree_cannot_be_read_is_judged_anew(begun, history, verified, repo):
    tree = begun.store.write(ObjectKind.TREE, b"100644 a")
    bad = begun.nonsense(tree=Oid(tree))
    raw = repo.run("cat-file", "commit", bad).stdout
    found = verified(bad, known=Known(commit=bad, raw_sha256=sha256(raw)))
    assert (found.since, found.statements, found.incomplete) == (None, 5, None)
    assert [one.rule for one in found.violations] == ["tree/malformed"]
