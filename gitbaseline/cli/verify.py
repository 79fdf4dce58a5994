"""``git baseline verify``: every commit, from the genesis to the tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gitbaseline import __version__
from gitbaseline.cli import gap, output, progress
from gitbaseline.cli.workspace import Workspace
from gitbaseline.config import checked_pins
from gitbaseline.errors import InputError
from gitbaseline.model.names import Oid
from gitbaseline.model.signature import Fingerprint, SignatureKind, kind_of_key
from gitbaseline.report import document
from gitbaseline.report.facts import facts
from gitbaseline.report.findings import findings
from gitbaseline.report.folding import folded
from gitbaseline.report.numbers import counted

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.verify import Signer, Verification

SSH = SignatureKind.SSH
_WARNINGS = 3


@click.command()
@click.option(
    "--root", "roots", multiple=True, metavar="SHA256", help="Pin; default: baseline.root."
)
@click.option("--ref", metavar="REF", help="Verify this ref or commit instead of the branch.")
@click.option("--full", is_flag=True, help="From the genesis, whatever was verified before.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Findings as SARIF on stdout.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    roots: tuple[str, ...],
    ref: str | None,
    full: bool,
    as_sarif: bool,
    as_json: bool,
) -> int:
    """Check the registry: grammar, signatures, digests, append-only, derived files.

    Goes on from the last tip that was found good here, under the same pins; --full begins at the
    genesis. Exits 0 only if the history is complete and nothing speaks against it. Without a pin it
    proves consistency, not whose registry it is, and says so.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry.inspect import inspect  # noqa: PLC0415
    from gitbaseline.registry.overlays import overlays  # noqa: PLC0415

    workspace = Workspace(where)
    branch = workspace.registry
    tip = _named(workspace, ref) if ref else branch.tip() or branch.state().commit
    pins = (*checked_pins(roots, where="--root"), *workspace.settings.pins)
    with progress.counting("verified", "commits") as told:
        result = inspect(
            branch,
            tip,
            pins=pins,
            cache=workspace.cache,
            remote=workspace.remote,
            full=full,
            progress=told,
        )
    _warn(overlays(branch.store, workspace.place.common_dir))
    if as_sarif:
        from gitbaseline.policy.rules import RULES  # noqa: PLC0415 - rarely asked for
        from gitbaseline.report.sarif import sarif  # noqa: PLC0415 - as above

        log = sarif(result.violations, RULES, __version__, incomplete=result.incomplete)
        output.document(log)
    elif as_json:
        output.document(document.envelope("verify", {"good": result.good, **asdict(result)}))
    else:
        cut = result.genesis is None and result.since is None
        _tell(result, gap.rest(workspace, cut=cut), has_pins=bool(pins))
    if result.incomplete and not result.violations:
        return 3
    return 0 if result.good else 1


def _named(workspace: Workspace, ref: str) -> Oid:
    commit = workspace.git.resolve(ref)
    if commit is None:
        raise InputError(f"no commit {ref!r}", code="reference/unknown", where="--ref")
    return Oid(commit)


def _warn(texts: Sequence[str]) -> None:
    for text in texts[:_WARNINGS]:
        output.warn(text)
    if len(texts) > _WARNINGS:
        output.note(f"and {len(texts) - _WARNINGS} more: git replace")


def _tell(result: Verification, rest: str, *, has_pins: bool) -> None:
    for line in findings(result.violations):
        output.say(line)
    if result.violations:
        rule = result.violations[0].rule
        found = counted(len(result.violations), "finding")
        output.say(f"NOT verified: {found}; git baseline explain {rule}")
    if result.incomplete:
        output.say(folded(f"INCOMPLETE: {result.incomplete}", output.columns()))
        output.say(f"  {rest}")
    if not result.violations and not result.incomplete:
        kinds = ", ".join(f"{count} {kind}" for kind, count in result.kinds.items())
        new = f" {counted(result.statements, 'statement')} ({kinds})" if kinds else ": nothing new"
        after = f" after {result.since[:12]}, which was verified before" if result.since else ""
        output.say(f"verified{new}{after}")
    output.say(
        facts(
            [
                ("registry", result.registry_id or ""),
                ("tip", result.tip),
                *(("signed", _signed(signer)) for signer in result.signers),
                ("note", "what cannot be read is not proved" if result.incomplete else ""),
                ("note", _judged_by(result)),
                ("pin", _pin(result, has_pins=has_pins)),
            ],
            output.columns(),
        )
    )
    if result.genesis and not (has_pins or result.violations or result.incomplete):
        output.note("")
        output.note(f"  git config baseline.root {result.genesis}")


def _signed(by: Signer) -> str:
    return f"{counted(by.statements, 'statement')} by {by.principal}, {by.fingerprint}"


def _judged_by(result: Verification) -> str:
    others = sum(kind_of_key(Fingerprint(s.fingerprint)) is not SSH for s in result.signers)
    if not others:
        return ""
    return f"{others} keys are not SSH: gpg or gpgsm judged them, which bind no one spelling"


def _pin(result: Verification, *, has_pins: bool) -> str:
    if result.pinned:
        return "holds: the chain contains a pin of yours"
    if result.pinned is False:
        return "DOES NOT HOLD: this is another registry than the pinned one"
    if has_pins:
        return "not found in the history that is here"
    return "unpinned: proves consistency, not whose registry it is"
