"""Rows 48 to 58: who may sign what, from one position to the next."""

from __future__ import annotations

from dataclasses import replace

from corpus import base
from corpus.base import (
    ALICE,
    BOB,
    CAROL,
    FRANK,
    MALLORY,
    adding,
    commits,
    trusting,
)
from corpus.case import Server, add, case
from gitbaseline.model import root as roots
from gitbaseline.model.root import ALL_ROLES, Role, Succeeds

EMPTY = Server(branch=False, mark=False)
FRANK_IN = adding((FRANK, "frank@example.org", (Role.RECORD,), None))
NEXT = ".registry/000004"
FRANKS_LINE = f'frank@example.org namespaces="git" {FRANK.public_key.openssh}\n'.encode()


def name(signer):
    """Return a key's fingerprint."""
    return signer.public_key.fingerprint


def rewritten(edit):
    """Return the content stage that changes ``root.json``, what follows from it made again."""

    def stage(content):
        (path,) = (p for p in content if p.endswith("/root.json"))
        root = edit(roots.from_bytes(content[path]))
        signers = path.replace("root.json", "allowed_signers")
        return content | {path: roots.to_bytes(root), signers: roots.allowed_signers(root)}

    return stage


def key(signer, **changes):
    """Return the edit of a root that changes one listed key."""
    return lambda root: replace(
        root, keys=root.keys | {name(signer): replace(root.keys[name(signer)], **changes)}
    )


def bad_root(case_name, edit, rule, row="57"):
    """Add a case: Alice states a next trust state that must not follow this one."""

    def make(forge):
        return forge.put(trusting(forge, FRANK_IN), ALICE, content=rewritten(edit))

    add(case_name, make, row=row, rule=rule)


def without(signer):
    """Return the edit that drops a key."""
    return lambda root: replace(
        root, keys={n: k for n, k in root.keys.items() if n != name(signer)}
    )


def first_version(root):
    """Return version 1 as it was, to come back as the newest."""
    forge, _ = base.made()
    path = ".registry/000001/root.json"
    return roots.from_bytes(forge.pile.read(forge.trees.find(forge.state().tree, path).oid))


ELSEWHERE = Succeeds(registry_id="0ddba11f" * 4, tip="0" * 40, reason="none")
bad_root("trust_rolled_back", first_version, "trust/version")
bad_root("trust_version_skipped", lambda r: replace(r, version=5), "trust/version")
bad_root("trust_version_again", lambda r: replace(r, version=3), "trust/version")
bad_root("trust_previous_wrong", lambda r: replace(r, previous="0" * 64), "trust/previous")
bad_root("trust_registry_changed", lambda r: replace(r, registry_id="0d" * 16), "trust/registry")
bad_root("trust_succeeds_changed", lambda r: replace(r, succeeds=ELSEWHERE), "trust/registry")
bad_root("trust_key_dropped", without(BOB), "trust/key")
bad_root("trust_retired_key_dropped", without(CAROL), "trust/key")
bad_root("trust_principal_changed", key(BOB, principal="alice@example.org"), "trust/key")
bad_root("trust_roles_widened", key(BOB, roles=ALL_ROLES), "trust/key")
bad_root("trust_families_widened", key(BOB, families=None), "trust/key")
bad_root("trust_added_changed", key(BOB, added=4), "trust/key")
bad_root("trust_new_key_backdated", key(FRANK, added=1), "trust/key")
bad_root("trust_new_key_retired", key(FRANK, retired=4), "trust/key")
bad_root("trust_key_unretired", key(CAROL, retired=None), "trust/retired", row="49")
bad_root("trust_retired_earlier", key(CAROL, retired=2), "trust/retired", row="49")
bad_root("trust_retired_in_the_past", key(BOB, retired=3), "trust/retired", row="49")
bad_root("trust_without_a_root_key", key(ALICE, retired=4), "trust/unreadable")
bad_root("trust_principal_a_pattern", key(FRANK, principal="*"), "trust/unreadable", row="54")
bad_root(
    "trust_key_under_a_wrong_name",
    key(FRANK, public_key=MALLORY.public_key.openssh),
    "trust/unreadable",
)
bad_root(
    "trust_compromised_since_elsewhere",
    key(BOB, compromised_since="0" * 40),
    "trust/compromised",
    row="49",
)
bad_root(
    "trust_compromised_but_nothing_distrusted",
    key(BOB, compromised_since=commits()[1]),
    "trust/distrusted",
    row="49",
)


def bad_file(case_name, file, change, rule, row):
    """Add a case: one file of the next trust state is not what ``root.json`` makes it."""

    def make(forge):
        path = f"{NEXT}/{file}"
        return forge.put(
            trusting(forge, FRANK_IN), ALICE, content=lambda c: c | {path: change(c[path])}
        )

    add(case_name, make, row=row, rule=rule)


def signers(case_name, change, row):
    """Add a case about ``allowed_signers``."""
    bad_file(
        f"allowed_signers_{case_name}", "allowed_signers", change, "trust/allowed-signers", row
    )


signers("with_one_more_key", lambda b: b + b"m " + MALLORY.public_key.openssh.encode(), "51")
signers("with_a_line_twice", lambda b: b + FRANKS_LINE, "51")
signers("in_another_order", lambda b: b"".join(sorted(b.splitlines(True))[::-1]), "51")
signers("with_another_namespace", lambda b: b.replace(b'"git"', b'"file"', 1), "51")
signers("with_a_malformed_line", lambda b: b"nonsense\n" + b, "52")
signers("with_a_comment", lambda b: b"# by hand\n" + b, "52")
signers(
    "with_a_local_time", lambda b: b.replace(b"namespaces", b'valid-before="20300101",n', 1), "53"
)
signers("with_a_star", lambda b: b.replace(b"frank@example.org", b"*"), "54")
signers(
    "with_a_certificate_authority", lambda b: b.replace(b" names", b" cert-authority,names"), "55"
)
signers("empty", lambda _: b"", "50")
bad_file(
    "distrusted_without_a_reason",
    "distrusted",
    lambda _: b"llama/step_time/x\n",
    "trust/distrusted",
    "50",
)
bad_file("distrusted_is_binary", "distrusted", lambda _: b"\xff\0\xff", "trust/unreadable", "50")
bad_file(
    "root_in_another_spelling",
    "root.json",
    lambda b: b.replace(b"\n", b"\r\n"),
    "trust/unreadable",
    "71",
)
bad_file("root_is_empty", "root.json", lambda _: b"", "trust/unreadable", "71")


@case(row="50", rule="trust/unreadable")
def trust_state_without_distrusted(forge):
    return forge.put(
        trusting(forge, FRANK_IN),
        ALICE,
        files=lambda f: (
            f | {f"{NEXT}/distrusted": b""}
            and {p: d for p, d in f.items() if not p.endswith("distrusted")}
        ),
    )


@case(row="57", rule="trust/unreadable")
def trust_folder_skipped(forge):
    return forge.put(
        trusting(forge, FRANK_IN),
        ALICE,
        files=lambda f: {p.replace("000004", "000005"): d for p, d in f.items()},
    )


@case(row="66", rule="path/unexpected")
def trust_state_with_one_more_file(forge):
    more = {f"{NEXT}/note.txt": b"hello\n"}
    return forge.put(trusting(forge, FRANK_IN), ALICE, files=lambda f: f | more)
