"""Which words of a ``diff`` are the baseline's reference, and which the current side."""

from __future__ import annotations

import os
from typing import Any

from gitbaseline.errors import InputError
from gitbaseline.formats.numbers import decimal


def sides(options: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the baseline's reference and the current side, however they were given."""
    words = [word for word in (options["reference"], options["current"]) if word is not None]
    reference, current = options["baseline_option"], options["current_option"]
    if len(words) > (reference, current).count(None):
        raise InputError(
            "expected one baseline and one current side, got a third",
            code="diff/sides",
            where=words[-1],
            hint="git baseline diff --baseline REF --current PATH",
        )
    if reference is None and words and (len(words) == 2 or current or not is_source(words[0])):
        reference = words.pop(0)
    return reference, current or (words.pop() if words else None)


def require_unnamed(options: dict[str, Any], reference: str | None, *, is_held: bool) -> None:
    """Raise InputError where a reference or an entry names the series, and -f or -m too."""
    if not (options["family"] or options["measurement"]) or (is_held and reference is None):
        return
    raise InputError(
        "says of what series a file or a number is; here the reference says it",
        code="diff/series",
        where="--measurement" if options["measurement"] else "--family",
        hint="git baseline diff FAMILY/MEASUREMENT",
    )


def is_source(text: str | None) -> bool:
    """Whether a word is a file, a folder, standard input or a number, and no reference."""
    return text is not None and (text == "-" or is_number(text) or os.path.exists(text))


def is_number(text: str) -> bool:
    """Whether a word is a number, and no file that is called so."""
    return decimal(text) is not None and not os.path.exists(text)


def is_bare(reference: str) -> bool:
    """Whether a reference names a measurement, and no entry of it."""
    return not ("@" in reference or "~" in reference or reference.count("/") > 1)
