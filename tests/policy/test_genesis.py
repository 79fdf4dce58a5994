from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model import root as roots
from gitbaseline.model.commit import CommitFault
from gitbaseline.model.layout import ATTRIBUTES
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.tree import Node

TRUST = ".registry/000001"
ROOT_JSON = f"{TRUST}/root.json"


def with_keys(change):
    """Make the genesis of a root whose keys went through ``change``."""

    def make(registry):
        state = registry.trust()
        keys = {name: change(key) for name, key in state.keys.items()}
        return registry.genesis(replace(state, keys=keys))

    return make


def put(path, data):
    def make(registry):
        draft = registry.genesis()
        draft.put(path, data)
        return draft

    return make


def signed_by(name):
    return lambda registry: replace(registry.genesis(), key=name)


def of_version_two(registry):
    state = registry.trust(version=2, previous="ab" * 32)
    draft = registry.genesis()
    for path, data in registry.trust_files(state).items():
        draft.put(path.replace("000002", "000001"), data)
    return draft


def bob_is(**change):
    return with_keys(lambda key: replace(key, **change) if key.principal.startswith("bob") else key)


BROKEN = {
    "another readme": (put("README.md", b"hello\n"), []),
    "a file more": (put("LICENSE", b"x"), ["path/unexpected", "trailer/content"]),
    "an entry": (put("llama/busbw/x", b"x"), ["path/unexpected", "trailer/content"]),
    "no readme": (put("README.md", None), ["genesis/files"]),
    "no attributes": (put(".gitattributes", None), ["genesis/files"]),
    "other attributes": (
        put(".gitattributes", ATTRIBUTES + b"*.x -diff\n"),
        ["genesis/attributes"],
    ),
    "no signers": (put(f"{TRUST}/allowed_signers", b""), ["trust/allowed-signers"]),
    "distrust": (put(f"{TRUST}/distrusted", b"a/b/c\n"), ["trust/distrusted"]),
    "no list of distrust": (put(f"{TRUST}/distrusted", None), ["trust/unreadable"]),
    "no root": (put(ROOT_JSON, None), ["trust/unreadable"]),
    "unreadable root": (put(ROOT_JSON, b"{}\n"), ["trust/unreadable"]),
    "root not canonical": (put(ROOT_JSON, b"{ }\n"), ["trust/unreadable"]),
    "distrust not UTF-8": (put(f"{TRUST}/distrusted", b"\xff"), ["trust/unreadable"]),
    "version 2": (of_version_two, ["trust/version"]),
    "a retired key": (bob_is(retired=1), ["trust/key"]),
    "a compromised key": (bob_is(compromised_since="ab" * 20), ["trust/key"]),
    "a key of later": (bob_is(added=2), ["trust/key"]),
    "not by a root key": (signed_by("bob"), ["signature/role"]),
    "by a stranger": (signed_by("mallory"), ["signature/unknown-key"]),
}


@pytest.mark.parametrize(("make", "rules"), BROKEN.values(), ids=BROKEN)
def test_one_broken_rule_is_found(empty, make, rules):
    assert empty.judge(make(empty)) == rules


def test_a_readme_too_large_is_not_read(empty):
    draft = empty.genesis()
    bomb = empty.memory.put("blob", b"bomb")
    empty.memory.sizes[bomb] = (ObjectKind.BLOB, 2**21)
    empty.memory.closed.add(bomb)
    draft.files["README.md"] = Node(bomb, is_folder=False)
    assert empty.judge(draft) == ["genesis/files"]


@pytest.mark.parametrize("kind", [ObjectKind.TREE, ObjectKind.BLOB])
def test_a_root_of_absurd_size_or_kind_is_not_read(empty, kind):
    draft = empty.genesis()
    bomb = empty.memory.put("blob", b"bomb")
    empty.memory.sizes[bomb] = (kind, 2**24)
    empty.memory.closed.add(bomb)
    draft.files[ROOT_JSON] = Node(bomb, is_folder=False)
    [finding] = empty.check(draft).violations
    assert (finding.rule, finding.message) == (
        "trust/unreadable",
        f".registry/000001/root.json: a {kind} of {2**24} bytes",
    )


def test_a_root_that_the_repository_lacks(empty):
    draft = empty.genesis()
    draft.files[ROOT_JSON] = Node("ab" * 20, is_folder=False)
    [finding] = empty.check(draft).violations
    assert (finding.rule, finding.message) == (
        "history/missing",
        f"the repository lacks {'ab' * 20}",
    )


def test_a_folder_in_place_of_the_root(empty):
    draft = empty.genesis()
    del draft.files[ROOT_JSON]
    draft.files[ROOT_JSON + "/x"] = b""
    assert empty.judge(draft) == ["trust/unreadable"]


def test_the_state_after_a_genesis(begun):
    [commit] = begun.commits
    state = begun.chain.load(commit)
    assert state == begun.state
    assert state.root == roots.from_bytes(begun.files[ROOT_JSON])
    assert state.distrusted == frozenset()
    assert begun.chain.trees.find(state.tree, "README.md/x") is None


def test_what_is_no_commit_has_no_state(begun):
    with pytest.raises(CommitFault) as caught:
        begun.chain.load(begun.memory.put("blob", b"x"))
    assert (caught.value.rule, str(caught.value)) == ("commit/kind", "a blob of 1 bytes")
