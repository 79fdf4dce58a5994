"""The ``allowed_signers`` file of a registry, which stock git and ``ssh-keygen`` read.

What it does not do: it gives no standing. It lists every key that ever was in the registry,
undated; ``root.json`` says who may sign what, and the rules regenerate this file from it.

- One line a key: ``<principal> namespaces="git" <type> <base64>``, sorted by fingerprint.
- A principal is ``[A-Za-z0-9._+@-]+``: no pattern, no list, no quotes.
- No comment, no other option, no blank line, no key twice: ``ssh-keygen`` skips what it
  does not understand without a word and takes the first line that fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gitbaseline.signing.keys import PublicKey, parse_public_key
from gitbaseline.signing.wire import Refused

_PRINCIPAL = r"[A-Za-z0-9._+@-]+"
_LINE = re.compile(rf'({_PRINCIPAL}) namespaces="git" ([a-z0-9-]+ [A-Za-z0-9+/=]+)')


class AllowedSignersError(ValueError):
    """The file is not what ``render`` writes. The text names the line."""


def render(keys: Iterable[tuple[str, PublicKey]]) -> bytes:
    """Return the file for these principals and keys; raise AllowedSignersError if none can be."""
    lines: dict[str, str] = {}
    for principal, key in keys:
        if not re.fullmatch(_PRINCIPAL, principal):
            raise AllowedSignersError(
                f"principal {principal!a}: expected letters, digits and . _ + @ -"
            )
        if key.fingerprint in lines:
            raise AllowedSignersError(f"the key {key.fingerprint} occurs twice")
        lines[key.fingerprint] = f'{principal} namespaces="git" {key.openssh}\n'
    return "".join(lines[fingerprint] for fingerprint in sorted(lines)).encode()


def parse(data: bytes) -> tuple[tuple[str, PublicKey], ...]:
    """Read back what ``render`` wrote; raise AllowedSignersError at the first other line."""
    *lines, rest = data.split(b"\n")
    keys: list[tuple[str, PublicKey]] = []
    for number, line in enumerate(lines, 1):
        principal, key = _entry(number, line)
        if keys and keys[-1][1].fingerprint >= key.fingerprint:
            raise _at(number, "not in the order of fingerprints, or a key that was there before")
        keys.append((principal, key))
    if rest:
        raise _at(len(lines) + 1, "expected a newline at its end")
    return tuple(keys)


def _entry(number: int, line: bytes) -> tuple[str, PublicKey]:
    match = _LINE.fullmatch(line.decode("ascii", "replace"))
    if match is None:
        raise _at(
            number, f'expected <principal> namespaces="git" <type> <base64>, got {line[:60]!a}'
        )
    try:
        return match[1], parse_public_key(match[2])
    except Refused as refused:
        raise _at(number, str(refused)) from None


def _at(number: int, what: str) -> AllowedSignersError:
    return AllowedSignersError(f"allowed_signers line {number}: {what}")
