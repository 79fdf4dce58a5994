"""What this user's cache remembers of a registry: the last verified tip, and each remote's tip.

Bound to the commit's SHA-256, the pins and the version of the rules; its loss costs time only.
The remote's mark is an alarm: a tip that does not extend it means that history was taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, CodecError, decode, encode
from gitbaseline.model.manifest import sha256
from gitbaseline.model.names import Oid, is_oid
from gitbaseline.model.shape import Fields, ShapeError
from gitbaseline.policy.chain import RULES_VERSION
from gitbaseline.registry.verify import Known
from gitbaseline.whole_file import replacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered. ``remotes`` maps a remote's URL to the last tip seen there."""

    verified: Known | None = None
    pins: tuple[str, ...] = ()
    remotes: Mapping[str, Oid] = field(default_factory=dict)

    def known(self, pins: Sequence[str]) -> Known | None:
        """Return the verified commit if it was verified under the same pins."""
        return self.verified if self.pins == tuple(sorted(pins)) else None

    def with_verified(self, known: Known, pins: Sequence[str]) -> Memory:
        """Return the memory after a verification."""
        return replace(self, verified=known, pins=tuple(sorted(pins)))

    def with_remote(self, url: str, tip: Oid) -> Memory:
        """Return the memory after a remote's tip was seen and found to extend the last."""
        return replace(self, remotes={**self.remotes, url: tip})


def place(folder: Path, remote: str) -> Path:
    """Return the file that remembers the registry of a remote, by its URL.

    By the remote, not by the registry: another registry in its place must raise the alarm too.
    """
    return folder / f"{sha256(remote.encode())}.json"


def load(path: Path) -> Memory:
    """Return what a file remembers; nothing where it is absent, damaged or of other rules."""
    try:
        f = Fields(decode(path.read_bytes()), "")
        if f.count("rules") != RULES_VERSION:
            return Memory()
        verified = f.maybe("verified", lambda key: _known(f.part(key)))
        pins = f.lines("pins")
        remotes = f.table("remotes", _oid)
        f.close()
    except (OSError, CodecError, ShapeError):
        return Memory()
    return Memory(verified=verified, pins=pins, remotes=remotes)


def save(path: Path, memory: Memory) -> None:
    """Write the memory; a cache that cannot be written is no reason to fail."""
    known = memory.verified
    data = encode(
        {
            "pins": list(memory.pins),
            "remotes": dict(memory.remotes),
            "rules": RULES_VERSION,
            "verified": {"commit": known.commit, "raw_sha256": known.raw_sha256} if known else None,
        }
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as fresh:
            fresh.write_bytes(data)
    except OSError:
        return


def _known(f: Fields) -> Known:
    known = Known(
        commit=Oid(f.matching("commit", "a commit id", is_oid)), raw_sha256=f.line("raw_sha256")
    )
    f.close()
    return known


def _oid(value: JSON, where: str) -> Oid:
    if not isinstance(value, str) or not is_oid(value):
        raise ShapeError(f"{where}: expected a commit id")
    return Oid(value)
