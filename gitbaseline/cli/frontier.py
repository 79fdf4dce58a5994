"""``git baseline frontier``: what to try next, over the whole registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.frontier import Frontier
from gitbaseline.errors import InputError, Unable
from gitbaseline.report import document, section
from gitbaseline.report import frontier as report
from gitbaseline.whole_file import replacing

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where

_LARGEST = 16 * 1024 * 1024  # bytes; far above any file that a person reads


@click.command()
@click.option("-f", "--family", help="Only levers of this family.")
@click.option("-m", "--measurement", help="Only levers of measurements of this name.")
@click.option(
    "--update",
    type=PATH,
    metavar="FILE.md",
    help="Write the tables into FILE between its two markers.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    family: str | None,
    measurement: str | None,
    update: Path | None,
    as_json: bool,
) -> int:
    """Rank the open levers by what they promise for a day's work; keep the refuted ones with why.

    An entry names a lever with record --next-lever, --unlock, --gate and --cost; a later entry of
    its measurement that names another supersedes it. An entry that decides one says so with
    --lever-met or --lever-refuted.

    \b
    --update writes between these lines of FILE, and nothing else of it:
      <!-- git-baseline:frontier -->
      <!-- /git-baseline:frontier -->
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry.frontier import frontier  # noqa: PLC0415

    reader = Workspace(where).reader
    found = frontier(reader, family=family, measurement=measurement)
    for warning in found.warnings:
        output.warn(warning)
    changed = _update(update, found) if update else None
    if as_json:
        content = {
            "registry_id": reader.state.root.registry_id,
            "tip": reader.state.commit,
            **report.content(found),
            "updated": {"file": str(update), "changed": changed} if update else None,
        }
        output.document(document.envelope("frontier", content))
        return 0
    output.say(report.render(found, output.columns()))
    if update:
        output.note(f"{'wrote' if changed else 'nothing new for'} {update}")
    return 0


def _update(path: Path, found: Frontier) -> bool:
    """Write the section of a file; return whether that changed it. A failure changes nothing."""
    try:
        target = path.resolve(strict=True)  # through a link: the link stays one
        if target.stat().st_size > _LARGEST:
            raise InputError(
                f"{target.stat().st_size} bytes, expected at most {_LARGEST}",
                code="update/large",
                where=str(path),
            )
        old = target.read_bytes()
        new = section.filled(old, "frontier", report.markdown(found), where=str(path))
        if new != old:
            _replace(target, new)
    except OSError as error:
        raise Unable(
            f"cannot be updated: {error.strerror}", code="update/file", where=str(path)
        ) from None
    return new != old


def _replace(path: Path, data: bytes) -> None:
    """Put new content in the place of a file at once, with the old one's mode."""
    with replacing(path) as fresh:
        fresh.write_bytes(data)
        fresh.chmod(path.stat().st_mode & 0o7777)
