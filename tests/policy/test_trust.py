from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model import root as roots
from gitbaseline.model.event import EventKind
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.root import ListedKey, Role, Succeeds
from gitbaseline.model.tree import Node
from gitbaseline.policy.trust import Stated, losses, void_paths
from gitbaseline.policy.view import View

KEY_OF_DAN = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D28n"
KEY_OF_MALLORY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58"
FIRST = "llama/busbw/20260520T101112Z"


def find(registry, who):
    return next(n for n, k in registry.state.root.keys.items() if k.principal.startswith(who))


def with_key(registry, who, **change):
    """Draft the next trust state, in which one key is another."""
    keys = dict(registry.state.root.keys)
    name = find(registry, who)
    keys[name] = replace(keys[name], **change)
    return registry.next_trust(keys=keys)


def dans(version):
    key = ListedKey(
        principal="dan", public_key=KEY_OF_DAN, roles=(Role.RECORD, Role.ROOT), added=version
    )
    return {roots.fingerprint(KEY_OF_DAN): key}


def added(registry, version=2):
    return registry.next_trust(keys={**registry.state.root.keys, **dans(version)})


def distrusting(draft, *paths):
    folder = f".registry/{int(draft.subject):06d}"
    draft.put(f"{folder}/distrusted", "".join(f"{path}\n" for path in paths).encode())
    return draft


def test_a_trust_state_follows_another(grown):
    assert grown.judge(added(grown)) == []
    grown.grow(added(grown))
    assert grown.state.root.version == 2
    assert grown.judge(with_key(grown, "bob", retired=3)) == []
    grown.grow(with_key(grown, "bob", retired=3))
    assert grown.judge(grown.record(key="bob")) == ["signature/retired-key"]


def dropped(registry):
    keys = dict(registry.state.root.keys)
    del keys[find(registry, "bob")]
    return registry.next_trust(keys=keys)


def put(path, data):
    def make(registry):
        draft = added(registry)
        draft.put(f".registry/000002/{path}", data)
        return draft

    return make


def beside(path):
    def make(registry):
        draft = added(registry)
        draft.files[path] = b"x"
        return draft

    return make


def huge(registry):
    draft = added(registry)
    bomb = registry.memory.put("blob", b"bomb")
    registry.memory.sizes[bomb] = (ObjectKind.BLOB, 2**24)
    registry.memory.closed.add(bomb)
    draft.files[".registry/000002/allowed_signers"] = Node(bomb, is_folder=False)
    return draft


def skipping(registry):
    draft = registry.next_trust()
    state = replace(registry.state.root, version=3, previous=registry.state.root_sha256)
    for path, data in registry.trust_files(state).items():
        draft.put(path.replace("000003", "000002"), data)
    return draft


BROKEN = {
    "another version": (skipping, ["trust/version"]),
    "another previous": (
        lambda r: _previous(r, "ab" * 32), ["trust/previous"]),
    "another registry": (lambda r: r.next_trust(registry_id="0bad" * 8), ["trust/registry"]),
    "a successor of late": (
        lambda r: r.next_trust(succeeds=Succeeds(registry_id="ab" * 16, tip="cd" * 20, reason="x")),
        ["trust/registry"],
    ),
    "a dropped key": (dropped, ["trust/key"]),
    "another role": (lambda r: with_key(r, "bob", roles=(Role.ROOT,)), ["trust/key"]),
    "another family": (lambda r: with_key(r, "bob", families=None), ["trust/key"]),
    "another principal": (lambda r: with_key(r, "bob", principal="eve"), ["trust/key"]),
    "a key of another version": (lambda r: added(r, 1), ["trust/key"]),
    "retired long ago": (lambda r: with_key(r, "bob", retired=1), ["trust/retired"]),
    "other signers": (put("allowed_signers", b""), ["trust/allowed-signers"]),
    "distrust without reason": (put("distrusted", b"a/b/c\n"), ["trust/distrusted"]),
    "no signers": (put("allowed_signers", None), ["trust/files"]),
    "signers too large": (huge, ["trust/files"]),
    "a file beside": (beside("llama/busbw/x"), ["path/unexpected"]),
    "compromised elsewhere": (
        lambda r: with_key(r, "bob", compromised_since="ab" * 20), ["trust/compromised"]),
    "not by a root key": (lambda r: replace(added(r), key="bob"), ["signature/role"]),
}  # fmt: skip


def _previous(registry, digest):
    draft = registry.next_trust()
    state = replace(registry.state.root, version=2, previous=digest)
    for path, data in registry.trust_files(state).items():
        draft.put(path, data)
    return draft


