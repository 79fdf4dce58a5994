from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from gitbaseline.model import root
from gitbaseline.model.codec import CodecError, encode
from gitbaseline.model.root import Limits, ListedKey, Role, Root, Succeeds
from gitbaseline.model.shape import ShapeError


def public_key(kind="ssh-ed25519", rest=b"\0\0\0\x20" + b"k" * 32):
    blob = len(kind).to_bytes(4, "big") + kind.encode() + rest
    return f"{kind} {base64.b64encode(blob).decode()}"


ONE, TWO = public_key(), public_key(rest=b"\0\0\0\x20" + b"q" * 32)
ALICE = ListedKey(principal="alice@example.org", public_key=ONE, roles=root.ALL_ROLES)
BOB = ListedKey(
    principal="bob",
    public_key=TWO,
    roles=(Role.RECORD, Role.RETRACT),
    families=("llama", "nccl"),
    added=2,
    retired=3,
    compromised_since="ab" * 20,
)
FIRST = Root(
    registry_id="0123456789abcdef" * 2,
    version=1,
    previous=None,
    keys={root.fingerprint(ONE): ALICE},
)
LATER = Root(
    registry_id=FIRST.registry_id,
    version=3,
    previous="cd" * 32,
    keys={root.fingerprint(TWO): BOB, root.fingerprint(ONE): ALICE},
    limits=Limits(file_bytes=1, entry_bytes=2, baseline_bytes=3, entry_files=4),
    succeeds=Succeeds(registry_id="ef" * 16, tip="12" * 20, reason="a leaked secret"),
)


@pytest.mark.parametrize("state", [FIRST, LATER])
def test_reading_undoes_writing(state):
    data = root.to_bytes(state)
    assert root.from_bytes(data) == state
    assert root.to_bytes(root.from_bytes(data)) == data


def test_the_first_state_is_spelled(datadir):
    assert root.to_bytes(FIRST) == (datadir / "root.json").read_bytes()
    assert root.allowed_signers(FIRST) == (datadir / "allowed_signers").read_bytes()


def test_signers_are_listed_by_fingerprint_whether_live_or_not():
    lines = root.allowed_signers(LATER).decode().splitlines()
    assert lines == [
        f'{LATER.keys[name].principal} namespaces="git" {LATER.keys[name].public_key}'
        for name in sorted(LATER.keys)
    ]


def test_a_live_key_is_neither_retired_nor_compromised():
    assert [
        replace(ALICE, **change).live
        for change in ({}, {"retired": 2}, {"compromised_since": "ab" * 20})
    ] == [True, False, False]


@pytest.mark.parametrize(
    ("role", "family", "may"),
    [
        (Role.RECORD, "llama", True),
        (Role.RECORD, "other", False),
        (Role.RECORD, None, True),
        (Role.ACCEPT, "llama", False),
        (Role.ROOT, None, False),
    ],
)
def test_what_a_key_may_sign(role, family, may):
    assert BOB.may(role, family) is may
    assert ALICE.may(role, family) is True


def changed(path, value):
    plain = json.loads(root.to_bytes(LATER))
    where = plain
    for step in path[:-1]:
        where = where[step]
    if value is ...:
        del where[path[-1]]
    else:
        where[path[-1]] = value
    return encode(plain)


