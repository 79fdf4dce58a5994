"""``git baseline keys``: who may sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.listing import ListingGroup
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import InputError
from gitbaseline.model.names import Oid
from gitbaseline.model.root import (
    OTHER_KINDS,
    Limits,
    ListedKey,
    Role,
    allowed_signers,
    fingerprint,
    principal_fault,
)
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.signature import Fingerprint
from gitbaseline.model.text import visible_line
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.folding import width
from gitbaseline.report.numbers import counted
from gitbaseline.report.table import table
from gitbaseline.signing.keys import parse_public_key
from gitbaseline.signing.wire import Refused

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry import trust

_HEAD = ("Principal", "Roles", "Families", "State", "Fingerprint")


@click.group("keys", cls=ListingGroup)
def command() -> None:
    """Show, add and retire the keys that may sign on the branch; without a command, list them."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def list_keys(where: Where, /, *, as_json: bool) -> int:
    """List every key of the registry with what it may sign."""
    root = Workspace(where).registry.state().root
    if as_json:
        rows = [
            {
                "fingerprint": name,
                "principal": key.principal,
                "public_key": key.public_key,
                "roles": [str(role) for role in key.roles],
                "families": list(key.families) if key.families is not None else None,
                "live": key.live,
                "added": key.added,
                "retired": key.retired,
                "compromised_since": key.compromised_since,
            }
            for name, key in _by_holder(root.keys)
        ]
        content = {"registry_id": root.registry_id, "version": root.version, "keys": rows}
        output.document(document.envelope("keys", content))
        return 0
    listed = [
        (
            key.principal,
            ", ".join(key.roles),
            "all" if key.families is None else ", ".join(key.families),
            "live" if key.live else "compromised" if key.compromised_since else "retired",
            name,
        )
        for name, key in _by_holder(root.keys)
    ]
    whole = table(_HEAD, listed, right=frozenset())
    columns = output.columns()
    if columns and max(map(width, whole.split("\n"))) > columns:
        whole = "\n".join(_below(row, columns) for row in listed)
    output.say(whole)
    return 0


def _by_holder(keys: Mapping[Fingerprint, ListedKey]) -> list[tuple[Fingerprint, ListedKey]]:
    return sorted(keys.items(), key=lambda one: (one[1].principal, one[0]))


def _below(row: Sequence[str], columns: int) -> str:
    """Return a key in several lines, for a terminal that is too narrow for the table."""
    below = zip(map(str.lower, _HEAD[1:]), row[1:], strict=True)
    return f"{visible_line(row[0])}\n{facts(list(below), columns)}"


