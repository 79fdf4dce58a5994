"""``root.json``: who may sign what, from one position on the branch to the next.

Version 1 stands in the genesis; version n+1 in a trust commit signed by a root key of version n.
``registry_id`` never changes; ``previous`` is the SHA-256 of the last ``root.json``.
``allowed_signers`` is derived from it for stock git, and proves listing, not standing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, decode, encode
from gitbaseline.model.names import is_oid, name_fault
from gitbaseline.model.shape import Fields, ShapeError
from gitbaseline.model.signature import Fingerprint, SignatureKind, kind_of_key
from gitbaseline.pattern import pattern

FORMAT = "git-baseline/registry/1"
OTHER_KINDS = (SignatureKind.OPENPGP, SignatureKind.X509)

_ID = pattern(r"[0-9a-f]{32}")
_PRINCIPAL = pattern(r"[A-Za-z0-9._+@-]{1,128}")
_SHA256 = pattern(r"[0-9a-f]{64}")
_HEX = pattern(r"[0-9A-F]{40,64}")


class Role(StrEnum):
    """What a key may sign."""

    ACCEPT = "accept"
    COLLECT = "collect"
    RECORD = "record"
    RETRACT = "retract"
    ROOT = "root"


ALL_ROLES = tuple(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what may enter, in bytes and counts; read from object headers before contents."""

    file_bytes: int = 64 * 1024 * 1024
    entry_bytes: int = 256 * 1024 * 1024
    baseline_bytes: int = 8 * 1024 * 1024
    entry_files: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """One key that the registry knows.

    ``added`` and ``retired`` are versions of ``root.json``, ``retired`` and
    ``compromised_since`` (a commit id) null while the key is live. ``families`` is None for all.
    """

    principal: str
    public_key: str
    roles: tuple[Role, ...]
    families: tuple[str, ...] | None = None
    added: int = 1
    retired: int | None = None
    compromised_since: str | None = None

    @property
    def live(self) -> bool:
        """Whether the key may still sign."""
        return self.retired is None and self.compromised_since is None

    def may(self, role: Role, family: str | None) -> bool:
        """Whether the key has the role, for this family where one is concerned."""
        allowed = self.families is None or family is None or family in self.families
        return role in self.roles and allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeds:
    """The registry that this one goes on from, where that one's history had to end."""

    registry_id: str
    tip: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One version of the trust state."""

    registry_id: str
    version: int
    previous: str | None
    keys: Mapping[Fingerprint, ListedKey]
    limits: Limits = field(default_factory=Limits)
    succeeds: Succeeds | None = None


def principal_fault(text: str) -> str | None:
    """Say why ``text`` cannot name a signer, or None."""
    if _PRINCIPAL.fullmatch(text):
        return None
    return "expected letters, digits and '._+@-', at most 128"


def fingerprint(public_key: str) -> Fingerprint:
    """Return a key's name: ``SHA256:...`` of ``type base64``, ``openpgp:HEX`` of ``openpgp HEX``.

    Raises ShapeError where it is malformed.
    """
    kind, _, encoded = public_key.partition(" ")
    if kind in OTHER_KINDS:
        if not _HEX.fullmatch(encoded):
            raise ShapeError(f"public_key: expected '{kind} FINGERPRINT' in upper-case hex")
        return Fingerprint(f"{kind}:{encoded}")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:  # binascii.Error, or not ASCII
        raise ShapeError("public_key: expected 'type base64'") from None
    prefix = len(kind).to_bytes(4, "big") + kind.encode()
    if not blob.startswith(prefix) or base64.b64encode(blob).decode() != encoded:
        raise ShapeError("public_key: expected 'type base64' with the same type inside")
    return Fingerprint(
        "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    )


def allowed_signers(root: Root) -> bytes:
    """Return the SSH keys ever listed, in the form of OpenSSH's allowed signers file."""
    lines = (
        f'{key.principal} namespaces="git" {key.public_key}\n'
        for name, key in sorted(root.keys.items())
        if kind_of_key(name) is SignatureKind.SSH
    )
    return "".join(lines).encode()


