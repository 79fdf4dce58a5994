"""Why a run is no baseline, in one wording for every tool: it failed, or its output is cut off."""

from __future__ import annotations

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
