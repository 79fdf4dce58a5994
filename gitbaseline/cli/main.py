"""The group of verbs, loaded one at a time, and the boundary where errors become exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from gitbaseline import __version__
from gitbaseline.cli import output
from gitbaseline.cli.where import Where
from gitbaseline.errors import GitBaselineError, InputError

# Verb -> (module below cli, its command there, short help); so that -h need not load a verb.
VERBS = {
    "init": ("init", "command", "Start the registry, or adopt the one that the remote has"),
    "record": ("record", "command", "Record a measurement as a signed baseline"),
    "run": ("run", "command", "Measure a command, then record it"),
    "list": ("list_", "command", "List what the registry holds"),
    "show": ("show", "command", "Show one entry, or a file of it"),
    "log": ("log", "command", "Show the history of a measurement"),
    "diff": ("diff", "command", "Hold a measurement to a baseline: did it regress?"),
    "verify": ("verify", "command", "Check every commit of the registry"),
    "accept": ("event", "accept", "Make a candidate a baseline, with a reason"),
    "retract": ("event", "retract", "Withdraw an entry, with a reason"),
    "undo": ("undo", "command", "Take back the last record while it is unpushed"),
    "keys": ("keys", "command", "Show, add and retire the keys that may sign"),
    "hooks": ("hooks", "command", "Install the hooks, and prove that they enforce"),
    "hook": ("hook", "command", "What installed hooks call"),
    "ceilings": ("ceilings", "command", "Show the published peaks of hardware"),
    "explain": ("explain", "command", "Explain a rule that verify or a hook names"),
    "quickstart": ("quickstart", "command", "See it all work, in a temporary folder"),
    "completion": ("completion", "command", "Print the shell's completion script"),
}


class Verbs(click.Group):
    """A group that imports a verb's module when that verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of a first day's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one verb."""
        if cmd_name not in VERBS:
            return None
        place, attribute, _ = VERBS[cmd_name]
        module = importlib.import_module(f"gitbaseline.cli.{place}")
        gc.enable()  # switched off while modules load, see __main__
        command: click.Command = getattr(module, attribute)
        return command

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
@click.option("-C", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Work in DIR.")
@click.version_option(__version__, message="git-baseline %(version)s")
@click.pass_context
def group(context: click.Context, folder: Path | None) -> None:
    """Signed, append-only performance baselines on a branch of your repository."""
    if folder is not None:
        _enter(folder)
    root = None if folder else os.environ.get("PROFILE_AND_OPTIMIZE_REPO_ROOT")
    context.obj = Where(folder=Path(root or "."), environment=dict(os.environ))


def _enter(folder: Path) -> None:
    """Go to the folder of ``-C``: like git's, it is where every later path begins."""
    try:
        os.chdir(folder)
    except OSError as error:
        raise InputError(
            f"cannot work there: {error.strerror}", code="repository/folder", where=str(folder)
        ) from None


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the program and exit with the code that the contract gives to what happened."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(_exit_code(words))


def _exit_code(words: list[str]) -> int:
    own = words[: words.index("--")] if "--" in words else words  # after it, the program's
    as_json = "--json" in own
    try:
        result = group.main(args=words, prog_name="git baseline", standalone_mode=False)
    except GitBaselineError as error:
        output.error(error, as_json=as_json)
        return error.exit_code
    except click.exceptions.Abort:
        output.complain("interrupted")
        return 130
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader went away; click turns that into an exit of its own, and into no other.
        # Without the new stdout Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except click.ClickException as error:
        output.usage(error, as_json=as_json)
        return 2
    except Exception:  # noqa: BLE001 - the boundary: a fault of ours keeps its traceback
        import platform  # noqa: PLC0415 - 5 ms for both, and only a fault has a use for them
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        output.complain(
            f"a fault in git-baseline {__version__} (Python {platform.python_version()}, "
            f"{platform.platform()}); please report it with the lines above"
        )
        return 70
    return result if isinstance(result, int) else 0