def to_bytes(root: Root) -> bytes:
    """Return ``root.json``."""
    limits, succeeds = root.limits, root.succeeds
    return encode(
        {
            "format": FORMAT,
            "keys": {fp: _key_plain(key) for fp, key in root.keys.items()},
            "limits": {name: getattr(limits, name) for name in Limits.__slots__},
            "previous": root.previous,
            "registry_id": root.registry_id,
            "succeeds": {
                "reason": succeeds.reason,
                "registry_id": succeeds.registry_id,
                "tip": succeeds.tip,
            }
            if succeeds
            else None,
            "version": root.version,
        }
    )


def from_bytes(data: bytes) -> Root:
    """Read ``root.json``; raise CodecError or ShapeError with the place."""
    f = Fields(decode(data), "")
    f.matching("format", FORMAT, lambda text: text == FORMAT)
    root = Root(
        registry_id=f.matching("registry_id", "32 hex digits", _matches(_ID)),
        version=f.count("version", least=1),
        previous=f.maybe("previous", lambda k: f.matching(k, "64 hex digits", _matches(_SHA256))),
        keys={Fingerprint(fp): key for fp, key in f.table("keys", _key_from).items()},
        limits=_limits(f.part("limits")),
        succeeds=f.maybe("succeeds", lambda key: _succeeds(f.part(key))),
    )
    f.close()
    if (root.version == 1) != (root.previous is None):
        raise ShapeError("previous: expected null in version 1 and only there")
    for name, key in root.keys.items():
        if fingerprint(key.public_key) != name:
            raise ShapeError(f"keys[{name!r}].public_key: has another fingerprint")
    if not any(key.live and Role.ROOT in key.roles for key in root.keys.values()):
        raise ShapeError("keys: expected a live key with the role root, got none")
    return root


def _key_plain(key: ListedKey) -> dict[str, JSON]:
    return {
        "added": key.added,
        "compromised_since": key.compromised_since,
        "families": list(key.families) if key.families is not None else None,
        "principal": key.principal,
        "public_key": key.public_key,
        "retired": key.retired,
        "roles": list(key.roles),
    }


def _key_from(value: JSON, where: str) -> ListedKey:
    f = Fields(value, where)
    key = ListedKey(
        principal=f.matching("principal", "a principal", lambda t: principal_fault(t) is None),
        public_key=f.line("public_key"),
        roles=_roles(f),
        families=f.maybe("families", lambda k: _families(f, k)),
        added=f.count("added", least=1),
        retired=f.maybe("retired", lambda k: f.count(k, least=1)),
        compromised_since=f.maybe(
            "compromised_since", lambda k: f.matching(k, "a full commit id", is_oid)
        ),
    )
    f.close()
    return key


def _roles(f: Fields) -> tuple[Role, ...]:
    names = f.lines("roles")
    known = {str(role) for role in Role}
    if not names or not known.issuperset(names):
        raise f.fault("roles", f"some of {', '.join(Role)}", ", ".join(names) or "none")
    return tuple(Role(name) for name in names)


def _families(f: Fields, key: str) -> tuple[str, ...]:
    names = f.lines(key)
    if any(name_fault(name) for name in names):
        raise f.fault(key, "family names", ", ".join(names))
    return names


def _limits(f: Fields) -> Limits:
    limits = Limits(**{name: f.count(name, least=1) for name in Limits.__slots__})
    f.close()
    return limits


def _succeeds(f: Fields) -> Succeeds:
    value = Succeeds(
        registry_id=f.matching("registry_id", "32 hex digits", _matches(_ID)),
        tip=f.matching("tip", "a full commit id", is_oid),
        reason=f.line("reason"),
    )
    f.close()
    return value


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None
