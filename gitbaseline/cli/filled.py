"""An empty text is no value: mostly a variable that nobody set, which is told and not guessed.

What may be left out is left out; ``--team "$TEAM"`` without a TEAM is neither a team nor none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gitbaseline.errors import InputError

_COMMANDLINE = click.core.ParameterSource.COMMANDLINE


class _Path(click.Path):
    """A path of an option. Once it is one, no text and a dot look the same."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "" and param:
            raise _empty(param)
        return super().convert(value, param, ctx)


PATH = _Path(path_type=Path)


def require_filled(command: click.Command) -> None:
    """Let a verb, and those below it, refuse an empty text, but for a program's own words."""
    for parameter in command.params:
        if parameter.type is not click.UNPROCESSED:
            parameter.callback = _filled
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            require_filled(inner)


def _filled(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    values = value if isinstance(value, tuple) else (value,)
    if "" in values and context.get_parameter_source(str(parameter.name)) is _COMMANDLINE:
        raise _empty(parameter)
    return value


def _empty(parameter: click.Parameter) -> InputError:
    if isinstance(parameter, click.Argument):
        name = parameter.human_readable_name
    else:
        name = max(parameter.opts, key=len)
    without = "" if parameter.required else f"leave {name} out, or "
    return InputError(
        "is empty; expected a value",
        code="option/empty",
        where=name,
        hint=f"{without}set the variable that it comes from",
    )
