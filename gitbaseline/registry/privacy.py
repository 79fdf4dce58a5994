"""What must not be public must not enter: the source is searched before anything is written.

A finding is a refusal that names file, line, kind and the way out, never the secret. ``redact``
stores a copy without it; an allowed fingerprint lets that one through and is written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source
from gitbaseline.registry.compose import Stored
from gitbaseline.secrets.finding import Finding
from gitbaseline.secrets.redact import redact as without
from gitbaseline.secrets.scan import scan

_SHOWN = 5


def stored(
    source: Source, *, texts: Mapping[str, str | None], redact: bool, allowed: Sequence[str]
) -> Stored:
    """Return the source as it may be stored; InputError where a secret would become public.

    ``texts`` are words of the person's own, by the option that gave them; they are searched too
    and never rewritten.
    """
    words = [(name, text.encode()) for name, text in texts.items() if text]
    found = scan([(file.path, file.data) for file in source.files])
    in_words = scan(words)
    let_through = {f.fingerprint for f in (*found, *in_words)} & set(allowed)
    left = [finding for finding in found if finding.fingerprint not in let_through]
    left_words = [finding for finding in in_words if finding.fingerprint not in let_through]
    if left_words or (left and not redact):
        raise _refusal(source, [*left_words, *left])
    return Stored(
        source=source,
        files={file.path: without(file.path, file.data, left) for file in source.files},
        redacted=tuple({finding.member or finding.kind for finding in left}),
        allowed_secrets=tuple(let_through),
    )


def plain_url(url: str) -> str:
    """Return a remote's URL without user, password, query and fragment.

    >>> plain_url("https://bob:token@example.org/a.git?x=1")
    'https://example.org/a.git'
    """
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url  # a path, or git's user@host:path, whose user is no secret
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _refusal(source: Source, findings: Sequence[Finding]) -> InputError:
    folder = f"{source.name}/" if source.kind == "directory" else ""
    shown = "; ".join(
        f"{folder}{f.path} line {f.line}: {f.kind} (fingerprint {f.fingerprint})"
        for f in findings[:_SHOWN]
    )
    more = f"; and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
    return InputError(
        f"would make private data public for ever: {shown}{more}",
        code="secret/found",
        where=source.name,
        hint="--redact stores a copy without it; --allow-secret FINGERPRINT lets one through",
    )
