"""Names on the branch: family, measurement, slug, snapshot paths, object ids.

A name is lower case only, so no two differ by case alone on any file system. The writer's own
continuation of a full measurement is ``<measurement>.2``, ``.3``, ...; a person may not ask for
such a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import total_ordering
from typing import NewType

from gitbaseline.frozen import dataclass
from gitbaseline.model.text import fault_in_line
from gitbaseline.pattern import pattern

Oid = NewType("Oid", str)
Slug = NewType("Slug", str)

ENTRY_LIMIT = 4096  # entries a measurement holds before it goes on under the next name
PATH_DEPTH = 32

_NAME = pattern(r"[a-z0-9][a-z0-9._-]{0,63}")
_ENDING = pattern(r"\.(?:lock|[0-9]+)?\Z")
_PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in range(10))
_DEVICES = {"con", "prn", "aux", "nul", *_PORTS}
_CONTINUED = pattern(r"(.+)\.([2-9]|[1-9][0-9]{1,5})")
_SLUG = pattern(r"([0-9]{8}T[0-9]{6}Z)(?:-([2-9]|[1-9][0-9]{1,5}))?")
_UTC = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
_OID = pattern(r"[0-9a-f]{40}")
_EXTENSION = pattern(r"[a-z0-9-]{1,16}")
_NOT_IN_COMPONENT = pattern(r'[\\:*?"<>|/]')
_GIT_OWN = pattern(r"\.git|gi[^.]{0,4}~[0-9]")  # the second: Windows' short names for such
_UNSEEN = pattern("[\u200c\u200d\u206a-\u206f\ufeff]")  # HFS+ compares names without these


def is_oid(text: str) -> bool:
    """Whether ``text`` is one full lower-case SHA-1 object id."""
    return _OID.fullmatch(text) is not None


def name_fault(name: str) -> str | None:
    """Say why ``name`` cannot be a family or a measurement, or None.

    >>> name_fault("NCCL")
    "only a-z, 0-9, '.', '_' and '-' may occur, at most 64, the first a letter or digit"
    """
    if not _NAME.fullmatch(name):
        return "only a-z, 0-9, '.', '_' and '-' may occur, at most 64, the first a letter or digit"
    ending = _ENDING.search(name) if "." in name else None
    if ending:
        return f"may not end in {ending.group()!r}"
    if name.partition(".")[0] in _DEVICES:
        return "is a device name on Windows"
    if name == "readme.md":
        return "is the name of a file on the branch"
    return None


def suggest(name: str) -> str | None:
    """Return the nearest name that is allowed, or None where nothing is left of it.

    >>> suggest("Llama 3.1/8B")
    'llama_3.1_8b'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9._-]+", "_", plain).strip("._-")[:64]
    plain = _ENDING.sub(
        lambda match: "_" + match.group()[1:] if match.group() != "." else "", plain
    )
    if plain and name_fault(plain) is not None:
        plain = f"{plain}_"[:64]
    return plain if plain and name_fault(plain) is None else None


def split_measurement(name: str) -> tuple[str, int] | None:
    """Return (base name, ordinal) of a measurement as it stands in a path, or None if malformed.

    >>> split_measurement("nccl"), split_measurement("nccl.2"), split_measurement("nccl.02")
    (('nccl', 1), ('nccl', 2), None)
    """
    if name_fault(name) is None:
        return name, 1
    match = _CONTINUED.fullmatch(name)
    if match and name_fault(match.group(1)) is None:
        return match.group(1), int(match.group(2))
    return None


def is_series(text: str) -> bool:
    """Whether ``text`` is ``<family>/<measurement>`` as a path spells it."""
    family, _, measurement = text.partition("/")
    return name_fault(family) is None and split_measurement(measurement) is not None


def continued(base: str, ordinal: int) -> str:
    """Return the measurement's name for its n-th stretch of entries."""
    return base if ordinal == 1 else f"{base}.{ordinal}"


