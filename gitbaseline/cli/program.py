"""The program after ``--``, for verbs that take other words before it.

Click drops the two dashes and hands all words over in one; these verbs must know which were before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from gitbaseline.errors import InputError


class WithProgram(click.Command):
    """A command whose parameter ``program`` holds the words after the first ``--``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Part the words; nothing after the dashes is an option of ours."""
        at = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args[:at])
        ctx.params["program"] = tuple(args[at + 1 :])
        return left

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line."""
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND...]"]


def require_program(options: Mapping[str, Any]) -> None:
    """Raise InputError where ``--confirm`` and the command after ``--`` do not come together."""
    if options["confirm"] == bool(options["program"]):
        return
    said = "the command to measure with stands after --, got none"
    if options["program"]:
        said = "a command after -- means nothing without --confirm"
    raise InputError(
        said,
        code="confirm/command",
        where="--confirm",
        hint="git baseline diff REF CURRENT --confirm -- COMMAND",
    )
