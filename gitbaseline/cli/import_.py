"""``git baseline import``: what was measured before there was a registry."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output, progress
from gitbaseline.cli.filled import PATH
from gitbaseline.cli.workspace import Workspace, clock, recorder
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Registrant, Workstation
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.root import Role
from gitbaseline.model.text import normal
from gitbaseline.registry import stores
from gitbaseline.registry.listing import Fate, Listing, Outcome
from gitbaseline.report import document
from gitbaseline.report.numbers import counted
from gitbaseline.report.table import table
from gitbaseline.transport import machine

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.branch import Author
    from gitbaseline.registry.imported import Terms

_SHOWN = 20
_DAY = len("2026-05-20")
_FATES = {
    Fate.PRESENT: "there already",
    Fate.REFUSED: "refused",
    Fate.WITHDRAWN: "retracted where they come from",
}
_HEAD = ("Measurement", "Imported", "There", "From", "To")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=PATH)
@click.option(
    "--from",
    "kind",
    type=click.Choice([store.NAME for store in stores.STORES]),
    help="What PATH is; default: told by what lies there.",
)
@click.option("-f", "--family", help="Family of a history that names none.")
@click.option("-m", "--measurement", help="Measurement of a history, in place of the tool's name.")
@click.option("--redact", is_flag=True, help="Store copies without private fields and secrets.")
@click.option(
    "--allow-secret",
    "allowed",
    multiple=True,
    metavar="FINGERPRINT",
    help="Let one finding through.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be imported; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    paths: tuple[Path, ...],
    kind: str | None,
    family: str | None,
    measurement: str | None,
    redact: bool,
    allowed: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Import a history: one signed commit for each entry, which keeps its original time.

    PATH is a folder as experiments/artifacts/perf-baselines, or one that export wrote; the
    storage of pytest-benchmark, the results of asv, or the data.js of github-action-benchmark. What
    is there already is left alone, so an import that was broken off goes on when it is run again.
    An entry that cannot be read is told and left out, and the exit code is 2.

    \b
      git baseline import experiments/artifacts/perf-baselines
      git baseline import --dry-run .benchmarks
      git baseline import -f mylib -m suite .asv/results
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import defaults  # noqa: PLC0415
    from gitbaseline.registry import permission  # noqa: PLC0415
    from gitbaseline.registry.imported import Terms  # noqa: PLC0415

    workspace = Workspace(where)
    branch = workspace.registry
    state = branch.state()
    workspace.refuse_checked_out()
    author = workspace.author()
    terms = Terms(
        limits=state.root.limits,
        now=utc_from_epoch(clock()),
        registrant=Registrant(
            operator_user=normal(workspace.operator), team=workspace.settings.team
        ),
        recorder=recorder(),
        workstation=Workstation(hostname=machine.hostname(), uname=machine.uname()),
        commit=cache(workspace.git.resolve),
        family=defaults.checked_name(family or defaults.family(workspace), "--family"),
        measurement=defaults.checked_name(measurement, "--measurement") if measurement else None,
        redact=redact,
        allowed=allowed,
    )
    listing = _listing(paths, kind, terms, named=bool(family or measurement))
    for one in sorted({waiting.family for waiting in listing.waiting}):
        permission.require(state, author, Role.RECORD, one)
    outcomes = _import(workspace, None if dry_run else author, listing)
    if as_json:
        content = _plain(outcomes, dry_run=dry_run)
        output.document(document.envelope("import", content))
    else:
        _tell(outcomes, dry_run=dry_run)
        new = any(one.fate is Fate.IMPORTED for one in outcomes)
        if workspace.settings.remote_url and new and not dry_run:
            output.note("  git baseline push")
    return InputError.exit_code if any(one.error for one in outcomes) else 0


def _listing(paths: Sequence[Path], kind: str | None, terms: Terms, *, named: bool) -> Listing:
    """Return what all of the paths hold; InputError where that is nothing."""
    from gitbaseline.registry import from_folders  # noqa: PLC0415 - as above

    listings = []
    for path in paths:
        if not os.path.exists(path):
            raise InputError("no such file or directory", code="source/none", where=str(path))
        store = stores.named(kind) if kind else stores.detect(path)
        if named and store is from_folders:
            raise InputError(
                "the folders name family and measurement themselves",
                code="import/names",
                where="--family, --measurement",
                hint="leave them out, or rename the folders",
            )
        listings.append(store.listing(path, terms))
    whole = Listing(
        waiting=tuple(one for listing in listings for one in listing.waiting),
        refused=tuple(one for listing in listings for one in listing.refused),
        withdrawn=tuple(one for listing in listings for one in listing.withdrawn),
    )
    if not (whole.waiting or whole.refused or whole.withdrawn):
        raise InputError(
            "holds nothing that can be imported",
            code="import/nothing",
            where=", ".join(map(str, paths)),
            hint="git baseline import --from KIND PATH",
        )
    return whole


def _import(workspace: Workspace, author: Author | None, listing: Listing) -> list[Outcome]:
    from gitbaseline.registry.importing import Importing  # noqa: PLC0415 - as above

    total = len(listing.waiting) + len(listing.refused) + len(listing.withdrawn)
    outcomes = []
    with progress.counting("imported", "entries") as told:
        for outcome in Importing(workspace.registry, author, clock).each(listing):
            outcomes.append(outcome)
            told(len(outcomes), total)
    return outcomes


def _tell(outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    rows = _by_series(outcomes)
    if rows:
        output.say(table(_HEAD, rows, right=frozenset((1, 2)), columns=output.columns()))
    for one in _few(one for one in outcomes if one.error):
        output.complain(f"{one.where}: {_said(one)}")
        if one.error and one.error.hint:
            output.note(f"hint: {one.error.hint}")
    for warning, count in Counter(w for one in outcomes for w in one.warnings).most_common(_SHOWN):
        output.warn(f"{warning} ({counted(count, 'entry')})")
    counts = Counter(one.fate for one in outcomes)
    entries = counted(counts[Fate.IMPORTED], "entry")
    others = [f"{counts[fate]} {words}" for fate, words in _FATES.items() if counts[fate]]
    output.say(", ".join([f"{'Would import' if dry_run else 'Imported'} {entries}", *others]))


def _by_series(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Return a row for each measurement: how many came and were there, from when to when."""
    from gitbaseline.registry.candidates import base  # noqa: PLC0415 - as above

    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.path:
            found.setdefault(f"{one.path.family}/{base(one.path.measurement)}", []).append(one)
    return [
        (
            series,
            str(sum(one.fate is Fate.IMPORTED for one in entries)),
            str(sum(one.fate is Fate.PRESENT for one in entries)),
            min(one.at or "" for one in entries)[:_DAY],
            max(one.at or "" for one in entries)[:_DAY],
        )
        for series, entries in sorted(found.items())
    ]


