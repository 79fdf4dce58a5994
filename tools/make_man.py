"""Make docs/man/git-baseline.1 from its template and the program's own commands.

    python tools/make_man.py

The verbs, their words and options come from click, each loaded by name, so the page cannot say
what the program does not. Everything else stands in git-baseline.1.in.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from gitbaseline import __version__
from gitbaseline.cli.main import group

FOLDER = Path(__file__).parents[1] / "docs" / "man"
TEMPLATE = FOLDER / "git-baseline.1.in"
PAGE = FOLDER / "git-baseline.1"

_PREFORMATTED = "\b\n"


def page() -> str:
    """Return the whole page."""
    top = click.Context(group, info_name="git baseline", **group.context_settings)
    verbs = list(_verbs(group, top))
    filled = {
        "@VERSION@": _plain(__version__),
        "@SYNOPSIS@": "\n".join(_usage(context) for context in verbs),
        "@VERBS@": "\n".join(line for context in verbs for line in _verb(context)),
    }
    return re.sub("@[A-Z]+@", lambda match: filled[match[0]], TEMPLATE.read_text())


def _verbs(commands: click.Group, above: click.Context) -> Iterator[click.Context]:
    for name in commands.list_commands(above):
        command = commands.get_command(above, name)
        if command is None:
            raise LookupError(name)
        context = click.Context(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from _verbs(command, context)
        else:
            yield context


def _usage(context: click.Context) -> str:
    pieces = " ".join(context.command.collect_usage_pieces(context))
    return f"\\fB{_plain(context.command_path)}\\fP {_plain(pieces)}"


def _verb(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f".SS {_plain(context.command_path.removeprefix('git baseline '))}"
    yield from _text(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1] and "--help" not in record[0]:
            yield ".TP"
            yield f"\\fB{_plain(record[0])}\\fP"
            yield _line(record[1])
    if command.epilog:
        yield ".PP"
        yield from _text(command.epilog)


def _text(text: str) -> Iterator[str]:
    """Yield a help text: paragraphs filled, those after a backspace left as they are."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.startswith(_PREFORMATTED):
            yield from (
                ".nf",
                *map(_line, paragraph.removeprefix(_PREFORMATTED).split("\n")),
                ".fi",
            )
        else:
            yield from map(_line, paragraph.split("\n"))


def _line(text: str) -> str:
    plain = _plain(text)
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def _plain(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


if __name__ == "__main__":
    PAGE.write_text(page())
