"""Who signed an entry, and every way in which that can be in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace
from gitbaseline.model.layout import entry_path
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.model.signature import BadSignature, Fingerprint, SignedBy
from gitbaseline.policy.state import NotARegistry
from gitbaseline.site.signatures import Signatures
from gitbaseline.site.words import age, number, signer


@pytest.fixture
def work(registry, environment, inside, number):
    """A registry with two entries: its workspace, and their paths."""
    paths = []
    for _ in range(2):
        told = inside(*number, "--json").json
        paths.append(entry_path(*told["entry"].split("/")))
    return Workspace(Where(folder=registry.path, environment=environment)), paths


def made(workspace, **more):
    branch = workspace.branch
    given = {"known": {}, "upto": None, "verify": branch.verify, "chain": branch.chain} | more
    chain, verify = given.pop("chain"), given.pop("verify")
    return Signatures(chain, verify, branch.tip(), **given)


def test_a_listed_live_key_is_named(work):
    workspace, paths = work
    signed = made(workspace).of(paths[0])
    assert (signed.fault, signed.principal) == (None, "tess@example.org")
    assert signed.fingerprint.startswith("SHA256:")
    assert signer(signed) == "tess@example.org"


def test_what_was_known_up_to_a_commit_is_not_checked_again(work):
    workspace, paths = work
    first = made(workspace)
    known = {str(path): first.of(path) for path in paths}
    marked = known | {str(paths[0]): replace(known[str(paths[0])], principal="known")}

    def fails(*_):
        raise AssertionError

    tip = workspace.branch.tip()
    again = made(workspace, known=marked, upto=tip, verify=fails)
    assert again.of(paths[0]).principal == "known"
    upto = known[str(paths[0])].commit
    later = made(workspace, known={str(paths[0]): marked[str(paths[0])]}, upto=upto)
    assert (later.of(paths[0]).principal, later.of(paths[1]).principal) == (
        "known",
        "tess@example.org",
    )
    other = made(workspace, known=marked, upto="0" * 40)  # of another history
    assert other.of(paths[0]).principal == "tess@example.org"


def test_a_bad_signature_and_an_unlisted_key_are_told(work):
    workspace, paths = work
    bad = made(workspace, verify=lambda *_: BadSignature(rule="signature/bad", detail="altered"))
    assert signer(bad.of(paths[0])) == "not good: altered"
    stranger = SignedBy(fingerprint=Fingerprint("SHA256:other"), key_type="ssh-ed25519")
    unlisted = made(workspace, verify=lambda *_: stranger).of(paths[0])
    assert (unlisted.fault, unlisted.principal) == ("not listed by the registry", None)


def test_a_key_that_was_no_longer_live_is_told(work):
    workspace, paths = work
    chain = workspace.branch.chain

    class Retired:
        objects = chain.objects

        @staticmethod
        def load(commit):
            state = chain.load(commit)
            keys = {name: replace(key, retired=1) for name, key in state.root.keys.items()}
            return replace(state, root=replace(state.root, keys=keys))

    assert made(workspace, chain=Retired).of(paths[0]).fault == "the key was no longer live"


class Cut:
    """A chain whose repository lacks one commit, or all trust states."""

    def __init__(self, chain, missing=None, spoilt=None):
        self.chain, self.missing, self.spoilt = chain, missing, spoilt
        self.objects = self

    def read(self, oid):
        if oid == self.missing:
            raise ObjectMissing(oid)
        raw = self.chain.objects.read(oid)
        return raw.replace(b"gpgsig", b"strange") if oid == self.spoilt else raw

    def load(self, commit):
        raise NotARegistry(commit)


def test_where_history_is_cut_off_older_entries_are_unknown(work):
    workspace, paths = work
    whole = made(workspace)
    first = whole.of(paths[0]).commit
    cut = made(workspace, chain=Cut(workspace.branch.chain, missing=first))
    assert cut.of(paths[0]) is None
    assert signer(None) == "unknown"
    assert cut.of(paths[1]).fault == "the trust state is not here"


def test_a_commit_in_another_spelling_counts_for_nothing(work):
    workspace, paths = work
    tip = workspace.branch.tip()
    spoilt = made(workspace, chain=Cut(workspace.branch.chain, spoilt=tip))
    assert spoilt.of(paths[1]) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "now"), (59, "now"), (60, "1 minute"), (7200, "2 hours"), (86400 * 800, "2 years")],
)
def test_an_age_is_in_its_largest_whole_unit(seconds, said):
    assert age("2026-01-01T00:00:00Z", 1_767_225_600 + seconds) == said


def test_words_for_what_is_not_there():
    assert number(None) == ""
    assert number(1.5) == "1.5"
