from __future__ import annotations

import pytest

from gitbaseline.errors import Unable
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.attesting import attest
from gitbaseline.signing.sshsig import verify


class Without:
    """The objects of a store but one."""

    def __init__(self, store, oid):
        self._store, self._oid = store, oid

    def header(self, oid):
        return self._ask(self._store.header, oid)

    def read(self, oid):
        return self._ask(self._store.read, oid)

    def _ask(self, ask, oid):
        if oid == self._oid:
            raise ObjectMissing(oid)
        return ask(oid)


@pytest.fixture
def recorded(begun):
    begun.record()
    written = begun.record(2.0)
    reader = begun.reader()
    return begun, reader, reader.paths("fam", "step")[-1], written.commit


def test_a_record(recorded):
    desk, reader, path, commit = recorded
    said = attest(desk.branch.chain, reader, path, commit)
    assert (said.commit, said.principal, said.at) == (commit, "tess", "2026-01-01T00:00:00Z")
    assert said.fingerprint == desk.author.fingerprint
    assert list(said.payload) == ["source-snapshot.txt"]


def code_of(chain, reader, path, commit):
    with pytest.raises(Unable) as refused:
        attest(chain, reader, path, commit)
    return refused.value.code


def test_a_commit_that_is_not_there_or_is_none(recorded):
    desk, reader, path, commit = recorded
    lacking = Chain(Without(desk.store, commit), verify)
    assert code_of(lacking, reader, path, commit) == "history/missing"
    assert code_of(desk.branch.chain, reader, path, reader.state.tree) == "attest/refused"
