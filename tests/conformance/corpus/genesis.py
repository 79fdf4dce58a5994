"""Rows 5, 22, 45, 47, 50, 51, 56, 57, 66: the first commit, and who may begin a registry."""

from __future__ import annotations

from dataclasses import replace

from corpus import base
from corpus.base import (
    ALICE,
    BOB,
    DORA,
    MALLORY,
    listed,
)
from corpus.case import FOREIGN, add
from corpus.trust import EMPTY, name, rewritten
from gitbaseline.model.root import Role


def bad_genesis(case_name, rule, row="5", *, signer=ALICE, draft=None, alone=None, **stages):
    """Add a case: the first commit of a registry is not what it must be."""

    def make(forge):
        forge.tip, forge.time = None, base.BEGAN
        return forge.put(draft or base.genesis(), signer, **stages)

    add(case_name, make, row=row, rule=rule, server=EMPTY, alone=alone or rule)


def file(path, data):
    """Return the content stage that sets one file."""
    return lambda content: content | {path: data}


DORA_TOO = base.listed(DORA, "dora@example.org")
_FIRST = ".registry/000001"
bad_genesis("genesis_by_another_key", "signature/unknown-key", "45", signer=MALLORY)
bad_genesis(
    "genesis_with_a_workflow",
    "path/unexpected",
    "66",
    content=file(".github/workflows/x.yml", b"on: push\n"),
)
bad_genesis(
    "genesis_with_an_entry_folder", "path/unexpected", "66", content=file("llama/step_time/x", b"")
)
bad_genesis(
    "genesis_with_other_attributes",
    "genesis/attributes",
    "66",
    content=file(".gitattributes", b"* text=auto\n"),
)
bad_genesis(
    "genesis_without_readme",
    "genesis/files",
    "66",
    content=lambda c: {p: d for p, d in c.items() if p != "README.md"},
)
bad_genesis(
    "genesis_distrusts",
    "trust/distrusted",
    "50",
    content=file(f"{_FIRST}/distrusted", b"a/b/20240520T101112Z\n"),
)
bad_genesis(
    "genesis_signers_differ",
    "trust/allowed-signers",
    "51",
    content=file(f"{_FIRST}/allowed_signers", b"* ssh-ed25519 AAAA\n"),
)
bad_genesis(
    "genesis_of_version_2",
    "trust/version",
    "57",
    content=rewritten(lambda r: replace(r, version=2, previous="0" * 64)),
)
bad_genesis(
    "genesis_key_of_version_2",
    "trust/key",
    "57",
    content=rewritten(lambda r: replace(r, keys=r.keys | {name(DORA): replace(DORA_TOO, added=2)})),
)
bad_genesis(
    "genesis_of_another_id",
    "trailer/registry",
    "47",
    content=rewritten(lambda r: replace(r, registry_id="0d" * 16)),
)
bad_genesis(
    "genesis_by_a_key_without_root",
    "signature/role",
    "56",
    signer=BOB,
    content=rewritten(
        lambda r: replace(
            r, keys=r.keys | {name(BOB): listed(BOB, "bob@example.org", (Role.RECORD,))}
        )
    ),
)
bad_genesis(
    "genesis_of_a_stranger",
    "push/pin",
    "22",
    signer=MALLORY,
    alone=FOREIGN,
    draft=base.genesis(MALLORY, "mallory@example.org"),
)
