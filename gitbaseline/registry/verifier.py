"""The one function that checks a signature of any kind, made of the parts that check one each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gitbaseline.model.signature import (
    BadSignature,
    SignatureKind,
    SignedBy,
    Verify,
    kind_of_armor,
)

if TYPE_CHECKING:
    from gitbaseline.transport.external import External

PROGRAMS = {SignatureKind.OPENPGP: "gpg", SignatureKind.X509: "gpgsm"}


def external(
    kind: SignatureKind, config: Mapping[str, str], environment: Mapping[str, str]
) -> External:
    """Return the program that git is configured to use for a kind of signature."""
    from gitbaseline.transport.external import External  # noqa: PLC0415 - most keys are SSH's

    named = config.get(f"gpg.{kind}.program")
    if named is None and kind is SignatureKind.OPENPGP:
        named = config.get("gpg.program")
    return External(kind=kind, program=named or PROGRAMS[kind], environment=environment)


def verifier(config: Mapping[str, str], environment: Mapping[str, str]) -> Verify:
    """Return the check. ``config`` names programs; it must be the verifier's own, never pushed."""

    def verify(payload: bytes, armor: bytes) -> SignedBy | BadSignature:
        from gitbaseline.signing import sshsig  # noqa: PLC0415 - who only reads checks none

        kind = kind_of_armor(armor)
        if kind is None or kind is SignatureKind.SSH:
            return sshsig.verify(payload, armor)
        return external(kind, config, environment).verify(payload, armor)

    return verify
