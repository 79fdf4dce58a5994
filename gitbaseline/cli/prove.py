"""``git baseline prove``: one file that proves one entry to who has no repository."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError, Unable
from gitbaseline.model.manifest import sha256
from gitbaseline.report import document
from gitbaseline.report import proof as words
from gitbaseline.report.facts import facts
from gitbaseline.report.numbers import size
from gitbaseline.whole_file import replacing

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where

_STDOUT = "-"


@click.command()
@click.argument("reference", metavar="ENTRY", required=False, default="")
@click.option(
    "-o",
    "--output",
    "out",
    metavar="FILE",
    help="Write it there, - for stdout; default: FAMILY.MEASUREMENT.TIME.proof.json.",
)
@click.option(
    "--without-later",
    is_flag=True,
    help="Leave out the history after the entry: smaller, and silent on a retraction.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where, /, *, reference: str, out: str | None, without_later: bool, as_json: bool
) -> int:
    """Write one file that proves one entry: what was recorded, by whom, under which registry.

    It holds the entry's files, its signed commit, every trust statement from the genesis on, and
    the commits from the entry to the tip with what was stated of it there. Who gets it runs git
    baseline check-proof; a repository is not needed for that, only the pin. The file is public
    where the entry's files may be.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry.prove import make  # noqa: PLC0415
    from gitbaseline.registry.resolve import resolve  # noqa: PLC0415

    if out == _STDOUT and as_json:
        raise InputError(
            "stdout can hold the proof or the JSON document, not both",
            code="proof/stdout",
            where="--output",
            hint="git baseline prove --json -o FILE",
        )
    workspace = Workspace(where)
    found = resolve(workspace.reader, reference, workspace.code)
    path = found.entry.path
    data, shown = make(
        workspace.store, workspace.verify, workspace.reader, path, later=not without_later
    )
    line = shown.line
    if out == _STDOUT:
        output.raw(data)
        return 0
    file = Path(out or f"{path.family}.{path.measurement}.{path.slug}.proof.json")
    _write(file, data)
    if as_json:
        content = {
            "entry": str(path),
            "resolved": found.how,
            "status": shown.entry.status,
            "file": str(file),
            "bytes": len(data),
            "sha256": sha256(data),
            "commit": line.record.commit,
            "pin": line.anchors[0],
            "tip": line.tip.commit,
            "later": line.later,
        }
        output.document(document.envelope("prove", content))
        return 0
    output.say(f"Proved {path}  ({found.how})")
    output.say(
        facts(
            [
                ("file", f"{file}, {size(len(data))}"),
                ("status", shown.entry.status),
                ("commit", line.record.commit),
                ("tip", words.tip(line)),
                ("pin", line.anchors[0]),
            ],
            output.columns(),
        )
    )
    output.note("")
    output.note(f"  git baseline check-proof {shlex.quote(str(file))} --root {line.anchors[0]}")
    return 0


def _write(path: Path, data: bytes) -> None:
    """Put the file in its place at once."""
    try:
        with replacing(path) as fresh:
            fresh.write_bytes(data)
    except OSError as error:
        raise Unable(
            f"cannot be written: {error.strerror}", code="proof/write", where=str(path)
        ) from None
