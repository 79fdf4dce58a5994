"""``git baseline site``: the registry as pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output, progress
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError
from gitbaseline.report import document

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False), metavar="OUT")
@click.option("--url", default="", metavar="URL", help="Where it will be served, for the feed.")
@click.option("--full", is_flag=True, help="Make every file anew, whatever is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(where: Where, /, *, out: Path, url: str, full: bool, as_json: bool) -> int:
    """Write the registry as a static site into the folder OUT, to be opened or served as it is.

    An overview, a page for each measurement with its history, one for each entry, a view that
    compares two, a search, badges, an Atom feed, index.json. Nothing is loaded from elsewhere. The
    same registry and .baseline.yaml give the same bytes; what did not change is not written again.

    \b
      git baseline site public
      git baseline site public --url https://perf.example.org/
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import defaults  # noqa: PLC0415

    _check(url)
    workspace = Workspace(where)
    reader = workspace.reader
    from gitbaseline.site.build import Site  # noqa: PLC0415 - after the cheap refusals

    site = Site(
        reader,
        workspace.registry.chain,
        workspace.verify,
        defaults.team(workspace.place.top),
        out=out,
        url=url if not url or url.endswith("/") else f"{url}/",
    )
    with progress.counting("made", "entries") as told:
        built = site.build(workspace.cache, full=full, progress=told)
    if as_json:
        content = {
            "out": str(out),
            "registry_id": reader.state.root.registry_id,
            "tip": reader.state.commit,
            "measurements": built.measurements,
            "entries": built.entries,
            "files": built.files,
            "written": built.written,
            "removed": built.removed,
        }
        output.document(document.envelope("site", content))
        return 0
    output.say(
        f"{out / 'index.html'}: {_count(built.measurements, 'measurement')}, "
        f"{built.entries} {'entry' if built.entries == 1 else 'entries'}; "
        f"{_count(built.files, 'file')}, {built.written} written, {built.removed} removed"
    )
    return 0


def _check(url: str) -> None:
    if url and not url.startswith(("https://", "http://")):
        raise InputError(
            f"expected an address that begins with https:// or http://, got {url[:80]!r}",
            code="site/url",
            where="--url",
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
