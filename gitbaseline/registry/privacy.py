"""What must not be public must not enter: the source is searched before anything is written.

A finding is a refusal that names file, line, kind and the way out, never the secret. ``redact``
stores a copy without it; an allowed fingerprint lets that one through and is written down. What
stays on disk is stored as it is: it is searched all the same, and never redacted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Source
from gitbaseline.model.baseline import SourceKind
from gitbaseline.registry.compose import Content, Stored, digest_of, size_of, standing_for
from gitbaseline.secrets.finding import Finding
from gitbaseline.secrets.redact import redact as without
from gitbaseline.secrets.scan import scan

if TYPE_CHECKING:
    from gitbaseline.registry.large import Large

_SHOWN = 5


def stored(
    source: Source | Large,
    *,
    texts: Mapping[str, str | None],
    redact: bool,
    allowed: Sequence[str],
) -> Stored:
    """Return the source as it may be stored; InputError where a secret would become public.

    ``texts`` are words of the person's own, by the option that gave them; they are searched too
    and never rewritten.
    """
    words = [(name, text.encode()) for name, text in texts.items() if text]
    if not isinstance(source, Source):
        return _on_disk(source, scan(words), allowed)
    found = scan([(file.path, file.data) for file in source.files])
    in_words = scan(words)
    let_through = {f.fingerprint for f in (*found, *in_words)} & set(allowed)
    left = [finding for finding in found if finding.fingerprint not in let_through]
    left_words = [finding for finding in in_words if finding.fingerprint not in let_through]
    if left_words or (left and not redact):
        raise _refusal(source, [*left_words, *left])
    return Stored(
        name=source.name,
        kind=SourceKind(source.kind),
        source_sha256=digest_of(source),
        source_bytes=sum(len(file.data) for file in source.files),
        files={file.path: without(file.path, file.data, left) for file in source.files},
        redacted=tuple({finding.member or finding.kind for finding in left}),
        allowed_secrets=tuple(let_through),
    )


def _on_disk(source: Large, in_words: Sequence[Finding], allowed: Sequence[str]) -> Stored:
    from gitbaseline.registry.large import looked_through  # noqa: PLC0415 - few are that large

    files, found = looked_through(source)
    let_through = {f.fingerprint for f in (*found, *in_words)} & set(allowed)
    left = [finding for finding in (*in_words, *found) if finding.fingerprint not in let_through]
    if left:
        raise _refusal(source, left)
    content: dict[str, Content] = {**files}
    return Stored(
        name=source.name,
        kind=source.kind,
        source_sha256=standing_for(source.kind, content),
        source_bytes=sum(map(size_of, content.values())),
        files=content,
        allowed_secrets=tuple(let_through),
    )


def without_private(source: Source) -> tuple[Source, tuple[Finding, ...]]:
    """Return a copy that may be shown to anybody, and what was taken out of it."""
    found = scan([(file.path, file.data) for file in source.files])
    files = tuple(replace(file, data=without(file.path, file.data, found)) for file in source.files)
    return replace(source, files=files), found


def _refusal(source: Source | Large, findings: Sequence[Finding]) -> InputError:
    folder = f"{source.name}/" if source.kind == "directory" else ""
    shown = "; ".join(
        f"{folder}{f.path} line {f.line}: {f.kind} (fingerprint {f.fingerprint})"
        for f in findings[:_SHOWN]
    )
    more = f"; and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
    without_it = (
        "--redact stores a copy without it"
        if isinstance(source, Source)
        else "give a copy without it, since --redact does not reach a source of this size"
    )
    return InputError(
        f"would make private data public for ever: {shown}{more}",
        code="secret/found",
        where=source.name,
        hint=f"{without_it}; --allow-secret FINGERPRINT lets one through",
    )