@command.command("allowed-signers", short_help="Print the SSH keys for stock git.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def allowed_signers_file(where: Where, /, *, as_json: bool) -> int:
    """Print the SSH keys for stock git's gpg.ssh.allowedSignersFile.

    \b
      git baseline keys allowed-signers > ~/.config/git/allowed_signers
      git -c gpg.ssh.allowedSignersFile=~/.config/git/allowed_signers verify-commit baselines
    """
    root = Workspace(where).registry.state().root
    data = allowed_signers(root)
    if as_json:
        lines = data.decode().splitlines()
        content = {"registry_id": root.registry_id, "version": root.version, "lines": lines}
        output.document(document.envelope("allowed-signers", content))
    else:
        output.raw(data)
    return 0


@command.command("add")
@click.argument("public_key", metavar="FILE.pub|'ssh-... AAAA...'|openpgp:HEX")
@click.option("--principal", metavar="NAME", help="Who holds it; default: the key's comment.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([str(role) for role in Role]),
    help="What it may sign; default: record. Repeat for several.",
)
@click.option(
    "--family", "families", multiple=True, help="Only for this family. Repeat for several."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def add_key(
    where: Where,
    /,
    *,
    public_key: str,
    principal: str | None,
    roles: tuple[str, ...],
    families: tuple[str, ...],
    as_json: bool,
) -> int:
    """List a key, so that its holder may sign. Needs a root key."""
    from gitbaseline.registry import trust  # noqa: PLC0415 - which -h does without

    name, line, comment = _public_key(public_key)
    holder = principal or comment
    if holder is None or principal_fault(holder):
        raise InputError(
            f"expected a name for its holder, got {holder!r}"
            if holder
            else "expected a name for its holder, since the key has no comment",
            code="key/principal",
            where="--principal",
            hint="--principal alice@example.org",
        )
    listed = ListedKey(
        principal=holder,
        public_key=line,
        roles=tuple(Role(role) for role in sorted(set(roles or ("record",)))),
        families=tuple(sorted(set(families))) if families else None,
    )
    return _state(where, "added", name, trust.add(name, listed), as_json=as_json)


@command.command("retire")
@click.argument("key", metavar="FINGERPRINT")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def retire_key(where: Where, /, *, key: str, as_json: bool) -> int:
    """Let a key sign nothing more. What it signed stays good. Prints a new pin."""
    from gitbaseline.registry import trust  # noqa: PLC0415 - as above

    name = Fingerprint(key)
    return _state(where, "retired", name, trust.retire(name), as_json=as_json)


@command.command("compromised", short_help="Distrust what a key signed since a commit.")
@click.argument("key", metavar="FINGERPRINT")
@click.option(
    "--since", required=True, metavar="COMMIT", help="The first commit of the branch not to trust."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def compromised_key(where: Where, /, *, key: str, since: str, as_json: bool) -> int:
    """Distrust what a key signed from a commit on, and the keys that it let in since."""
    from gitbaseline.registry import trust  # noqa: PLC0415 - as above

    commit = Workspace(where).git.resolve(since)
    if commit is None:
        raise InputError(f"no commit {since!r}", code="reference/unknown", where="--since")
    name = Fingerprint(key)
    return _state(where, "compromised", name, trust.compromised(name, Oid(commit)), as_json=as_json)


def _state(
    where: Where, word: str, name: Fingerprint, change: trust.Change, *, as_json: bool
) -> int:
    from gitbaseline.registry import permission, trust  # noqa: PLC0415 - as above

    workspace = Workspace(where)
    workspace.refuse_checked_out()
    author = workspace.author()
    branch = workspace.registry
    permission.require(branch.state(), author, Role.ROOT, None)
    statement = trust.TrustChange(change=change, objects=workspace.store, verify=workspace.verify)
    written = branch.append(statement, author, clock)
    pin = written.state.raw_sha256
    if as_json:
        content = {
            "key": name,
            "change": word,
            "version": written.state.root.version,
            "commit": written.commit,
            "pin": pin,
            "distrusted": sorted(written.state.distrusted),
        }
        output.document(document.envelope("trust", content))
        return 0
    output.say(f"Key {name} {word}, trust state {written.state.root.version}")
    lost = len(written.state.distrusted)
    output.say(
        facts(
            [
                ("commit", written.commit),
                ("new pin", pin if word != "added" else ""),
                ("distrusted", f"{counted(lost, 'statement')} in all" if lost else ""),
            ],
            output.columns(),
        )
    )
    if word != "added":
        output.note("")
        output.note(f"  git config baseline.root {pin}")
    return 0


def _public_key(given: str) -> tuple[Fingerprint, str, str | None]:
    """Return a key's name, its line in ``root.json``, and its comment: of a file or of words."""
    from gitbaseline.registry.source import read  # noqa: PLC0415 - as above

    kind, colon, name = given.partition(":")
    if colon and kind in OTHER_KINDS:
        line = f"{kind} {name.upper()}"
        try:
            return fingerprint(line), line, None
        except ShapeError as error:
            raise InputError(str(error), code="key/form", where=given) from None
    line = given
    if " " not in given:
        limits = Limits(file_bytes=64 * 1024)
        line = read(Path(given), limits).files[0].data.decode("utf-8", "replace")
    try:
        key = parse_public_key(line)
    except Refused as refused:
        raise InputError(
            f"not a public key that may sign: {refused}",
            code=refused.rule,
            where=given,
            hint="expected one line as in ~/.ssh/id_ed25519.pub",
        ) from None
    words = line.split()
    return key.fingerprint, key.openssh, words[2] if len(words) == 3 else None
