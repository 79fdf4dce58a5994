"""Signatures of other kinds: what a program's status lines are taken to say."""

from __future__ import annotations

import pytest

from gitbaseline.errors import Unable
from gitbaseline.model.signature import BadSignature, SignatureKind, SignedBy, kind_of_armor
from gitbaseline.registry.verifier import external, verifier
from gitbaseline.transport.external import External, spell

FIRST, SECOND = "AB" * 20, "CD" * 20


@pytest.fixture
def program(tmp_path):
    """Return an External of a script that prints these lines and ends with this code."""

    def make(kind, out="", err="", code=0):
        script = tmp_path / "program"
        script.write_text(
            f"#!/bin/sh\ncat >/dev/null\nprintf '%s' '{out}'\nprintf '%s' '{err}' >&2\nexit {code}\n"
        )
        script.chmod(0o755)
        return External(kind=kind, program=str(script), environment={"PATH": "/usr/bin:/bin"})

    return make


GOOD = f"[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG {FIRST[-16:]} bob\n"


def test_openpgp_names_the_primary_key(program):
    out = GOOD + f"[GNUPG:] VALIDSIG {SECOND} 2026-01-01 1 0 4 0 22 8 00 {FIRST}\n"
    found = program(SignatureKind.OPENPGP, out).verify(b"payload", b"armor")
    assert found == SignedBy(fingerprint=f"openpgp:{FIRST}", key_type="openpgp")


def test_x509_names_the_certificate(program):
    out = GOOD + f"[GNUPG:] VALIDSIG {FIRST.lower()} 2026-01-01 1\n"
    found = program(SignatureKind.X509, out).verify(b"payload", b"armor")
    assert found == SignedBy(fingerprint=f"x509:{FIRST}", key_type="x509")


@pytest.mark.parametrize(
    ("out", "code", "rule"),
    [
        ("", 0, "signature/mismatch"),
        (GOOD, 1, "signature/mismatch"),
        (GOOD + GOOD, 0, "signature/mismatch"),
        (GOOD + "[GNUPG:] EXPKEYSIG 1 bob\n", 0, "signature/mismatch"),
        (GOOD + "[GNUPG:] REVKEYSIG 1 bob\n", 0, "signature/mismatch"),
        (f"gpg: Good signature\n[GNUPG:] BADSIG {FIRST} bob\n", 0, "signature/mismatch"),
        (f"note: [GNUPG:] GOODSIG {FIRST} bob\n", 0, "signature/mismatch"),
        (GOOD, 0, "signature/program"),
    ],
)
def test_what_is_not_good_is_bad(program, out, code, rule):
    found = program(SignatureKind.OPENPGP, out, code=code).verify(b"payload", b"armor")
    assert isinstance(found, BadSignature)
    assert found.rule == rule


def test_a_program_that_is_not_there(tmp_path):
    gone = External(kind=SignatureKind.X509, program=str(tmp_path / "gone"), environment={})
    found = gone.verify(b"payload", b"armor")
    assert isinstance(found, BadSignature)
    assert found.rule == "signature/program"
    with pytest.raises(Unable) as caught:
        gone.sign(b"payload", "bob")
    assert caught.value.code == "key/program"


def test_signing_demands_the_status_line(program):
    made = program(SignatureKind.OPENPGP, "ARMOR\n", "[GNUPG:] SIG_CREATED D 22\n")
    assert made.sign(b"payload", "bob") == b"ARMOR\n"
    for bad in (
        program(SignatureKind.OPENPGP, "ARMOR\n", "signed, believe me\n"),
        program(SignatureKind.OPENPGP, "ARMOR\n", "[GNUPG:] SIG_CREATED D\n", code=2),
        program(SignatureKind.OPENPGP),
    ):
        with pytest.raises(Unable) as caught:
            bad.sign(b"payload", "bob")
        assert caught.value.where == "bob"


def test_the_key_that_a_person_names(program):
    listed = f"sec:u:255:22:AA:1:::u:::scESC:::+::ed25519:::0:\nfpr:::::::::{FIRST}:\n"
    assert program(SignatureKind.OPENPGP, listed).fingerprint("bob") == f"openpgp:{FIRST}"
    assert program(SignatureKind.OPENPGP, listed, code=2).fingerprint("bob") is None
    assert program(SignatureKind.OPENPGP).fingerprint("bob") is None


def test_which_program(tmp_path):
    pgp, x509 = SignatureKind.OPENPGP, SignatureKind.X509
    assert external(pgp, {}, {}).program == "gpg"
    assert external(x509, {"gpg.program": "other"}, {}).program == "gpgsm"
    assert external(pgp, {"gpg.program": "other"}, {}).program == "other"
    named = {"gpg.program": "other", "gpg.openpgp.program": "own", "gpg.x509.program": "sm"}
    assert external(pgp, named, {}).program == "own"
    assert external(x509, named, {}).program == "sm"


def test_each_armour_goes_to_its_judge(program):
    out = GOOD + f"[GNUPG:] VALIDSIG {SECOND} 1 {FIRST}\n"
    judge = verifier({"gpg.program": program(SignatureKind.OPENPGP, out).program}, {"PATH": "/bin"})
    pgp = b"-----BEGIN PGP SIGNATURE-----\nx\n"
    assert kind_of_armor(pgp) is SignatureKind.OPENPGP
    assert judge(b"payload", pgp) == SignedBy(fingerprint=f"openpgp:{FIRST}", key_type="openpgp")
    for ssh in (b"-----BEGIN SSH SIGNATURE-----\nx\n", b"junk"):
        found = judge(b"payload", ssh)
        assert isinstance(found, BadSignature)
        assert found.rule == "signature/armor"


def test_spelled_in_capitals():
    assert spell(SignatureKind.X509, "ab" * 20) == "x509:" + "AB" * 20
