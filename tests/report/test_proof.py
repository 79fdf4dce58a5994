"""What a proof shows and does not, in words; the rest is tried through the program."""

from __future__ import annotations

import pytest

from gitbaseline.model.message import Kind
from gitbaseline.policy.proof import Followed, Said
from gitbaseline.report.proof import pin, shown, signed, tip, unshown

FILES = {"baseline.json": b"{}", "source-snapshot.log": b"1\n"}
LATE = "that nothing after 2026-01-01T00:00:00Z retracts it or distrusts its key"
WORD = "that the signer's clock and word are right"


def said(kind=Kind.RECORD, fingerprint="SHA256:x"):
    return Said(
        commit="ab" * 20,
        kind=kind,
        time=1_767_225_600,
        principal="tess",
        fingerprint=fingerprint,
    )


def line(*, later=0, events=(), fingerprint="SHA256:x"):
    one = said(fingerprint=fingerprint)
    return Followed(
        anchors=("0" * 64,), trust=3, record=one, events=events, later=later, tip=one, state=None
    )


def test_the_entry_alone():
    assert shown(line(), FILES, distrusted=False) == [
        "the entry's files (2 files, 4 B) are what tess signed",
        "trust state 3, which follows from the genesis, let that key record",
    ]
    assert unshown(line(), FILES, pinned=True) == [LATE, WORD]
    assert tip(line()) == "the entry's own commit"


def test_with_what_came_later():
    events = (said(Kind.ACCEPT), said(Kind.RETRACT))
    assert shown(line(later=1), FILES, distrusted=False)[2:] == [
        "1 signed statement after it, up to 2026-01-01T00:00:00Z",
        "the tip holds it, no retraction of it and no distrust of its key",
    ]
    assert shown(line(later=2, events=events), FILES, distrusted=False)[2:] == [
        "2 signed statements after it, up to 2026-01-01T00:00:00Z",
        "it was accepted at 2026-01-01T00:00:00Z by tess, commit abababababab",
        "it was retracted at 2026-01-01T00:00:00Z by tess, commit abababababab",
    ]
    assert shown(line(later=1), FILES, distrusted=True)[3:] == [
        "the registry distrusts it: its key was declared compromised"
    ]
    assert unshown(line(later=1), FILES, pinned=False) == [
        LATE,
        "that the statements after it keep every rule: their files are not here",
        WORD,
    ]
    assert tip(line(later=1)) == f"{'ab' * 20}, 1 statement later"


def test_what_else_is_not_shown():
    files = {"source-snapshot.lfs.log": b"version"}
    left = unshown(line(fingerprint="openpgp:AB"), files, pinned=None)
    assert left == [
        "whose registry this is, and who holds the keys: no pin was given",
        LATE,
        "the payload itself, which lies in Git LFS: its digest and size are",
        "one spelling of a signature that is not SSH: gpg or gpgsm judged it here",
        WORD,
    ]


@pytest.mark.parametrize(
    ("pinned", "begins"), [(None, "unpinned"), (True, "holds"), (False, "DOES NOT HOLD")]
)
def test_the_pin(pinned, begins):
    assert pin(pinned=pinned).startswith(begins)


def test_who_signed():
    assert signed(said()) == "2026-01-01T00:00:00Z by tess"
