"""``git baseline completion``: click's own engine, reached through git's."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from gitbaseline.cli import output

_BRIDGE = """
# git calls _git_baseline for "git baseline <TAB>": hand the words to the program's own completion
_git_baseline() {
    local words=("git-baseline" "${COMP_WORDS[@]:2}")
    COMP_WORDS=("${words[@]}")
    COMP_CWORD=$((COMP_CWORD - 1))
    _git_baseline_completion git-baseline
}
"""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the completion script of a shell.

    \b
      git baseline completion bash > ~/.local/share/bash-completion/completions/git-baseline
    """
    # Late, so that the verbs are not known twice: main imports this module by name.
    from gitbaseline.cli.main import COMPLETE, group  # noqa: PLC0415

    engine = get_completion_class(shell)
    if engine is None:
        raise click.UsageError(f"no completion for {shell}")
    script = engine(group, {}, "git-baseline", COMPLETE).source()
    output.raw((script + (_BRIDGE if shell == "bash" else "")).encode())
    return 0
