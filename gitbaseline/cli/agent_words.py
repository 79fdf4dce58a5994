"""How what an agent says to a verb becomes a command line.

Typed parameters and ``args``, the list that a shell would have, are read by the verb's own parser
and spelled anew, one word an option, so that nothing an agent passes can be taken for another
option, and no shell ever sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from gitbaseline.cli.agent_schema import spelled
from gitbaseline.cli.agent_verbs import Offer
from gitbaseline.cli.program import WithProgram
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.mcp.bounds import within, within_if_there

_COMMANDLINE = click.core.ParameterSource.COMMANDLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where the verbs run, and the folder out of which no path may lead; both resolved."""

    root: Path
    folder: Path


def words(offer: Offer, arguments: Mapping[str, Any], bounds: Bounds) -> list[str]:
    """Return the words of a verb, its own name apart; InputError for what is not offered."""
    said = dict(arguments)
    args = said.pop("args", None)
    if args is not None and said:
        raise InputError(
            f"expected args or other parameters, got both: args and {', '.join(sorted(said))}",
            code="mcp/both",
            where="args",
        )
    context = _read(offer.command, args if args is not None else _typed(offer, said))
    given = [
        parameter
        for parameter in offer.command.params
        if context.get_parameter_source(str(parameter.name)) is _COMMANDLINE
    ]
    _require_offered(offer, given, context)
    options: list[str] = [*offer.always]
    positional: list[str] = []
    for parameter in given:
        name = str(parameter.name)
        if name in offer.moot:
            continue
        values = _values(parameter, context.params[name])
        spelled_values = [_bounded(offer, name, value, bounds) for value in values]
        if isinstance(parameter, click.Argument):
            positional += spelled_values
        else:
            options += [_word(parameter, value) for value in spelled_values]
    names = {str(parameter.name) for parameter in given}
    options += [word for name, word in offer.unless.items() if name not in names]
    # Where two dashes begin a program, words before them cannot begin with a dash: click says so.
    dashes = ["--"] if positional and not isinstance(offer.command, WithProgram) else []
    return [*options, *dashes, *positional]


def _typed(offer: Offer, said: Mapping[str, Any]) -> list[str]:
    """Return typed parameters as words, in the spelling that no value can leave."""
    found: list[str] = []
    last: list[str] = []
    for parameter in offer.command.params:
        value = said.get(spelled(parameter)) if parameter.name in offer.typed else None
        values = value if isinstance(value, list) else [value]
        texts = [str(one) for one in values if one is not None and one is not False]
        if isinstance(parameter, click.Argument):
            last += texts
        else:
            found += [_word(parameter, "" if value is True else text) for text in texts]
    return [*found, *(["--", *last] if last else [])]


def _read(command: click.Command, args: Sequence[str]) -> click.Context:
    try:
        # No help option: it would print.
        return command.make_context(str(command.name), list(args), help_option_names=[])
    except click.ClickException as error:
        raise InputError(error.format_message(), code="usage", where="args") from None


def _require_offered(
    offer: Offer, given: Sequence[click.Parameter], context: click.Context
) -> None:
    if context.params.get("program"):
        raise InputError("an agent may not run a command", code="mcp/refused", where="--")
    for parameter in given:
        name = str(parameter.name)
        if name in (*offer.typed, *offer.positional, *offer.moot):
            continue
        # The tier that it would have anyway may be said.
        if (name, context.params[name]) != ("tier", "draft"):
            why = offer.refused.get(name, "nobody has decided to offer it")
            raise InputError(
                f"not for agents: {why}", code="mcp/refused", where=max(parameter.opts, key=len)
            )


def _values(parameter: click.Parameter, value: Any) -> list[str]:
    if value is True:
        return [""]
    several = parameter.multiple or parameter.nargs == -1
    return [str(one) for one in value] if several else [str(value)]


def _bounded(offer: Offer, name: str, value: str, bounds: Bounds) -> str:
    where = name.removesuffix("_option")
    if "\0" in value or not _is_unicode(value):
        raise InputError(f"cannot be passed on: {ascii(value)[:80]}", code="mcp/text", where=where)
    if name in offer.paths or (name == "context" and "=" not in value):
        return within(value, root=bounds.root, folder=bounds.folder, where=where)
    if name in offer.maybe_paths:
        return within_if_there(value, root=bounds.root, folder=bounds.folder, where=where)
    return value


def _word(option: click.Parameter, value: str) -> str:
    flag = max(option.opts, key=len)
    return flag if isinstance(option, click.Option) and option.is_flag else f"{flag}={value}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
