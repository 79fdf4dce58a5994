from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model import commit
from gitbaseline.model.commit import Commit, CommitFault, Person, parse, payload, seal
from gitbaseline.model.text import fault_in_text

TREE, PARENT = "a1" * 20, "b2" * 20
ARMOR = b"-----BEGIN SSH SIGNATURE-----\nU1NI\nU0lH\n-----END SSH SIGNATURE-----\n"
ALICE = Person(name="Alice A.", email="alice@example.org", time=1779271872)
MESSAGE = "record a/b/c\n\nvalue\n"

GOOD = (
    f"tree {TREE}\n"
    f"parent {PARENT}\n"
    "author Alice A. <alice@example.org> 1779271872 +0000\n"
    "committer Alice A. <alice@example.org> 1779271872 +0000\n"
    "gpgsig -----BEGIN SSH SIGNATURE-----\n"
    " U1NI\n"
    " U0lH\n"
    " -----END SSH SIGNATURE-----\n"
    "\n"
    "record a/b/c\n\nvalue\n"
).encode()


def fault_of(raw):
    with pytest.raises(CommitFault) as caught:
        parse(raw)
    return caught.value.rule, str(caught.value)


def test_a_commit_is_spelled_and_read_in_one_way():
    signed = payload(tree=TREE, parent=PARENT, person=ALICE, message=MESSAGE)
    assert seal(signed, ARMOR) == GOOD
    assert parse(GOOD) == Commit(
        tree=TREE,
        parent=PARENT,
        person=ALICE,
        message=MESSAGE,
        armor=ARMOR,
        payload=signed,
        raw=seal(signed, ARMOR),
    )


def test_a_genesis_has_no_parent():
    signed = payload(tree=TREE, parent=None, person=ALICE, message=MESSAGE)
    assert b"parent" not in signed
    assert parse(seal(signed, ARMOR)).parent is None


PEOPLE = st.builds(
    Person,
    name=st.from_regex(
        r"[A-Za-z\u00e0-\u00ff][A-Za-z .,'\u00e0-\u00ff]{0,20}[a-z]", fullmatch=True
    ),
    email=st.from_regex(r"[a-z0-9@.+-]{0,20}", fullmatch=True),
    time=st.integers(10**8, 10**11 - 1),
    zone=st.from_regex(r"[+-](0[0-9]|1[0-4])[0-5][0-9]", fullmatch=True),
)
MESSAGES = st.text(st.characters(exclude_categories=["Cs"])).filter(
    lambda text: "\t" not in text and not fault_in_text(text)
)
ARMORS = st.lists(st.from_regex(r"[A-Za-z0-9 +/=]{0,20}", fullmatch=True), max_size=5).map(
    lambda lines: "\n".join(["-----BEGIN X-----", *lines, ""]).encode()
)


@given(PEOPLE, MESSAGES, ARMORS, st.sampled_from([None, PARENT]))
def test_parse_undoes_seal(person, message, armor, parent):
    signed = payload(tree=TREE, parent=parent, person=person, message=message)
    assert parse(seal(signed, armor)) == Commit(
        tree=TREE,
        parent=parent,
        person=person,
        message=message,
        armor=armor,
        payload=signed,
        raw=seal(signed, armor),
    )


def swap(old, new):
    changed = GOOD.replace(old.encode(), new if isinstance(new, bytes) else new.encode())
    if changed == GOOD:
        raise ValueError(old)
    return changed


HEAD, _, BODY = GOOD.partition(b"\n\n")
AUTHOR = "author Alice A. <alice@example.org> 1779271872 +0000\n"
COMMITTER = AUTHOR.replace("author", "committer")
SIGNATURE = HEAD[HEAD.index(b"gpgsig") :]
REST = HEAD[: HEAD.index(b"gpgsig")]
DATE = "1779271872 +0000"

