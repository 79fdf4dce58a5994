"""Find what must not be public in the files of a record.

Three pairs of eyes: private JSON members, secrets known by look or name, and detect-secrets.

Rules:

- Every file is read as Latin-1, so binary files are scanned too and offsets are byte offsets.
- A gzip file and UTF-16 with its mark are scanned by their content; a gzip file that unpacks to too
  much is a finding itself. Other compressed content is not looked into, nor UTF-16 in pieces
  (``stream``).
- Nested findings are all reported: to allow the outer one does not allow the inner.
- No Finding holds a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from gitbaseline.secrets import engine, private, tokens
from gitbaseline.secrets.finding import Finding, fingerprint
from gitbaseline.secrets.packed import LIMIT, unpacked

_UNSEARCHED = f"packed content beyond {LIMIT // 2**20} MiB, not searched"


def scan(files: Sequence[tuple[str, bytes]]) -> tuple[Finding, ...]:
    """Return every finding in (path, content) pairs, in the order of files and places."""
    return tuple(finding for path, data in files for finding in _scan(path, data))


@lru_cache(maxsize=1)  # a diff asks of one file what may be read and what may be kept of it
def _scan(path: str, file: bytes) -> tuple[Finding, ...]:
    data = unpacked(file)
    if data is not None:
        return tuple(scan_content(path, data))
    unsearched = Finding(
        path=path,
        line=1,
        kind=_UNSEARCHED,
        fingerprint=fingerprint(_UNSEARCHED, file),
        span=(0, len(file)),
    )
    return (unsearched,)


def scan_content(path: str, data: bytes) -> Iterator[Finding]:
    """Yield every finding of some content, which is not unpacked, in order of place."""
    text = data.decode("latin-1")
    line, counted = 1, 0
    for start, end, kind, value, member in sorted(_found(text), key=lambda f: (f[0], -f[1], f[2])):
        line += text.count("\n", counted, start)
        counted = start
        yield Finding(
            path=path,
            line=line,
            kind=kind,
            fingerprint=fingerprint(kind, data[value:end]),
            member=member,
            span=(start, end),
        )


def _found(text: str) -> Iterator[tuple[int, int, str, int, str | None]]:
    """Yield start, end, kind, start of the value and the member's name if it is one."""
    for name, (start, end), value in private.find(text):
        yield start, end, f"private field {name}", value, name
    lowered = text.lower()
    seen: set[tuple[int, int]] = set()
    for find in (tokens.find, engine.find):
        for kind, start, end in find(text, lowered):
            if (start, end) not in seen:
                seen.add((start, end))
                yield start, end, kind, start, None
