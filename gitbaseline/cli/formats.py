"""``git baseline formats``: which outputs are understood, and what would be read of a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gitbaseline.cli import output
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.listing import ListingGroup
from gitbaseline.cli.where import Where
from gitbaseline.formats import registry
from gitbaseline.formats.base import Format, Options, Source
from gitbaseline.formats.conformance import ROUNDS, broken_rules
from gitbaseline.formats.plugins import Guarded
from gitbaseline.model.root import Limits
from gitbaseline.report import document
from gitbaseline.report import formats as report
from gitbaseline.transport.trial import run

_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group("formats", cls=ListingGroup)
def command() -> None:
    """Show which benchmark outputs are understood, and what would be read of a file.

    Without a command they are listed. Formats of other packages are found by the entry point group
    gitbaseline.formats.
    """


@command.command("list", short_help="List the formats.")
@_json
def list_formats(*, as_json: bool) -> int:
    """List the formats: their names, what they read, where they come from."""
    forms, broken = registry.every(), registry.plugged().broken
    for one in broken:
        output.warn(str(one))
    if as_json:
        _tell(report.content(forms, broken))
    else:
        output.say(report.listed(forms, output.columns()))
    return 0


@command.command("explain", short_help="Explain a format: grammar, rules, metrics.")
@click.argument("name")
@_json
def explain(*, name: str, as_json: bool) -> int:
    """Explain a format: its grammar, its rules, what its metrics are called."""
    form = registry.by_name(name)
    if as_json:
        _tell(report.content([form], (), explain=True))
    else:
        output.say(report.explained(form, output.columns()))
    return 0


@command.command("check", short_help="Show what would be read of a source.")
@click.argument("file")
@click.option("--format", "format_name", metavar="NAME", help="Do not detect the format.")
@click.option("--mapping", type=PATH, metavar="FILE", help="As record takes it.")
@_json
def check(*, file: str, format_name: str | None, mapping: Path | None, as_json: bool) -> int:
    """Show what would be read of FILE: a file, a directory, or - for standard input.

    Nothing is recorded, and no repository is needed. Secrets and private fields are taken out
    before anything is read, so none is shown.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli.sourcing import field_map  # noqa: PLC0415
    from gitbaseline.registry import privacy  # noqa: PLC0415

    source, private = privacy.without_private(_source(file))
    name = format_name or ("mapped" if mapping else None)
    form, why = _found(source, name)
    reading = registry.read(source, Options(mapping=field_map(mapping)), name)
    one = report.Checked(source=source.name, form=form, why=why, reading=reading, private=private)
    if as_json:
        _tell(report.content([form], (), one=one))
    else:
        output.say(report.checked(one, output.columns()))
    return 0


@command.command("conform", short_help="Hold a format to what every reader owes.")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--rounds",
    type=click.IntRange(0, 100_000),
    default=ROUNDS,
    show_default=True,
    help="Broken copies of each file to try.",
)
@_json
@click.pass_obj
def conform(where: Where, /, *, name: str, files: Sequence[str], rounds: int, as_json: bool) -> int:
    """Hold a format to what every reader owes, on real outputs and on broken copies of them.

    For who writes a format: it reads each FILE twice alike, returns what can be recorded, refuses
    what is broken with a place and never fails otherwise, and stays within its memory. Exits with 1
    where it breaks a rule.
    """
    form = registry.by_name(name)
    inner = form.form if isinstance(form, Guarded) else form  # a guard would hide what it breaks
    found = {
        file: broken_rules(inner, _source(file), rounds=rounds) or _by_chance(where, name, file)
        for file in files
    }
    faults = [{"file": file, "fault": fault} for file, told in found.items() for fault in told]
    if as_json:
        result = {"files": list(found), "rounds": rounds, "faults": faults}
        _tell(report.content([form], (), conformance=result))
    else:
        for one in faults:
            output.say(f"{one['file']}: {one['fault']}")
        counts = f"{_count(len(faults), 'fault')} in {_count(len(found), 'file')}"
        output.say(f"{name}: {counts}, {rounds} broken copies each")
    return 1 if faults else 0


def _source(file: str) -> Source:
    from gitbaseline.cli.sourcing import source_at  # noqa: PLC0415 - as above

    return source_at(file, Limits())


def _found(source: Source, name: str | None) -> tuple[Format, str]:
    return (registry.by_name(name), "as asked") if name else registry.claim(source)


def _by_chance(where: Where, name: str, file: str) -> tuple[str, ...]:
    """Say that two processes read the file differently: the order of sets is another in each."""
    words = [sys.executable, "-m", "gitbaseline", "formats", "check", file, "--format", name]
    first, second = (
        run(
            [*words, "--json"],
            folder=Path.cwd(),
            environment={**where.environment, "PYTHONHASHSEED": seed},
        ).output
        for seed in ("1", "2")
    )
    return () if first == second else ("two processes read the file differently",)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _tell(content: dict[str, object]) -> None:
    output.document(document.envelope("formats", content))
