"""The formats there are, and which of them a source is.

To add a format: one module with NAME, SUMMARY, sniff and read, one line in ``_SPECIFIC``, one
test folder.

Rules:

- Content decides. A specific format beats the generic readers; of several specific ones none
  is guessed, and the person is told why each claims the source.
- ``--format NAME`` skips detection, never the reader's own checks.
"""

from __future__ import annotations

from difflib import get_close_matches

from gitbaseline.errors import InputError
from gitbaseline.formats import json_numbers, nccl_tests
from gitbaseline.formats.base import Format, Options, Reading, Source
from gitbaseline.formats.directory import Directory
from gitbaseline.formats.settle import settle


def detect(source: Source) -> Format:
    """Return the one format of the source; InputError lists the candidates, or all formats."""
    claims = _claims(source)
    if len(claims) == 1:
        return claims[0][0]
    if claims:
        raise InputError(
            "could be of several formats: "
            + "; ".join(f"{form.NAME} ({why})" for form, why in claims),
            code="format/several",
            where=source.name,
            hint=f"say which: --format {claims[0][0].NAME}",
        )
    known = ", ".join(form.NAME for form in FORMATS)
    raise InputError(
        f"of no known format (known: {known})" + _oddity(source),
        code="format/none",
        where=source.name,
        hint="say which with --format NAME, or give the number itself: --value 12.5 --unit ms",
    )


def by_name(name: str) -> Format:
    """Return the format of this name; InputError gives the nearest one."""
    for form in FORMATS:
        if name == form.NAME:
            return form
    names = [form.NAME for form in FORMATS]
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    raise InputError(
        f"no format {name!r}; there is {', '.join(names)}",
        code="format/unknown",
        hint=f"did you mean --format {near[0]}?" if near else None,
    )


def read(source: Source, options: Options, name: str | None = None) -> Reading:
    """Return the reading of a source as the person wants it, by detection or by name."""
    form = by_name(name) if name else detect(source)
    if name and source.kind == "directory" and form.NAME != Directory.NAME:
        return settle(Directory(lambda _: form).read(source, options), options)
    return settle(form.read(source, options), options)


def _find(source: Source) -> Format | None:
    """Return a file's format, or None where no format claims it."""
    return detect(source) if _claims(source) else None


def _claims(source: Source) -> list[tuple[Format, str]]:
    for forms in (_SPECIFIC, _GENERIC):
        claims = [(form, why) for form in forms if (why := form.sniff(source))]
        if claims:
            return claims
    return []


def _oddity(source: Source) -> str:
    data = source.files[0].data if source.files else b""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "; it is UTF-16 text, save it as UTF-8"
    if not any(file.data for file in source.files):
        return "; it is empty"
    return ""


_SPECIFIC: tuple[Format, ...] = (nccl_tests,)
_GENERIC: tuple[Format, ...] = (json_numbers, Directory(_find))
FORMATS = (*_SPECIFIC, *_GENERIC)
