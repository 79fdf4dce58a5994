"""``record --lever-met`` and ``--lever-refuted``: the entry decides a lever that another named."""

from __future__ import annotations

from typing import Any

from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError
from gitbaseline.model.closing import Outcome, to_extra
from gitbaseline.model.codec import JSON
from gitbaseline.model.text import normal
from gitbaseline.registry.frontier import closing
from gitbaseline.registry.resolve import resolve


def closes(workspace: Workspace, options: dict[str, Any], family: str) -> dict[str, JSON]:
    """Return the field of ``extra`` that says it; InputError where the options do not fit."""
    met, refuted, why = options["lever_met"], options["lever_refuted"], options["why"]
    if (met is None) == (refuted is None):
        raise InputError(
            "expected one of --lever-met and --lever-refuted, got "
            + ("both" if met else "only --why"),
            code="lever/options",
            where="--lever-refuted" if met else "--why",
            hint="an entry decides at most one lever",
        )
    if refuted is not None and not (why and why.strip()):
        raise InputError(
            "a lever is refuted with a reason",
            code="lever/why",
            where="--lever-refuted",
            hint='--why "..."',
        )
    reader = workspace.reader
    word = closing(
        reader,
        met or refuted,
        lambda text: resolve(reader, text, workspace.code).entry,
        family=family,
        outcome=Outcome.MET if refuted is None else Outcome.REFUTED,
        why=normal(why) if why else None,
    )
    named = reader.entry(word.entry).baseline.next_lever
    if named and named.lever == options["next_lever"]:
        raise InputError(
            f"{named.lever!r} is decided by this entry and named as the next one",
            code="lever/again",
            where="--next-lever",
            hint="name another lever, or leave it open",
        )
    return to_extra(word)
