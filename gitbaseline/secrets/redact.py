"""Take findings out of a file: a private member goes, a secret is masked.

Rules:

- A gzip file is unpacked, UTF-16 narrowed, and packed again if anything had to go.
- JSON stays JSON: with a member goes one of its commas. All other bytes stay as they were.
- A mask can cut a run of characters so that the rest looks like another secret; that is masked
  too. What the result still shows is only what the caller left in.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitbaseline.pattern import pattern
from gitbaseline.secrets.finding import Finding
from gitbaseline.secrets.packed import packed, unpacked
from gitbaseline.secrets.scan import scan

_MASK = b"[redacted]"
_BETWEEN = pattern(rb"\s*,\s*")
_BEHIND = pattern(rb"\s*,")
_BEFORE = pattern(rb",\s*$")


def redact(path: str, data: bytes, findings: Iterable[Finding]) -> bytes:
    """Return the file without the given findings, which ``scan`` made of these bytes."""
    content = unpacked(data)
    if content is None or content is data:  # too much to search, or not packed
        return _redacted(path, data, findings)
    without = _redacted(path, content, findings)
    return data if without == content else packed(without, data)


def _redacted(path: str, data: bytes, findings: Iterable[Finding]) -> bytes:
    wanted = [finding for finding in findings if finding.path == path]
    if not wanted:
        return data
    spans = {finding.span for finding in wanted}
    left = [finding for finding in scan([(path, data)]) if finding.span not in spans]
    allowed = {finding.fingerprint for finding in left}
    members = {finding.member for finding in left if finding.member}
    while wanted:  # ends: each round leaves fewer bytes that are not a mask
        data = _cut(data, wanted)
        wanted = [
            finding
            for finding in scan([(path, data)])
            if finding.fingerprint not in allowed and finding.member not in members
        ]
    return data


def _cut(data: bytes, findings: Iterable[Finding]) -> bytes:
    out: list[bytes] = []
    done = 0
    for start, end, mask in _merged(data, findings):
        if not mask:
            start, end = _with_comma(data, start, end)  # noqa: PLW2901 - the cut grows
        out += [data[done:start], mask]
        done = end
    return b"".join((*out, data[done:]))


def _merged(data: bytes, findings: Iterable[Finding]) -> list[tuple[int, int, bytes]]:
    """Return what to cut, in order and apart: overlaps and neighbouring members are one cut."""
    cuts: list[tuple[int, int, bytes]] = []
    for finding in sorted(findings, key=lambda f: (f.span[0], -f.span[1])):
        start, end = finding.span
        mask = b"" if finding.member else _MASK
        before, until, last = cuts[-1] if cuts else (0, -1, _MASK)
        if start < until:
            if end > until:
                cuts[-1] = (before, end, _MASK)
        elif not mask and not last and _BETWEEN.fullmatch(data, until, start):
            cuts[-1] = (before, end, b"")
        else:
            cuts.append((start, end, mask))
    return cuts


def _with_comma(data: bytes, start: int, end: int) -> tuple[int, int]:
    behind = _BEHIND.match(data, end)
    if behind:
        return start, behind.end()
    before = _BEFORE.search(data, max(0, start - 256), start)
    return (before.start() if before else start), end
