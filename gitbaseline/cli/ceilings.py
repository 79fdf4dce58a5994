"""``git baseline ceilings``: the published peaks that ``record --sol`` holds a number to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.ceilings import SETTING, TRACKED, Ceiling, Ceilings, choose, read
from gitbaseline.cli import output
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.listing import ListingGroup
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where

_HEAD = ("Key", "Ceiling", "Unit", "Verified", "Device")
_FACES = {
    "dense": "dense",
    "sparse": "with 2:4 sparsity",
    "per_direction": "one direction",
    "both": "both directions",
    "peak": "peak",
}

_file = click.option("--ceilings", "file", type=PATH, metavar="FILE", help="File of ceilings.")
_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group("ceilings", cls=ListingGroup)
def command() -> None:
    """Show the published peaks of hardware that record --sol holds a number to.

    Without a command they are listed. They are read from --ceilings FILE, else SOL_CEILINGS_YAML,
    else the repository's tracked configs/sol-ceilings.yaml, else the file that came with this
    program.
    """


@command.command("list")
@_file
@_json
@click.pass_obj
def list_ceilings(where: Where, /, *, file: Path | None, as_json: bool) -> int:
    """List every ceiling."""
    known = in_force(Workspace(where), file)
    if as_json:
        _tell(known, list(known.by_key.values()))
        return 0
    rows = [
        (c.key, amount(c.value), c.unit, c.verified.value, c.device) for c in known.by_key.values()
    ]
    output.say(
        table(_HEAD, rows, right=frozenset((1,)), columns=output.columns(), spare=(3,), words=(4,))
    )
    output.note(f"from {known.file}")
    return 0


@command.command("show")
@click.argument("key")
@_file
@_json
@click.pass_obj
def show_ceiling(where: Where, /, *, key: str, file: Path | None, as_json: bool) -> int:
    """Show one ceiling: its figure, what it is of, and who says so."""
    known = in_force(Workspace(where), file)
    ceiling = known.find(key)
    if as_json:
        _tell(known, [ceiling])
        return 0
    span = f"sources say {ceiling.span[0]} to {ceiling.span[1]}" if ceiling.span else ""
    output.say(ceiling.key)
    output.say(
        facts(
            [
                ("ceiling", f"{amount(ceiling.value)} {ceiling.unit}"),
                ("means", _FACES[ceiling.face]),
                ("range", span),
                ("device", ceiling.device),
                ("source", ceiling.source.name),
                ("url", ceiling.source.url),
                ("read", ceiling.source.read or "not yet"),
                ("verified", ceiling.verified.value),
                ("note", ceiling.note or ""),
                ("also", ", ".join(_short(ceiling))),
                ("file", known.file),
            ],
            output.columns(),
        )
    )
    return 0


def in_force(workspace: Workspace, given: Path | None) -> Ceilings:
    """Return the ceilings that hold here; InputError says what is wrong with their file."""
    setting = workspace.where.environment.get(SETTING)
    tracked = None if given or setting else _tracked(workspace)
    return read(choose(given=given, setting=setting, tracked=tracked))


def chosen(
    workspace: Workspace, key: str | None, *, file: Path | None, over: bool
) -> Ceiling | None:
    """Return the ceiling that ``--sol`` names, or None where no number is held to one."""
    if key is not None:
        return in_force(workspace, file).find(key)
    if file or over:
        raise InputError(
            "there is no ceiling to which this could apply",
            code="sol/alone",
            where="--ceilings" if file else "--sol-over",
            hint="--sol KEY; git baseline ceilings list shows the keys",
        )
    return None


def _tracked(workspace: Workspace) -> Path | None:
    """Return the repository's own file where git tracks it; one of this clone alone is no proof."""
    top = workspace.git.run("rev-parse", "--show-toplevel")
    if top.returncode != 0:
        return None  # no work tree, or no repository: the shipped file still answers
    found = workspace.git.run("ls-files", "--error-unmatch", "--", f":(top){TRACKED}")
    folder = Path(os.fsdecode(top.stdout.removesuffix(b"\n")))
    return folder / TRACKED if found.returncode == 0 else None


def _short(ceiling: Ceiling) -> list[str]:
    """Return the other names, without a face where the ceiling has such names."""
    names = [name for name in ceiling.aliases if not name.endswith(f".{ceiling.face}")]
    return names or list(ceiling.aliases)


def _tell(known: Ceilings, shown: list[Ceiling]) -> None:
    rows = [
        {
            "key": ceiling.key,
            "aliases": list(ceiling.aliases),
            "value": ceiling.value,
            "unit": ceiling.unit,
            "face": ceiling.face,
            "range": list(ceiling.span) if ceiling.span else None,
            "device": ceiling.device,
            "source": ceiling.source.name,
            "url": ceiling.source.url,
            "read": ceiling.source.read,
            "verified": ceiling.verified.value,
            "note": ceiling.note,
        }
        for ceiling in shown
    ]
    output.document(document.envelope("ceilings", {"file": known.file, "ceilings": rows}))
