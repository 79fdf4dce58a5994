"""The branch grows by compare-and-swap: other writers are followed, a refusal changes nothing."""

from __future__ import annotations

import hashlib

import pytest

from gitbaseline.errors import InputError, RefLocked, TipMoved, Unable
from gitbaseline.registry import branch as module
from gitbaseline.registry.branch import Branch
from gitbaseline.signing.sshsig import verify

REF = "refs/heads/baselines"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Wait no time between two tries."""
    monkeypatch.setattr(module, "_LONGEST_WAIT", 0.0)


def test_the_same_statement_gives_the_same_commit(begun, repo, signer):
    """Ed25519 has no randomness: clock, key and content fix every byte."""
    written = begun.record(1.5)
    raw = repo.run("cat-file", "commit", "baselines").stdout
    assert hashlib.sha1(b"commit %d\0%b" % (len(raw), raw)).hexdigest() == written.commit
    head = raw.decode().split("gpgsig")[0].splitlines()
    assert head[2:] == [
        "author Tess <tess@example.org> 1767225600 +0000",
        "committer Tess <tess@example.org> 1767225600 +0000",
    ]
    body = raw.decode().split("-----END SSH SIGNATURE-----\n\n")[1].splitlines()
    assert body[:5] == [
        "record fam/step/20260101T000000Z",
        "",
        "1.5 ms, lower is better, DRAFT",
        "",
        "Baseline-Kind: record",
    ]
    repo.git("update-ref", REF, repo.git("rev-parse", f"{REF}~1"))
    begun.branch = Branch(begun.store, verify, ref=REF)
    assert begun.record(1.5).commit == written.commit


def test_a_genesis_begins_once(begun):
    with pytest.raises(TipMoved):
        begun.begin()


def test_a_faster_writer_is_followed(begun, monkeypatch):
    other = type(begun)(begun.store, begun.author)
    real = begun.store.advance
    fast = []

    def advance(ref, **rest):
        if not fast:
            fast.append(None)
            fast[0] = other.record(2.0)
        return real(ref, **rest)

    monkeypatch.setattr(begun.store, "advance", advance)
    written = begun.record(3.0)
    assert written.draft.subject == "fam/step/20260101T000000Z-2"
    slugs = [str(path.slug) for path in begun.reader().paths("fam", "step")]
    assert slugs == ["20260101T000000Z", "20260101T000000Z-2"]
    assert begun.store.is_ancestor(fast[0].commit, written.commit)


@pytest.mark.parametrize(
    ("fault", "code", "tries"),
    [
        (TipMoved(REF), "ref/contended", 200),
        (RefLocked("held", code="ref/locked"), "ref/locked", 30),
        (Unable("odd", code="ref/write"), "ref/write", 1),
    ],
)
def test_it_gives_up(begun, monkeypatch, fault, code, tries):
    seen = []

    def advance(ref, **rest):
        seen.append(ref)
        raise fault

    tip = begun.branch.tip()
    monkeypatch.setattr(begun.store, "advance", advance)
    with pytest.raises(Unable) as caught:
        begun.record()
    assert (caught.value.code, len(seen), begun.branch.tip()) == (code, tries, tip)


def test_its_own_rules_refuse(begun, desk):
    tip = begun.branch.tip()
    with pytest.raises(Unable) as caught:
        begun.record(1.0, source_bytes=7)
    assert caught.value.exit_code == 3
    assert str(caught.value) == (
        "fam/step/20260101T000000Z/source-snapshot.txt: the registry's own rules refuse this"
        " record: not redacted, yet source_sha256 or source_bytes differ"
    )
    with pytest.raises(InputError) as caught:
        begun.record(1.0, notes="a\x00b")
    assert (caught.value.code, begun.branch.tip()) == ("record/field", tip)


def test_the_remotes_tip_is_read_where_it_is_ahead_or_alone(begun, repo):
    first = begun.branch.tip()
    second = begun.record().commit
    tracking = "refs/remotes/origin/baselines"
    branch = Branch(begun.store, verify, ref=REF, tracking_ref=tracking)
    assert branch.tip() == second
    repo.git("update-ref", tracking, first)
    assert branch.tip() == second
    repo.git("update-ref", tracking, second)
    repo.git("update-ref", REF, first)
    assert branch.tip() == second
    repo.git("update-ref", "-d", REF)
    assert (branch.tip(), branch.state().commit) == (second, second)
    repo.git("update-ref", "-d", tracking)
    with pytest.raises(Unable) as caught:
        branch.state()
    assert caught.value.code == "registry/none"


def test_a_record_on_the_remotes_tip_takes_the_local_branch_along(begun, repo):
    first = begun.branch.tip()
    second = begun.record(1.0).commit
    repo.git("update-ref", "refs/remotes/origin/baselines", second)
    repo.git("update-ref", REF, first)
    begun.branch = Branch(
        begun.store, verify, ref=REF, tracking_ref="refs/remotes/origin/baselines"
    )
    third = begun.record(2.0).commit
    assert repo.git("rev-list", "--count", REF) == "3"
    assert repo.git("rev-parse", f"{REF}~1") == second
    assert repo.git("rev-parse", REF) == third


def test_the_first_commit_waits_for_a_lock_and_gives_up(desk, monkeypatch):
    real, seen = desk.store.advance, []

    def held(ref, **rest):
        seen.append(ref)
        if len(seen) < 3:
            raise RefLocked("held", code="ref/locked")
        return real(ref, **rest)

    monkeypatch.setattr(desk.store, "advance", held)
    assert desk.begin().commit == desk.branch.tip()
    with pytest.raises(TipMoved):
        desk.begin()
    seen.clear()

    def locked(ref, **_):
        seen.append(ref)
        raise RefLocked("held", code="ref/locked")

    monkeypatch.setattr(desk.store, "advance", locked)
    with pytest.raises(RefLocked):
        desk.begin()
    assert len(seen) == 30