# The number is the row of the threat table.
TWINS = {
    "4 two parents": (swap("author", f"parent {'c3' * 20}\nauthor"), "commit/parents"),
    "4 one parent twice": (swap("author", f"parent {PARENT}\nauthor"), "commit/parents"),
    "26 gpgsig-sha256": (swap("gpgsig ", "gpgsig-sha256 junk\ngpgsig "), "commit/headers"),
    "26 gpgsig-evil behind": (HEAD + b"\ngpgsig-evil x\n\n" + BODY, "commit/headers"),
    "26 gpgsigX with continuation": (HEAD + b"\ngpgsigX a\n b\n\n" + BODY, "commit/headers"),
    "27 two signatures": (HEAD + b"\n" + SIGNATURE + b"\n\n" + BODY, "commit/headers"),
    "29 text before BEGIN": (swap("gpgsig -", "gpgsig x\n -"), "signature/armor"),
    "38 signature before author": (
        swap(f"{AUTHOR}{COMMITTER}", "").replace(
            b"\n\nrecord", f"\n{AUTHOR}{COMMITTER}\nrecord".encode()
        ),
        "commit/headers",
    ),
    "38 signature first": (SIGNATURE + b"\n" + REST + b"\n" + BODY, "commit/headers"),
    "39 two trees": (swap("parent", f"tree {TREE}\nparent"), "commit/headers"),
    "39 two authors": (swap("committer", f"{AUTHOR}committer"), "commit/headers"),
    "39 two committers": (swap("gpgsig", f"{COMMITTER}gpgsig"), "commit/headers"),
    "39 no tree": (swap(f"tree {TREE}\n", ""), "commit/headers"),
    "39 no committer": (swap(COMMITTER, ""), "commit/headers"),
    "39 parent before tree": (
        swap(f"tree {TREE}\nparent {PARENT}", f"parent {PARENT}\ntree {TREE}"),
        "commit/headers",
    ),
    "40 mergetag": (swap("gpgsig", "mergetag object x\n type commit\ngpgsig"), "commit/headers"),
    "40 encoding": (swap("gpgsig", "encoding latin-1\ngpgsig"), "commit/headers"),
    "40 unknown header": (swap("gpgsig", "x y\ngpgsig"), "commit/headers"),
    "40 header without value": (swap("gpgsig", "x\ngpgsig"), "commit/headers"),
    "40 header not UTF-8": (swap("gpgsig", b"x\xff y\ngpgsig"), "commit/headers"),
    "40 continuation of tree": (swap("\nparent", "\n x\nparent"), "commit/headers"),
    "40 continuation at the start": (b" x\n" + GOOD, "commit/headers"),
    "40 continuation of parent": (swap("\nauthor", "\n x\nauthor"), "commit/headers"),
    "40 continuation of author": (
        swap(f"{AUTHOR}{COMMITTER}", f"{AUTHOR} x\n{COMMITTER} x\n"),
        "commit/identity",
    ),
    "41 NUL in the message": (swap("value", "val\0ue"), "commit/message"),
    "41 escape in the message": (swap("value", "\x1b[31mvalue"), "commit/message"),
    "41 carriage return": (swap("value", "value\r"), "commit/message"),
    "41 tab": (swap("value", "val\tue"), "commit/message"),
    "41 not NFC": (swap("value", "e\u0301"), "commit/message"),
    "41 not UTF-8": (swap("value", b"\xe9"), "commit/message"),
    "41 bidi": (swap("value", "\u202evalue"), "commit/message"),
    "41 too long": (GOOD + b"x" * 65536, "commit/message"),
    "42 name not UTF-8": (swap("Alice A.", b"\xe9lice"), "commit/identity"),
    "42 bidi in the name": (swap("Alice A.", "Alice\u202eA."), "commit/identity"),
    "42 escape in the name": (swap("Alice A.", "\x1b[31mA"), "commit/identity"),
    "42 bidi in the address": (swap("alice@", "alice\u202e@"), "commit/identity"),
    "42 no name": (swap("Alice A.", ""), "commit/identity"),
    "42 a space for a name": (swap("Alice A.", " "), "commit/identity"),
    "42 two addresses": (swap("Alice A.", "Alice <x>"), "commit/identity"),
    "42 space in the address": (swap("alice@", "a lice@"), "commit/identity"),
    "42 committer is another": (
        swap(COMMITTER, COMMITTER.replace("Alice", "Bob")),
        "commit/identity",
    ),
    "42 committed later": (swap(COMMITTER, COMMITTER.replace("872", "873")), "commit/identity"),
    "43 capitals in tree": (swap(TREE, TREE.upper()), "commit/headers"),
    "43 capitals in parent": (swap(PARENT, PARENT.upper()), "commit/headers"),
    "43 short tree": (swap(TREE, TREE[:-1]), "commit/headers"),
    "43 SHA-256 tree": (swap(TREE, TREE + "0" * 24), "commit/headers"),
    "44 negative": (swap(DATE, "-1779271872 +0000"), "commit/identity"),
    "44 padded": (swap(DATE, "01779271872 +0000"), "commit/identity"),
    "44 2**63": (swap(DATE, "9223372036854775808 +0000"), "commit/identity"),
    "44 zone +9999": (swap(DATE, "1779271872 +9999"), "commit/identity"),
    "44 zone +1500": (swap(DATE, "1779271872 +1500"), "commit/identity"),
    "44 zone +0060": (swap(DATE, "1779271872 +0060"), "commit/identity"),
    "44 zone of a name": (swap(DATE, "1779271872 UTC"), "commit/identity"),
    "44 other digits": (swap(DATE, "\u0661779271872 +0000"), "commit/identity"),
    "44 two spaces": (swap("> 1779", ">  1779"), "commit/identity"),
    "45 not signed": (REST + b"\n" + BODY, "signature/missing"),
    "45 empty signature": (REST + b"gpgsig \n\n" + BODY, "signature/armor"),
    "45 no signature": (REST + b"gpgsig\n\n" + BODY, "signature/armor"),
    "no message": (HEAD + b"\n", "commit/headers"),
    "nothing": (b"", "commit/headers"),
    "carriage returns": (GOOD.replace(b"\n", b"\r\n"), "commit/headers"),
    "tab behind a name": (swap(f"tree {TREE}", f"tree\t{TREE}"), "commit/headers"),
}


