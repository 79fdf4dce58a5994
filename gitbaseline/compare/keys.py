"""Naming metrics and fields: exactly, by shell pattern, and with the nearest one when misspelt.

A key is first taken as it stands, so that one with brackets in it can be named at all.

>>> fits("latency[0]", ["latency[0]"]), fits("c16.ttft", ["c*.ttft"])
(True, True)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from gitbaseline.errors import InputError

_SHOWN = 6  # names that an error lists


def fits(key: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is the key or matches it."""
    return any(key == pattern or fnmatchcase(key, pattern) for pattern in patterns)


def require_known(
    patterns: Iterable[str], known: Collection[str], *, option: str, what: str
) -> None:
    """Raise InputError, with the nearest, for a pattern that fits nothing known.

    What names nothing would silently do nothing: a tolerance not widened, a field not allowed.
    """
    for pattern in patterns:
        if not any(fits(key, (pattern,)) for key in known):
            from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits

            near = get_close_matches(pattern, sorted(known), n=1, cutoff=0.3)
            shown = ", ".join(sorted(known)[:_SHOWN]) or "none"
            more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
            raise InputError(
                f"no {what} {pattern!r}; there {'is' if len(known) < 2 else 'are'} {shown}{more}",
                code="key/unknown",
                where=option,
                hint=f"did you mean {near[0]}?" if near else None,
            )
