"""``git baseline mcp``: the verbs as tools for agents, over stdio."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitbaseline import __version__
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.where import Where
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import InputError, NotInstalled, Unable

if TYPE_CHECKING:
    from gitbaseline.mcp.tool import Tool

PACKAGE = "mcp>=2.1,<3"
_SECONDS = 600.0  # that a verb may take; a full verify of a very large registry is the longest


@click.command()
@click.option(
    "--root",
    type=PATH,
    metavar="DIR",
    help="Only paths below DIR may be read; default: the work tree.",
)
@click.option("--agent", metavar="NAME", envvar="GIT_BASELINE_AGENT", help="Who records.")
@click.option("--read-only", is_flag=True, help="Do not offer to record.")
@click.pass_obj
def command(where: Where, /, *, root: Path | None, agent: str | None, read_only: bool) -> int:
    """Serve the registry to agents: the Model Context Protocol over standard input and output.

    Tools: perf_baseline_record, perf_baseline_diff, perf_baseline_list, perf_baseline_show,
    perf_baseline_verify, perf_baseline_search. They answer with the documents of --json. What an
    agent records is DRAFT, names the agent, and is asked for where the client can ask; accepting a
    regression, retracting, keys and pushing are not offered. Paths are bounded by --root, links
    resolved, and nothing passes through a shell.

    \b
      claude mcp add --scope project git-baseline -- git-baseline mcp
      codex mcp add git-baseline -- git-baseline -C /path/to/repository mcp

    Works in the repository of -C, else of CLAUDE_PROJECT_DIR, else where it is started. Needs the
    extra mcp: pip install 'mcp>=2.1,<3'
    """
    try:
        from gitbaseline.mcp import server  # noqa: PLC0415 - 0.9 s, and an extra
    except ModuleNotFoundError as error:
        what = f"the SDK of the protocol ({error.name})"
        raise NotInstalled(what, PACKAGE, code="mcp/missing") from None
    from gitbaseline.transport.verb import Verb  # noqa: PLC0415

    folder = _folder(where)
    # git must not ask on a terminal that the host may have: nobody looks at it.
    environment = {"GIT_TERMINAL_PROMPT": "0", **where.environment}
    tools = _tools(_root(where, root, folder), folder, read_only=read_only)
    server.serve(
        tools,
        lambda words: Verb(
            ["-C", str(folder), *words],
            folder=folder,
            environment=environment,
            seconds=_SECONDS,
        ),
        version=__version__,
        agent=agent,
        folder=folder,
    )
    return 0


def _folder(where: Where) -> Path:
    """Return where the verbs work: hosts start servers in a folder of their own."""
    said = click.get_current_context().find_root().params["folder"]
    project = None if said else where.environment.get("CLAUDE_PROJECT_DIR")
    return Path(project or where.folder).resolve()


def _root(where: Where, root: Path | None, folder: Path) -> Path:
    if root is not None:
        if not root.is_dir():
            raise InputError("expected a folder", code="option/folder", where=f"--root {root}")
        return root.resolve()
    with suppress(Unable):  # no repository yet: each call will say so
        place = Workspace(Where(folder=folder, environment=where.environment)).place
        return (place.top or folder).resolve()
    return folder


def _tools(root: Path, folder: Path, *, read_only: bool) -> list[Tool]:
    from gitbaseline.cli import agent_schema, agent_verbs, agent_words  # noqa: PLC0415 - loads verbs
    from gitbaseline.mcp import texts  # noqa: PLC0415
    from gitbaseline.mcp.schemas import bundled  # noqa: PLC0415
    from gitbaseline.mcp.tool import Tool  # noqa: PLC0415

    bounds = agent_words.Bounds(root=root, folder=folder)

    def words(offer: agent_verbs.Offer, arguments: Mapping[str, Any]) -> list[str]:
        return agent_words.words(offer, arguments, bounds)

    return [
        Tool(
            verb=verb,
            title=texts.TITLES[verb],
            description=texts.DESCRIPTIONS[verb],
            input_schema=agent_schema.input_schema(offer),
            output_schema=bundled(verb),
            reads_only=verb != "record",
            words=partial(words, offer),
        )
        for verb, offer in agent_verbs.OFFERS.items()
        if not (read_only and verb == "record")
    ]
