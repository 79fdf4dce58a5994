"""The options of the verbs that measure a command, and what they make of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from gitbaseline.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = [
    click.option(
        "--warmup",
        type=click.IntRange(0, 100),
        default=1,
        show_default=True,
        help="Runs before the trials that do not count.",
    ),
    click.option("--setup", metavar="LINE", help="Shell line to run once before all, untimed."),
    click.option("--prepare", metavar="LINE", help="Shell line to run before each trial, untimed."),
]


_AGAINST = [
    click.option(
        "--against", metavar="REV", help="Compare with this commit in turns; record nothing."
    ),
    click.option(
        "--tolerance",
        "tolerances",
        multiple=True,
        metavar="[KEY=]5%|2abs",
        help="With --against: of a metric, or of all.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(["yellow", "red", "never"]),
        help="With --against: from which answer on to exit with 1; default: red.",
    ),
    click.option(
        "--report",
        "form",
        type=click.Choice(["text", "markdown", "github", "junit"]),
        help="With --against: the form of the answer; default: text.",
    ),
]
_RECORDING = (
    "dry_run",
    "confirm",
    "accept_regression",
    "continues",
    "supersedes",
    "idempotency_key",
)


def run_options(command: Command) -> Command:
    """Add what every verb that measures takes."""
    return _with(_OPTIONS, command)


def against_options(command: Command) -> Command:
    """Add what ``run --against`` takes beside it."""
    return _with(_AGAINST, command)


def require_against(options: Mapping[str, Any]) -> None:
    """Raise InputError for an option that means nothing without ``--against``."""
    names = ("--tolerance", "--fail-on", "--report")
    _refuse(options, ("tolerances", "fail_on", "form"), names, "means nothing without --against")


def refuse_recording(options: Mapping[str, Any]) -> None:
    """Raise InputError for an option of a record, since ``--against`` makes none."""
    names = [f"--{name.replace('_', '-')}" for name in _RECORDING]
    _refuse(options, _RECORDING, names, "belongs to a record, and --against records nothing")


def _refuse(
    options: Mapping[str, Any], keys: Sequence[str], names: Sequence[str], why: str
) -> None:
    for key, name in zip(keys, names, strict=True):
        if options[key]:
            raise InputError(why, code="run/against", where=name, hint="git baseline run -h")


def _with(added: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    for option in reversed(added):
        command = option(command)
    return command