@pytest.mark.parametrize(("raw", "rule"), TWINS.values(), ids=TWINS)
def test_a_twin_is_refused(raw, rule):
    assert fault_of(raw)[0] == rule


def test_the_reason_says_what_was_expected():
    assert fault_of(swap("author", f"parent {PARENT}\nauthor")) == (
        "commit/parents",
        "expected one parent, got 2",
    )
    assert fault_of(swap("gpgsig", "encoding latin-1\ngpgsig")) == (
        "commit/headers",
        (
            "expected tree, parent, author, committer, gpgsig once each in this order, "
            "got tree, parent, author, committer, encoding, gpgsig"
        ),
    )
    assert fault_of(swap("gpgsig -", "gpgsig  -")) == (
        "signature/armor",
        "the signature does not begin with -----BEGIN",
    )


def test_every_prefix_is_refused_or_a_shorter_message():
    begin = GOOD.index(b"\n\n") + 2
    for length in range(begin):
        assert fault_of(GOOD[:length])[0] in (
            "commit/headers",
            "signature/missing",
            "signature/armor",
        )
    for length in range(begin, len(GOOD)):
        assert parse(GOOD[:length]).message == GOOD[begin:length].decode()


def test_every_changed_byte_is_refused_or_read_as_it_stands():
    for at in range(len(GOOD)):
        for bit in range(8):
            raw = bytearray(GOOD)
            raw[at] ^= 1 << bit
            try:
                read = parse(bytes(raw))
            except CommitFault:
                continue
            assert seal(read.payload, read.armor) == raw
            assert read != parse(GOOD)


def test_what_slips_past_every_other_rule_is_still_one_spelling(monkeypatch):
    monkeypatch.setattr(commit, "_HEADERS", re.compile(b"(?!)"))
    assert fault_of(GOOD) == ("commit/headers", "not the one spelling of these headers")


def test_many_continuation_lines_do_not_take_the_square():
    begun = time.process_time()
    armor = b"-----BEGIN X\n" + b"x\n" * 400_000
    assert parse(seal(parse(GOOD).payload, armor)).armor == armor
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("name", "email", "fault"),
    [
        ("Alice", "a@b", None),
        ("\u00c5sa \u4e2d", "", None),
        ("", "a@b", "expected a name and an address without '<', '>' or a line break"),
        ("A>B", "a@b", "expected a name and an address without '<', '>' or a line break"),
        ("A\nB", "a@b", "expected a name and an address without '<', '>' or a line break"),
        (" Alice", "a@b", "expected a name and an address without '<', '>' or a line break"),
        ("Alice", "a b", "expected a name and an address without '<', '>' or a line break"),
        ("A\x07", "a@b", "control character U+0007"),
        ("A", "a\x07@b", "control character U+0007"),
    ],
)
def test_an_identity_that_cannot_stand_is_told(name, email, fault):
    assert commit.person_fault(name, email) == fault