K1, K2 = root.fingerprint(ONE), root.fingerprint(TWO)
LIST = "single lines of text, sorted, each once, got something else"
FAULTS = [
    (["format"], "git-baseline/registry/2", "format: expected git-baseline/registry/1, got 'git-baseline/registry/2'"),
    (["registry_id"], "A" * 32, "registry_id: expected 32 hex digits, got '" + "A" * 32 + "'"),
    (["version"], 0, "version: expected a whole number from 1, got 0"),
    (["version"], 1, "previous: expected null in version 1 and only there"),
    (["previous"], None, "previous: expected null in version 1 and only there"),
    (["previous"], "x", "previous: expected 64 hex digits, got 'x'"),
    (["extra"], 1, "extra: unknown key"),
    (["limits"], ..., "limits: missing"),
    (["limits", "file_bytes"], 0, "limits.file_bytes: expected a whole number from 1, got 0"),
    (["limits", "other"], 1, "limits.other: unknown key"),
    (["succeeds"], {}, "succeeds.registry_id: missing"),
    (["succeeds", "tip"], "x", "succeeds.tip: expected a full commit id, got 'x'"),
    (["succeeds", "registry_id"], "x", "succeeds.registry_id: expected 32 hex digits, got 'x'"),
    (["succeeds", "reason"], "", "succeeds.reason: expected one line of text, got none"),
    (["succeeds", "x"], 1, "succeeds.x: unknown key"),
    (["keys"], {}, "keys: expected a live key with the role root, got none"),
    (["keys", K1, "roles"], ["record"], "keys: expected a live key with the role root, got none"),
    (["keys", K1, "retired"], 2, "keys: expected a live key with the role root, got none"),
    (["keys", K1, "principal"], "a b", f"keys['{K1}'].principal: expected a principal, got 'a b'"),
    (["keys", K1, "public_key"], TWO, f"keys['{K1}'].public_key: has another fingerprint"),
    (["keys", K1, "public_key"], "ssh-ed25519 \u00e9", "public_key: expected 'type base64'"),
    (["keys", K1, "roles"], [], f"keys['{K1}'].roles: expected some of accept, collect, record, retract, root, got none"),
    (["keys", K1, "roles"], ["owner"], f"keys['{K1}'].roles: expected some of accept, collect, record, retract, root, got owner"),
    (["keys", K1, "roles"], ["root", "record"], f"keys['{K1}'].roles: expected {LIST}"),
    (["keys", K2, "families"], ["A"], f"keys['{K2}'].families: expected family names, got A"),
    (["keys", K2, "added"], 0, f"keys['{K2}'].added: expected a whole number from 1, got 0"),
    (["keys", K2, "retired"], 0, f"keys['{K2}'].retired: expected a whole number from 1, got 0"),
    (["keys", K2, "compromised_since"], "ab", f"keys['{K2}'].compromised_since: expected a full commit id, got 'ab'"),
    (["keys", K2, "expires"], 1, f"keys['{K2}'].expires: unknown key"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), FAULTS)
def test_what_is_misspelt_is_told_with_its_place(path, value, message):
    with pytest.raises(ShapeError) as caught:
        root.from_bytes(changed(path, value))
    assert str(caught.value) == message


def test_another_spelling_is_refused():
    with pytest.raises(CodecError):
        root.from_bytes(root.to_bytes(FIRST).replace(b"  ", b"\t"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"openpgp {'AB' * 20}", f"openpgp:{'AB' * 20}"),
        (f"x509 {'0F' * 20}", f"x509:{'0F' * 20}"),
        (f"openpgp {'ab' * 20}", None),
        ("openpgp ABC", None),
        ("x509", None),
    ],
)
def test_a_key_of_another_kind_is_named_by_its_own_fingerprint(text, name):
    if name:
        assert root.fingerprint(text) == name
        return
    with pytest.raises(ShapeError) as caught:
        root.fingerprint(text)
    kind = text.split()[0]
    assert str(caught.value) == f"public_key: expected '{kind} FINGERPRINT' in upper-case hex"


@pytest.mark.parametrize(
    "text",
    ["", "ssh-ed25519", "ssh-ed25519 ", ONE + "=", ONE + " comment", ONE.replace("ssh", "\u00e9sh"),
     "ssh-rsa " + ONE.split()[1], ONE + "\n", "ssh-ed25519 A", "ssh-ed25519  " + ONE.split()[1],
     public_key(rest=b"k")[:-1] + "B"],
)  # fmt: skip
def test_a_misspelt_public_key_has_no_fingerprint(text):
    with pytest.raises(ShapeError) as caught:
        root.fingerprint(text)
    assert str(caught.value).startswith("public_key: expected 'type base64'")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("alice@example.org", None),
        ("A.b_c+d-e", None),
        ("a" * 128, None),
        ("", "expected letters, digits and '._+@-', at most 128"),
        ("a" * 129, "expected letters, digits and '._+@-', at most 128"),
        ("*", "expected letters, digits and '._+@-', at most 128"),
        ("!a", "expected letters, digits and '._+@-', at most 128"),
        ("a,b", "expected letters, digits and '._+@-', at most 128"),
        ('"a"', "expected letters, digits and '._+@-', at most 128"),
        ("a b", "expected letters, digits and '._+@-', at most 128"),
        ("\u00e9", "expected letters, digits and '._+@-', at most 128"),
    ],
)
def test_a_principal_needs_no_quoting_for_openssh(text, fault):
    assert root.principal_fault(text) == fault
