"""Why a run is no baseline, in one wording for every tool: failed, cut off, behind a prefix."""

from __future__ import annotations

from shlex import quote

from gitbaseline.errors import InputError


def failed(
    where: str, what: str, hint: str = "run it again", *, code: str = "run/failed"
) -> InputError:
    """Return the error for a run that its tool calls failed; ``what`` is the tool's own words."""
    return InputError(
        f"the run failed: {what}",
        code=code,
        where=where,
        hint=f"a failed run is no baseline; {hint}",
    )


def cut_off(where: str, what: str, *, code: str) -> InputError:
    """Return the error for an output that ends before its run did; ``where`` it began."""
    return InputError(
        what,
        code=code,
        where=where,
        hint="give the whole output of a run that ended by itself",
    )


def behind(name: str, line: int, prefix: str, *, code: str) -> InputError:
    """Return the error for an output behind a prefix of no known launcher."""
    return InputError(
        f"each line stands behind a prefix of no known launcher, here {prefix!r}",
        code=code,
        where=f"{name}:{line}",
        hint=f"take it off: cut -c{len(prefix) + 1}- {quote(name)}",
    )