@pytest.mark.parametrize(("make", "rules"), BROKEN.values(), ids=BROKEN)
def test_one_broken_rule_is_found(grown, make, rules):
    assert grown.judge(make(grown)) == rules


def test_what_a_compromised_key_stated_is_listed(grown):
    second = grown.commits[2]  # bob's record
    draft = with_key(grown, "bob", compromised_since=second)
    assert grown.judge(draft) == ["trust/distrusted"]
    distrusting(draft, FIRST + "-2")
    assert grown.judge(draft) == []
    grown.grow(draft)
    assert grown.state.distrusted == {FIRST + "-2"}
    assert grown.judge(grown.record(key="bob")) == ["signature/retired-key"]


def test_its_events_are_void(grown):
    grown.grow(grown.event(FIRST, EventKind.RETRACTED))
    grown.grow(grown.event("llama/latency/20260520T101112Z", EventKind.ACCEPTED))
    draft = with_key(grown, "carol", compromised_since=grown.commits[1])
    distrusting(
        draft,
        f"{FIRST}.retracted.json",
        "llama/latency/20260520T101112Z.accepted.json",
    )
    assert grown.judge(draft) == []


def test_a_loss_only_moves_earlier_and_is_never_taken_back(grown):
    grown.grow(
        distrusting(with_key(grown, "bob", compromised_since=grown.commits[2]), FIRST + "-2")
    )
    earlier = with_key(grown, "bob", compromised_since=grown.commits[1])
    assert grown.judge(distrusting(earlier, FIRST + "-2")) == []
    later = with_key(grown, "bob", compromised_since=grown.commits[3])
    assert grown.judge(distrusting(later, FIRST + "-2")) == ["trust/compromised"]
    back = with_key(grown, "bob", compromised_since=None)
    assert grown.judge(distrusting(back, FIRST + "-2")) == ["trust/compromised"]


def test_keys_that_a_compromised_key_let_in_are_compromised_too(grown):
    # Carol gets no root; a second root key, Mallory's, is there before Dan's.
    mallory = roots.fingerprint(KEY_OF_MALLORY)
    listed = ListedKey(principal="mallory", public_key=KEY_OF_MALLORY, roles=(Role.ROOT,), added=2)
    grown.grow(grown.next_trust(keys={**grown.state.root.keys, mallory: listed}))
    grown.grow(added(grown, 3))
    letting = grown.commits[-1]
    grown.grow(grown.record(key="bob"))
    keys = dict(grown.state.root.keys)
    alice, dan = find(grown, "alice"), find(grown, "dan")
    keys[alice] = replace(keys[alice], compromised_since=letting)
    assert grown.judge(grown.next_trust(keys=keys)) == ["trust/compromised"]
    keys[dan] = replace(keys[dan], compromised_since=grown.commits[-1])
    assert grown.judge(grown.next_trust(keys=keys)) == ["trust/compromised"]
    keys[dan] = replace(keys[dan], compromised_since=letting)
    assert grown.judge(grown.next_trust(keys=keys)) == []


def test_a_history_that_ends_in_another_spelling_is_read_to_there(grown):
    from gitbaseline.policy.trust import history
    from gitbaseline.signing import sshsig

    tip = grown.state.commit
    assert [one.commit for one in history(grown.memory, tip, sshsig.verify)] == grown.commits
    kind, raw = grown.memory.kept[grown.commits[1]]
    grown.memory.kept[grown.commits[1]] = (kind, raw.replace(b"\ngpgsig", b"\nx y\ngpgsig"))
    assert [one.commit for one in history(grown.memory, tip, sshsig.verify)] == grown.commits[2:]


def test_statements_without_a_path_are_no_paths():
    stated = [
        Stated("1" * 40, None, "x", "k"),
        Stated("2" * 40, None, "a/b/c", "k"),
        Stated("3" * 40, None, FIRST, "k"),
    ]
    assert losses(stated, {"k": "2" * 40}) == stated[1:]
    assert void_paths(stated) == {FIRST}


def test_nothing_is_said_on_top_of_nothing(grown, monkeypatch):
    """Unreachable through the chain, which has refused a first commit of another kind by then."""
    from gitbaseline.policy import chain, record, trust
    from gitbaseline.signing import sshsig

    seen = []
    monkeypatch.setattr(chain.record, "check", lambda view: seen.append(view) or ())
    grown.judge(grown.record())
    monkeypatch.undo()
    view = replace(seen[0], before=None)
    assert isinstance(view, View)
    assert list(trust.check(view, grown.state.root, sshsig.verify)) == []
    assert list(trust._losses(view, grown.state.root, sshsig.verify, b"", "x")) == []
    rules = {one.rule for one in record.check(view)}
    assert not {rule for rule in rules if rule.startswith("trailer/")}
