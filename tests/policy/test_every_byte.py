"""Every byte of one small entry, changed.

Left unsigned (the old signature over the new commit), each change is refused. Signed anew by a key
that may record, each is refused too unless it made another entry that agrees with itself. That
never happens when files alone change, because the signed digest covers them. When the digest is
made again as well, only ``source-snapshot`` and ``SOURCE.md`` and the index could be asked to
agree, and each has its own rule; ``baseline.json`` alone can become another consistent entry where
a field occurs in no other file: ``CONSISTENT`` names those fields.
"""

from __future__ import annotations

import json

import pytest

from gitbaseline.model.commit import parse

# Nothing derived shows them: a legitimate signer may say anything there.
CONSISTENT = {"artifact_sha256", "harness_sha256", "idempotency_key", "allowed_secrets", "extra"}


@pytest.fixture
def draft(begun):
    return begun.record(
        extra={"a": 1, "b": "text"},
        harness_sha256="ab" * 32,
        artifact_sha256="cd" * 32,
        idempotency_key="ci/1",
        allowed_secrets=("f1",),
        notes="n",
    )


def flips(data):
    """One changed bit of every byte, another one each time."""
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << (at * 5 % 8)
        yield bytes(changed)


NAMES = ["baseline.json", "SOURCE.md", "source-snapshot.log", "INDEX.md"]


def place(draft, name):
    return draft.index[0] if name == "INDEX.md" else draft.prefix + name


@pytest.mark.parametrize("name", NAMES)
def test_an_unsigned_change_is_refused(begun, draft, name):
    whole = draft.files[place(draft, name)]
    draft.armor = parse(begun.memory.read(begun.commit(draft))).armor
    assert begun.judge(draft) == []
    for data in flips(whole):
        draft.files[place(draft, name)] = data
        assert "signature/mismatch" in begun.judge(draft)


@pytest.mark.parametrize("name", NAMES)
def test_a_signed_change_is_refused_by_the_digest(begun, draft, name):
    for data in flips(draft.files[place(draft, name)]):
        draft.files[place(draft, name)] = data
        found = set(begun.judge(draft))
        assert found
        assert found & {
            "trailer/content",
            "index/row",
            "baseline/shape",
            "baseline/canonical",
        }


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_signed_change_with_its_digest_is_refused_or_another_entry(begun, draft, name):
    before = json.loads(draft.content["baseline.json"])
    kept = set()
    for data in flips(draft.content[name]):
        draft.put(name, data)
        if begun.judge(draft):
            continue
        after = json.loads(data)
        kept |= {key for key in before if before[key] != after[key]}
    assert kept == (CONSISTENT if name == "baseline.json" else set())
