"""What the last build of a site knew, so that the next one makes only what changed.

It lies in the user's cache, not in the site: whoever can write the site must not be able to tell
the next build who signed what. Its loss costs time only. A file of the site counts as it was left
where its size and time are those that the build saw.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.manifest import sha256
from gitbaseline.site.signatures import Signed
from gitbaseline.whole_file import replacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a measurement: what it was made of, what the common pages need, its files."""

    key: str
    told: dict[str, JSON]
    files: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """``files`` maps a file's name to (key of its content, size, time in ns).

    ``parts`` are by ``family/measurement/number``; ``maker`` is what made all that: the program and
    the rules it judged by.
    """

    maker: str = ""
    tip: str | None = None
    signed: Mapping[str, Signed] = field(default_factory=dict)
    files: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)

    def holds(self, out: Path, name: str, key: str) -> bool:
        """Whether a file lies in a site as the last build left it, and says the same."""
        known = self.files.get(name)
        return known is not None and known[0] == key and stat(f"{out}/{name}") == known[1:]


def place(cache: Path, out: Path) -> Path:
    """Return the file that remembers the site in a folder."""
    return cache / "sites" / f"{sha256(str(out.resolve()).encode())}.json"


def load(path: Path, maker: str) -> Memory:
    """Return what is remembered, nothing where that is absent, damaged or of another maker."""
    try:
        found = json.loads(path.read_bytes())
        if found["maker"] != maker:
            return Memory()
        return Memory(
            maker=maker,
            tip=found["tip"],
            signed={name: _signed(*one) for name, one in found["signed"].items()},
            files={name: (str(k), int(s), int(t)) for name, (k, s, t) in found["files"].items()},
            parts={
                name: Part(key=str(k), told=dict(t), files=list(f))
                for name, (k, t, f) in found["parts"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def save(path: Path, memory: Memory) -> None:
    """Write the memory; a cache that cannot be written is no reason to fail."""
    plain = {
        "maker": memory.maker,
        "tip": memory.tip,
        "signed": {
            name: (one.commit, one.fingerprint, one.principal, one.fault)
            for name, one in memory.signed.items()
        },
        "files": memory.files,
        "parts": {name: (one.key, one.told, one.files) for name, one in memory.parts.items()},
    }
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as fresh:
            fresh.write_text(json.dumps(plain, separators=(",", ":")))


def stat(path: str) -> tuple[int, int] | None:
    """Return size and time of a file, None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - ten thousand of them
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def digest(parts: Sequence[str]) -> str:
    """Return the key of what several texts say."""
    return sha256("\0".join(parts).encode())  # of which none holds that


def _signed(
    commit: str, fingerprint: str | None, principal: str | None, fault: str | None
) -> Signed:
    return Signed(commit=commit, fingerprint=fingerprint, principal=principal, fault=fault)