def _plain(outcomes: Sequence[Outcome], *, dry_run: bool) -> dict[str, object]:
    def told(fate: Fate) -> list[dict[str, object]]:
        return [
            {
                "where": one.where,
                "entry": str(one.path),
                "commit": one.commit,
                "registered_at_utc": one.at,
                "warnings": list(one.warnings),
            }
            for one in outcomes
            if one.fate is fate
        ]

    return {
        "dry_run": dry_run,
        "imported": told(Fate.IMPORTED),
        "present": told(Fate.PRESENT),
        "refused": [
            {
                "where": one.where,
                "code": one.error.code,
                "message": str(one.error),
                "hint": one.error.hint,
            }
            for one in outcomes
            if one.error
        ],
        "withdrawn": [one.where for one in outcomes if one.fate is Fate.WITHDRAWN],
    }


def _said(one: Outcome) -> str:
    """Return the error of an outcome, without its place where the outcome's says as much."""
    error = one.error
    return error.message if error and one.where.endswith(error.where or "") else str(error)


def _few(outcomes: Iterable[Outcome]) -> list[Outcome]:
    found = list(outcomes)
    if len(found) > _SHOWN:
        output.complain(f"{len(found)} entries were refused; the first {_SHOWN}:")
    return found[:_SHOWN]
