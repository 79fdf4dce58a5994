"""Signatures of other kinds than SSH, through the program that git itself would run.

gpg for OpenPGP, gpgsm (or gitsign, smimesign) for X.509: signing demands ``SIG_CREATED``, verifying
reads the status lines and nothing else, as git does; text meant for people can be forged. The
program and its keyring are the machine's own; that the key may sign is said by ``root.json``.
One spelling does not bind such signatures: the program is the judge.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.signature import BadSignature, Fingerprint, SignatureKind, SignedBy
from gitbaseline.pattern import pattern

_STATUS = pattern(rb"^\[GNUPG:\] ([A-Z_]+)(?: (.*))?$", re.MULTILINE)
_AGAINST = {"BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY"}
_FINGERPRINT = pattern(r"[0-9A-Fa-f]{40,64}")
_TIMEOUT = 120.0  # seconds; a pinentry may be waiting for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """One program with the environment that it runs in."""

    kind: SignatureKind
    program: str
    environment: Mapping[str, str]

    def verify(self, payload: bytes, armor: bytes) -> SignedBy | BadSignature:
        """Say which key made the signature, by the program's status lines."""
        with tempfile.NamedTemporaryFile(prefix="git-baseline-", suffix=".sig") as file:
            file.write(armor)
            file.flush()
            try:
                done = self._run(["--status-fd=1", "--verify", file.name, "-"], payload)
            except Unable as error:
                return BadSignature(rule="signature/program", detail=error.message)
        words = _status(done.stdout)
        against = [word for word, _ in words if word in _AGAINST]
        good = [rest for word, rest in words if word == "GOODSIG"]
        if against or len(good) != 1 or done.returncode != 0:
            detail = f"{self.program} says {', '.join(against) or 'no good signature'}"
            return BadSignature(rule="signature/mismatch", detail=detail)
        valid = [rest.split() for word, rest in words if word == "VALIDSIG"]
        name = (
            (valid[0][-1] if self.kind is SignatureKind.OPENPGP else valid[0][0]) if valid else ""
        )
        name = name or good[0].split(" ")[0]
        if not _FINGERPRINT.fullmatch(name):
            detail = f"{self.program} names no full fingerprint"
            return BadSignature(rule="signature/program", detail=detail)
        return SignedBy(fingerprint=spell(self.kind, name), key_type=str(self.kind))

    def sign(self, payload: bytes, key: str) -> bytes:
        """Return the armoured signature by a key of the user's; raise Unable where none is made."""
        done = self._run(["--status-fd=2", "-bsau", key], payload)
        created = any(word == "SIG_CREATED" for word, _ in _status(done.stderr))
        if done.returncode != 0 or not created:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Unable(
                f"{self.program} did not sign: {said[-1] if said else 'no message'}",
                code="key/program",
                where=key,
            )
        return done.stdout.replace(b"\r\n", b"\n")

    def fingerprint(self, key: str) -> Fingerprint | None:
        """Return the full fingerprint of a secret key that the user names, or None."""
        done = self._run(["--with-colons", "--list-secret-keys", "--", key], b"")
        lines = done.stdout.decode(errors="replace").splitlines()
        names = [line.split(":")[9] for line in lines if line.startswith("fpr:")]
        return spell(self.kind, names[0]) if done.returncode == 0 and names else None

    def _run(self, arguments: list[str], give: bytes) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                [self.program, *arguments],
                env={**self.environment, "LC_ALL": "C"},
                input=give,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unable(f"{self.program} cannot be run: {error}", code="key/program") from None


def spell(kind: SignatureKind, fingerprint: str) -> Fingerprint:
    """Return the name by which ``root.json`` lists such a key.

    >>> spell(SignatureKind.OPENPGP, "ab" * 20)
    'openpgp:ABABABABABABABABABABABABABABABABABABABAB'
    """
    return Fingerprint(f"{kind}:{fingerprint.upper()}")


def _status(output: bytes) -> list[tuple[str, str]]:
    return [
        (match[1].decode(), (match[2] or b"").decode(errors="replace"))
        for match in _STATUS.finditer(output)
    ]
