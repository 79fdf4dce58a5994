"""What an agent may say to each verb, and how it becomes a command line.

A verb's own options are offered as typed parameters, with their own help; the same words come as
``args``, the list that a shell would have. Both are read by the verb's own parser and spelled anew,
one word an option, so that nothing an agent passes can be taken for another option, and no shell
ever sees it. What is not in the table is refused: an option that is added to a verb later is for
people until somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from gitbaseline.cli import diff, list_, record, search, show, verify
from gitbaseline.cli.program import WithProgram
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.mcp.bounds import within, within_if_there

_MOST = 50  # entries of a list where the agent sets no number


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where the verbs run, and the folder out of which no path may lead; both resolved."""

    root: Path
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A verb as agents have it.

    Names are those of click's parameters. ``positional`` are offered as words only, ``moot`` are
    decided by the server and may be given all the same, ``refused`` says why not. ``paths`` have to
    lie within bounds, ``maybe_paths`` where something lies there. ``always`` is added to each call,
    ``unless`` where the option is not given.
    """

    command: click.Command
    typed: tuple[str, ...]
    positional: tuple[str, ...] = ()
    moot: tuple[str, ...] = ("as_json",)
    refused: Mapping[str, str]
    paths: tuple[str, ...] = ()
    maybe_paths: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    unless: Mapping[str, str]


_PERSON = "a person decides that"
_WORD = "it is the operator's own word; what an agent records is DRAFT"
_SOURCE = ("sources", "values", "units", "directions", "mapping", "schema", "context")
_MACHINE = ("environment", "testbed", "git_sha", "harness", "artifact")
_FILES = ("sources", "mapping", "schema", "harness", "artifact", "ceilings")

OFFERS = {
    "record": Offer(
        command=record.command,
        typed=(
            "file",
            *_SOURCE,
            *_MACHINE,
            *("family", "measurement", "format_name", "metric", "headline"),
            *("command", "notes", "prompt", "agent", "team", "cluster", "cohort"),
            *("continues", "supersedes", "redact", "sol", "ceilings", "sol_rigor"),
            *("next_lever", "unlock", "gate", "cost", "lever_met", "lever_refuted", "why"),
            *("idempotency_key", "dry_run", "confirm"),
        ),
        moot=("as_json", "yes"),
        refused={
            "accept_regression": f'{_PERSON}: git baseline accept ENTRY --why "..."',
            "accept_harness_change": f"{_PERSON}: git baseline record --accept-harness-change",
            "allowed": f"{_PERSON}: git baseline record --allow-secret",
            "sol_over": f"{_PERSON}: git baseline record --sol-over",
            "isolated_metric": _WORD,
            "production_representative": _WORD,
            "tier": _WORD,
            "code_repo": "the server works in one repository",
            "push": f"{_PERSON}: git baseline push",
            "lfs": "the repository's configuration decides",
        },
        paths=("file", *_FILES),
        always=("--tier=draft",),
        unless={},
    ),
    "diff": Offer(
        command=diff.command,
        typed=(
            *("baseline_option", "current_option", "family", "measurement", "format_name"),
            *_SOURCE,
            *_MACHINE,
            *("tolerances", "tolerance_percent", "tolerance_absolute", "headlines", "metric"),
            *("allow_mismatch", "allow_missing", "accept_harness_change"),
            *("sol", "ceilings", "sol_over"),
        ),
        positional=("reference", "current"),
        moot=("as_json", "form", "fail_on", "on_no_baseline", "on_incomparable", "bisect"),
        refused={
            "bundle": "it writes files; the answer holds all that they would",
            "confirm": "it runs a command: git baseline diff REF FILE --confirm -- COMMAND",
        },
        paths=_FILES,
        maybe_paths=("current_option", "reference", "current"),
        unless={},
    ),
    "list": Offer(
        command=list_.command,
        typed=("series", "every", "max_count", "skip"),
        refused={},
        unless={"max_count": f"--max-count={_MOST}"},
    ),
    "show": Offer(
        command=show.command,
        typed=("reference", "keys"),
        refused={
            "name": "it prints a file, not a document",
            "snapshot": "it prints a file, not a document",
            "files": "the document names them",
        },
        unless={},
    ),
    "verify": Offer(
        command=verify.command,
        typed=("roots", "ref", "full"),
        refused={"as_sarif": "the findings are in the document"},
        unless={},
    ),
    "search": Offer(
        command=search.command,
        typed=("terms", "max_count", "skip"),
        refused={},
        unless={"max_count": f"--max-count={_MOST}"},
    ),
}

_ARGUMENTS = {
    "file": "The benchmark's output, or a directory of it.",
    "series": "FAMILY or FAMILY/MEASUREMENT; without it, everything.",
    "reference": "FAMILY/MEASUREMENT, the latest that counts; ...@TIME, ...~2, ...@best, ...",
    "terms": "Words, or fields such as family:nccl, unit:GB/s, tier:verdict, since:30d, tp:8.",
}


def input_schema(offer: Offer) -> dict[str, Any]:
    """Return the JSON Schema of a tool's arguments."""
    named = {parameter.name: parameter for parameter in offer.command.params}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{spelled(named[name]): _property(named[name]) for name in offer.typed},
            "args": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The same as a command line, in place of the other parameters: "
                '["--family", "nccl", "run.log"].',
            },
        },
    }


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


def spelled(parameter: click.Parameter) -> str:
    """Return the name of a typed parameter: the long option without dashes, or the argument."""
    longest = max(parameter.opts, key=len)
    return longest.removeprefix("--").replace("-", "_")


_COMMANDLINE = click.core.ParameterSource.COMMANDLINE


def _property(parameter: click.Parameter) -> dict[str, Any]:
    kind = _kind(parameter)
    if parameter.multiple or parameter.nargs == -1:
        kind = {"anyOf": [{"type": "array", "items": kind}, kind]}
    hint = parameter.metavar if isinstance(parameter, click.Option) else None
    text = getattr(parameter, "help", None) or _ARGUMENTS.get(str(parameter.name), "")
    return {**kind, "description": f"{hint}: {text}" if hint else text}


def _kind(parameter: click.Parameter) -> dict[str, Any]:
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return {"type": "boolean"}
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return {"enum": list(kind.choices)}
    if isinstance(kind, click.IntRange):
        return {"type": "integer", "minimum": kind.min}
    if kind is click.FLOAT:
        return {"type": "number"}
    if isinstance(parameter, click.Option) and parameter.metavar == "N":
        return {"type": ["number", "string"]}  # as text it keeps its digits
    return {"type": "string"}


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
