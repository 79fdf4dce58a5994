"""The group of verbs, loaded one at a time, and the boundary where errors become exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gitbaseline import __version__
from gitbaseline.cli import output
from gitbaseline.errors import GitBaselineError, InputError, Unable

if TYPE_CHECKING:  # what -h has no use for, it does not wait for: docs/decisions/0005-start-up.md
    from gitbaseline.cli.where import Where

# Verb -> (module below cli, its command there, short help); so that -h need not load a verb.
VERBS = {
    "init": ("init", "command", "Start the registry, or adopt the one that the remote has"),
    "record": ("record", "command", "Record a measurement as a signed baseline"),
    "run": ("run", "command", "Measure a command, then record it"),
    "list": ("list_", "command", "List what the registry holds"),
    "show": ("show", "command", "Show one entry, or a file of it"),
    "log": ("log", "command", "Show the history of a measurement"),
    "search": ("search", "command", "Find entries by words and by fields"),
    "diff": ("diff", "command", "Hold a measurement to a baseline: did it regress?"),
    "frontier": ("frontier", "command", "Rank what to try next, over the whole registry"),
    "study": ("study", "command", "Find the tolerance that a measurement's noise calls for"),
    "verify": ("verify", "command", "Check every commit of the registry"),
    "prove": ("prove", "command", "Write one file that proves one entry"),
    "check-proof": ("check_proof", "command", "Check such a file, with no repository"),
    "accept": ("event", "accept", "Make a candidate a baseline, with a reason"),
    "retract": ("event", "retract", "Withdraw an entry, with a reason"),
    "undo": ("undo", "command", "Take back the last record while it is unpushed"),
    "push": ("push", "command", "Push the registry; where others were faster, again"),
    "collect": ("collect", "command", "Bring what waits in the inbox onto the branch"),
    "fetch": ("fetch", "command", "Fetch what others recorded, and check it"),
    "import": ("import_", "command", "Import a history: folders, pytest-benchmark, asv, data.js"),
    "export": ("export", "command", "Export the registry: folders, Parquet, CSV, OpenMetrics"),
    "query": ("query", "command", "Ask the registry in SQL"),
    "keys": ("keys", "command", "Show, add and retire the keys that may sign"),
    "hooks": ("hooks", "command", "Install the hooks, and prove that they enforce"),
    "hook": ("hook", "command", "What installed hooks call"),
    "site": ("site", "command", "Write the registry as a static site"),
    "ceilings": ("ceilings", "command", "Show the published peaks of hardware"),
    "formats": ("formats", "command", "Show which outputs are understood, and try one"),
    "explain": ("explain", "command", "Explain a rule that verify or a hook names"),
    "mcp": ("mcp", "command", "Serve the registry to agents"),
    "quickstart": ("quickstart", "command", "See it all work, in a temporary folder"),
    "completion": ("completion", "command", "Print the shell's completion script"),
}

COMPLETE = "_GIT_BASELINE_COMPLETE"  # what the shell asks in; click would make it of the name

# To git bisect run a wrong call or a fault of ours would be one more bad commit; this ends it.
_NO_ANSWER = (2, 3, 70)
_ABORT = 255

_ASKS_AHEAD = ("record",)  # needs all of the answers, and is what people wait for most

# Values made between two looks for cycles. A diff makes a hundred thousand, and none has cycles.
_YOUNG = 100_000


def collect_rarely() -> None:
    """Let the collector, off while modules load (``__main__``), pass by them, and seldom look."""
    gc.freeze()
    gc.set_threshold(_YOUNG)
    gc.enable()


class Verbs(click.Group):
    """A group that imports a verb's module when that verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of a first day's work."""
        return list(VERBS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the place to work in before the verb's module is loaded."""
        if not ctx.resilient_parsing:  # not for completion
            ctx.obj = _where(ctx.params["folder"])
            if args[0] in _ASKS_AHEAD and not {"-h", "--help"} & {*args}:
                ctx.obj = _ask_ahead(ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one verb."""
        if cmd_name not in VERBS:
            return None
        from gitbaseline.cli.filled import require_filled  # noqa: PLC0415 - -h needs none of it

        place, attribute, _ = VERBS[cmd_name]
        module = importlib.import_module(f"gitbaseline.cli.{place}")
        collect_rarely()
        command: click.Command = getattr(module, attribute)
        require_filled(command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; of what is not in this clone say how to bring it."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:  # of -h, which needs none of this
            raise
        except Exception as error:
            from gitbaseline.cli.gap import hinted  # noqa: PLC0415

            hinted(error, ctx.obj)
            raise  # no name for it here: what it holds, a ref's lock, goes when it is told

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, text) for verb, (_, _, text) in VERBS.items()])


@click.group(
    cls=Verbs,
    name="git baseline",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="git baseline VERB -h explains one verb; git help baseline is the manual page.",
)
@click.option("-C", "folder", metavar="DIR", type=click.Path(), help="Work in DIR.")
@click.version_option(__version__, message="git-baseline %(version)s")
def group(folder: str | None) -> None:
    """Signed, append-only performance baselines on a branch of your repository."""


def _where(folder: str | None) -> Where:
    from pathlib import Path  # noqa: PLC0415 - as above

    from gitbaseline.cli.where import Where  # noqa: PLC0415

    if folder is not None:
        _enter(folder)
    root = os.environ.get("PROFILE_AND_OPTIMIZE_REPO_ROOT") if folder is None else None
    return Where(folder=Path(root or "."), environment=dict(os.environ))


def _ask_ahead(context: click.Context) -> Where:
    from gitbaseline.cli.where import Where  # noqa: PLC0415 - as above
    from gitbaseline.transport.git import Git  # noqa: PLC0415 - only some verbs need it

    where: Where = context.obj
    git = Git(where.folder, where.environment)
    git.ask_ahead()
    context.call_on_close(git.forget_ahead)
    return Where(folder=where.folder, environment=where.environment, git=git)


def _enter(folder: str) -> None:
    """Go to the folder of ``-C``: like git's, it is where every later path begins."""
    try:
        os.chdir(folder or ".")  # as git does
    except OSError as error:
        raise InputError(
            f"cannot work there: {error.strerror}", code="repository/folder", where=folder
        ) from None


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the program and exit with the code that the contract gives to what happened."""
    words = sys.argv[1:] if arguments is None else arguments
    own = words[: words.index("--")] if "--" in words else words  # after it, the program's
    try:
        code = _exit_code(words, as_json="--json" in own)
    except OSError:  # of an error that could not be told: nothing takes what is written
        output.unwritable()
        code = Unable.exit_code
    gc.freeze()  # as it ends, Python looks for cycles among all that there is, twice
    sys.exit(_ABORT if "--bisect" in own and code in _NO_ANSWER else code)


def _exit_code(words: list[str], *, as_json: bool) -> int:
    try:
        result = group.main(
            args=words, prog_name="git baseline", complete_var=COMPLETE, standalone_mode=False
        )
    except GitBaselineError as error:
        output.error(error, as_json=as_json)
        return error.exit_code
    except click.exceptions.Abort:
        output.complain("interrupted")
        return 130
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not ended.code:
            return 0  # what completes was told to the shell
        # The reader went away; click turns that into an exit of its own, and into no other.
        # Without the new stdout Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except click.ClickException as error:
        output.usage(error, as_json=as_json)
        return 2
    except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours keeps its traceback
        stream = output.unwritable() if isinstance(error, OSError) else None
        return _unsaid(stream, error) if stream else _fault()
    return result if isinstance(result, int) else 0


def _unsaid(stream: str, error: Exception) -> int:
    """Say that the answer could not be written; what the verb did stands."""
    why = getattr(error, "strerror", None) or str(error)
    output.complain(f"{stream} cannot be written: {why}")
    output.note("hint: what was done stands; ask again where there is room")
    return Unable.exit_code


def _fault() -> int:
    import platform  # noqa: PLC0415 - 5 ms for both, and only a fault has a use for them
    import traceback  # noqa: PLC0415

    traceback.print_exc()
    output.complain(
        f"a fault in git-baseline {__version__} (Python {platform.python_version()}, "
        f"{platform.platform()}); please report it with the lines above"
    )
    return 70
