"""What goes to the terminal: one JSON document or plain lines on stdout, the rest on stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import BinaryIO, TextIO

import click

from gitbaseline.errors import GitBaselineError, InputError

_PIECE = 1 << 20
_COLORS = {
    **dict.fromkeys(("RED", "worse", "regressed"), 31),
    **dict.fromkeys(("GREEN", "better", "improved"), 32),
    **dict.fromkeys(("YELLOW", "INCOMPARABLE", "NO-VERDICT"), 33),
}
# An answer at the begin of the text or after "measured again"; a move in its column of a table.
_WORDS = (
    r"(\A|^measured again, .*: )(GREEN|YELLOW|RED|INCOMPARABLE|NO-VERDICT)(?=  )"
    r"|^(\S.*?  )(worse|better|regressed|improved)(?=  |, a drift| \(headline\)|, about |$)"
)


def say(text: str = "") -> None:
    """Write to stdout, control characters escaped."""
    click.echo(encodable(_visible(text), sys.stdout))


def _visible(text: str) -> str:
    from gitbaseline.model.text import visible  # noqa: PLC0415 - -h does not wait for it

    return visible(text)


def raw(data: bytes) -> None:
    """Write bytes to stdout as they are."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def stream(source: BinaryIO) -> None:
    """Write all of a file to stdout as it is, with memory for a piece of it."""
    while piece := source.read(_PIECE):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def document(
    value: Mapping[str, object], *, items: tuple[str, Sequence[str]] | None = None
) -> None:
    """Write the one JSON document of ``--json``.

    Where it ends in a list that may be very long, ``items`` are its name and what ``item`` made of
    each member.
    """
    if not items or not items[1]:
        click.echo(_json({**value, items[0]: []} if items else value))
        return
    name, (*others, last) = items
    begin = _json({**value, name: []}).removesuffix("]\n}")
    sys.stdout.write(f"{begin}\n")
    sys.stdout.writelines(f"{other},\n" for other in others)
    click.echo(f"{last}\n  ]\n}}")


def item(value: Mapping[str, object]) -> str:
    """Return one member of the list that a document ends in."""
    return "    " + _json(value).replace("\n", "\n    ")


def _json(value: Mapping[str, object]) -> str:
    import json  # noqa: PLC0415 - as in _visible

    return json.dumps(value, indent=2, ensure_ascii=not _utf8(), allow_nan=False)


def warn(text: str) -> None:
    """Write a warning to stderr."""
    note(f"warning: {text}")


def note(text: str) -> None:
    """Write to stderr what is no result, folded at the edge of a terminal."""
    wide = columns(sys.stderr)
    if wide and len(text) > wide:
        from gitbaseline.report.folding import folded  # noqa: PLC0415 - as in _visible

        text = "\n".join(folded(line, wide) for line in text.split("\n"))
    click.echo(_visible(text), err=True)


def complain(text: str) -> None:
    """Write an error line to stderr."""
    note(f"error: {text}")


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
        note(f"hint: {fault.hint}")


def usage(fault: click.ClickException, *, as_json: bool) -> None:
    """Write what click has against the call."""
    if isinstance(fault, click.exceptions.NoArgsIsHelpError) and not as_json:
        click.echo(fault.format_message(), err=True)  # no verb was named: here they are
        return
    context = getattr(fault, "ctx", None)
    hint = f"{context.command_path} {_nearest(fault, context)}" if context else None
    error(InputError(fault.format_message(), code="usage", hint=hint), as_json=as_json)


def _nearest(fault: click.ClickException, context: click.Context) -> str:
    """Return the command that was meant, or the option that lists them."""
    if not isinstance(fault, click.exceptions.NoSuchCommand):
        return "-h"
    from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits for it

    group = context.command
    known = group.list_commands(context) if isinstance(group, click.Group) else []
    return next(iter(get_close_matches(fault.command_name, known)), "-h")


def confirm(question: str, *, otherwise: str) -> None:
    """Go on where a person agrees; a no is told in the words of ``otherwise`` and exits with 1.

    Ctrl-D is a no as well, Ctrl-C an interrupt.
    """
    try:
        if click.confirm(question, default=True, err=True):
            return
    except click.exceptions.Abort as ended:
        click.echo(err=True)  # the line of the question
        if not isinstance(ended.__context__, EOFError):
            raise
    note(otherwise)
    raise click.exceptions.Exit(1)


def interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def colored(setting: str | None) -> bool:
    """Whether stdout wants colour: NO_COLOR, then git's ``color.ui``, then the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if setting == "always":
        return True
    from gitbaseline.transport.git import is_false  # noqa: PLC0415 - as in _visible

    if setting is not None and (setting.lower() == "never" or is_false(setting)):
        return False
    return _on_terminal() and os.environ.get("TERM") != "dumb"


def painted(text: str) -> str:
    """Return a result with its verdict, and what became worse or better, in colour."""

    def paint(found: re.Match[str]) -> str:
        before, word = (part for part in found.groups() if part is not None)
        return f"{before}\x1b[{_COLORS[word]}m{word}\x1b[m"

    return re.sub(_WORDS, paint, text, flags=re.MULTILINE)  # compiled by those who need it


def columns(stream: TextIO | None = None) -> int | None:
    """Return how wide the terminal is; None where what is written goes on to a file.

    ``stream`` is stdout, or another that is given. git, where it has started the pager, leaves the
    width in COLUMNS.
    """
    if not (stream.isatty() if stream else _on_terminal()):
        return None
    import shutil  # noqa: PLC0415 - a terminal's only

    return shutil.get_terminal_size().columns


def ascii_only() -> bool:
    """Whether stdout has no blocks: by its encoding, and on a terminal by the locale.

    In the locale C Python writes UTF-8 whatever the terminal can show.
    """
    return not _utf8() or (_on_terminal() and bool(sys.flags.utf8_mode) and _locale_c())


def encodable(text: str, stream: TextIO) -> str:
    """Return the text with what the encoding of ``stream`` lacks written as an escape."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def unwritable() -> str | None:
    """Return which stream takes no line, and send it nowhere from now on; None where both do.

    Without that Python would complain once more while it ends.
    """
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        try:
            if stream is not None:
                stream.write("\n")
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            return name
    return None


def _utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _on_terminal() -> bool:
    return sys.stdout.isatty() or os.environ.get("GIT_PAGER_IN_USE") == "true"


def _locale_c() -> bool:
    """Whether the user's locale is C. Python itself sets ``LC_CTYPE`` to C.UTF-8 in that one."""
    chosen, ctype, other = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    own = ctype if ctype != "C.UTF-8" else None
    return (chosen or own or other or "C") in ("C", "POSIX")
