"""The JSON Schema of what an agent may say to a verb: its own options, with their own help."""

from __future__ import annotations

from typing import Any

import click

from gitbaseline.cli.agent_verbs import Offer

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


def spelled(parameter: click.Parameter) -> str:
    """Return the name of a typed parameter: the long option without dashes, or the argument."""
    longest = max(parameter.opts, key=len)
    return longest.removeprefix("--").replace("-", "_")


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
