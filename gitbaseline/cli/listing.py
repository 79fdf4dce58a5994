"""A group of verbs about one list, which it shows where it is not told what else to do."""

from __future__ import annotations

import click


class ListingGroup(click.Group):
    """Without a verb, ``list``: ``keys --json`` is ``keys list --json``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb where none is said; -h and completion see the group as it is."""
        said = args[0] if args else "-"
        if said.startswith("-") and said not in ctx.help_option_names:
            args = args if ctx.resilient_parsing else ["list", *args]
        return super().parse_args(ctx, args)