@total_ordering
@dataclass(frozen=True, slots=True)
class SlugKey:
    """A slug's place in time: its time as the slug spells it, then its suffix (1 without one)."""

    time: str
    suffix: int

    def __lt__(self, other: SlugKey) -> bool:
        return (self.time, self.suffix) < (other.time, other.suffix)

    def __str__(self) -> str:
        return self.time if self.suffix == 1 else f"{self.time}-{self.suffix}"


def parse_slug(text: str) -> SlugKey | None:
    """Return the slug's parts, or None unless it is spelled rightly and names a real second."""
    match = _SLUG.fullmatch(text)
    if not match:
        return None
    if utc_fault(_spread(match.group(1))) is not None:
        return None
    return SlugKey(match.group(1), int(match.group(2) or 1))


def utc_of_slug(key: SlugKey) -> str:
    """Return the slug's time as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return _spread(key.time)


def slug_time(utc: str) -> str:
    """Return ``YYYYMMDDTHHMMSSZ`` for ``YYYY-MM-DDTHH:MM:SSZ``."""
    return utc.replace("-", "").replace(":", "")


def utc_fault(text: str) -> str | None:
    """Say why ``text`` is not a UTC second as the registry spells it, or None."""
    if not _UTC.fullmatch(text):
        return "expected YYYY-MM-DDTHH:MM:SSZ"
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        return str(error)
    return None


def utc_begin(text: str) -> str:
    """Return the first second of a day ``YYYY-MM-DD``; any other text as it is.

    >>> utc_begin("2026-05-20")
    '2026-05-20T00:00:00Z'
    """
    return f"{text}T00:00:00Z" if len(text) == 10 else text


def utc_from_epoch(seconds: int) -> str:
    """Return the UTC second of a Unix time in the registry's spelling."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_from_utc(text: str) -> int:
    """Return the Unix time of a UTC second in the registry's spelling."""
    return int(datetime.fromisoformat(text).timestamp())


def extension(name: str) -> str:
    """Return what follows ``source-snapshot.`` for a source file of this name.

    >>> extension("run.LOG"), extension("noext"), extension("a.lfs")
    ('log', 'bin', 'bin')
    """
    stem, dot, suffix = name.rpartition(".")
    suffix = suffix.lower()
    if dot and stem and _EXTENSION.fullmatch(suffix) and suffix != "lfs":
        return suffix
    return "bin"


def path_fault(path: str) -> str | None:
    """Say why a relative, ``/``-separated path may not lie in a snapshot folder, or None."""
    components = path.split("/")
    if len(components) > PATH_DEPTH:
        return f"deeper than {PATH_DEPTH} folders"
    for component in components:
        fault = _component_fault(component)
        if fault:
            return fault
    return None


def _component_fault(component: str) -> str | None:
    fault = fault_in_line(component)
    if fault:
        return fault
    if component in ("", ".", ".."):
        return f"component {component!r}"
    match = _NOT_IN_COMPONENT.search(component)
    if match:
        return f"character {match.group()!r} in {component!r}"
    if component[-1] in ". ":
        return f"{component!r} ends in a dot or a space"
    if _GIT_OWN.match(fold(component)):
        return f"{component!r} could be taken for git's own"
    if len(component.encode()) > 255:
        return "component longer than 255 bytes"
    return None


def fold(component: str) -> str:
    """Return the form under which two names are the same on a case-insensitive file system."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", component).casefold())


def twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what a case-insensitive file system takes for an earlier file or folder, and that one.

    >>> list(twins(["a/b", "A/c", "a/B"]))
    [('A', 'a'), ('a/B', 'a/b')]
    """
    seen: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            spelled = "/".join(parts[:depth])
            other = seen.setdefault(fold(spelled), spelled)
            if other != spelled:
                yield spelled, other


def _spread(compact: str) -> str:
    date, time = compact[:8], compact[9:15]
    return f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"
