"""What goes to the terminal: one JSON document or plain lines on stdout, the rest on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

import click

from gitbaseline.errors import GitBaselineError, InputError
from gitbaseline.model.text import visible


def say(text: str = "") -> None:
    """Write to stdout, control characters escaped."""
    click.echo(visible(text))


def raw(data: bytes) -> None:
    """Write bytes to stdout as they are."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def document(value: Mapping[str, object]) -> None:
    """Write the one JSON document of ``--json``."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def warn(text: str) -> None:
    """Write a warning to stderr."""
    click.echo(visible(f"warning: {text}"), err=True)


def note(text: str) -> None:
    """Write to stderr what is no result."""
    click.echo(visible(text), err=True)


def complain(text: str) -> None:
    """Write an error line to stderr."""
    click.echo(visible(f"error: {text}"), err=True)


def error(fault: GitBaselineError, *, as_json: bool) -> None:
    """Write an error: two lines for people, one document for programs."""
    if as_json:
        document(
            {
                "error": {
                    "code": fault.code,
                    "hint": fault.hint,
                    "message": fault.message,
                    "where": fault.where,
                }
            }
        )
    complain(str(fault))
    if fault.hint:
        click.echo(visible(f"hint: {fault.hint}"), err=True)


def usage(fault: click.ClickException, *, as_json: bool) -> None:
    """Write what click has against the call."""
    context = getattr(fault, "ctx", None)
    hint = f"{context.command_path} -h" if context else None
    error(InputError(fault.format_message(), code="usage", hint=hint), as_json=as_json)


def interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def colored(setting: str | None) -> bool:
    """Whether stdout wants colour: NO_COLOR, then git's ``color.ui``, then the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if setting == "always":
        return True
    if setting in ("never", "false"):
        return False
    in_pager = os.environ.get("GIT_PAGER_IN_USE") == "true"
    return (sys.stdout.isatty() or in_pager) and os.environ.get("TERM") != "dumb"
