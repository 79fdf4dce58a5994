"""The last steps that ``record`` and ``run`` share: show, ask, sign, write, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import click

from gitbaseline.cli import defaults, output
from gitbaseline.cli.intake import Taken
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.layout import EntryPath, entry_path
from gitbaseline.model.manifest import digest
from gitbaseline.model.root import Role
from gitbaseline.model.signature import Fingerprint
from gitbaseline.policy.state import State
from gitbaseline.registry import idempotency, permission
from gitbaseline.registry.branch import Author, Draft
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.record import Record, to_bytes
from gitbaseline.report import document, text

_NO_TIME = "1970-01-01T00:00:00Z"


def finish(workspace: Workspace, taken: Taken, options: Mapping[str, Any]) -> int:
    """Record the entry, or show what would be recorded; return the exit code."""
    branch = workspace.registry
    state = branch.state()
    workspace.refuse_checked_out()
    author = workspace.author()
    permission.require(state, author, Role.RECORD, taken.entry.family)
    if defaults.team_file(workspace.place.top):
        from gitbaseline.registry.testbed import with_testbed  # noqa: PLC0415 - a team names them

        team = defaults.team(workspace.place.top)
        taken = replace(taken, entry=with_testbed(taken.entry, team))
    token = _token(taken)
    if options["confirm"] and options["confirm"] != token:
        raise InputError(
            "this record is not the one that the dry run showed",
            code="confirm/differs",
            where="--confirm",
            hint="run it with --dry-run again and look at what changed",
        )
    ruling = _Ruling(workspace=workspace, options=options, signer=author.fingerprint)
    record = Record(
        entry=taken.entry,
        payload=taken.payload,
        objects=branch.chain.objects,
        trees=branch.chain.trees,
        ruling=ruling,
    )
    tell = _Teller(taken=taken, ruling=ruling, as_json=options["as_json"])
    sure = options["yes"] or options["confirm"] or options["as_json"]
    try:
        if options["dry_run"] or (not sure and output.interactive()):
            draft = record.draft(state)
            entry = draft.entry or taken.entry
            if options["dry_run"]:
                tell.dry_run(_path(draft), entry, token)
                return 0
            _ask(workspace, _path(draft), entry, author)
        written = branch.append(record, author, clock)
    except _SaidBefore as before:
        tell.repeated(before.entry.path, before.entry.baseline, before.commit)
        return 0
    path, entry = _path(written.draft), written.draft.entry or taken.entry
    tell.recorded(path, entry, written.commit)
    if not options["as_json"]:
        _next(workspace, path, entry)
    return 0


class _SaidBefore(Exception):  # noqa: N818 - an answer that ends the writing: there is nothing to do
    """The entry was recorded earlier under the same idempotency key."""

    def __init__(self, entry: Entry, commit: str | None) -> None:
        super().__init__(str(entry.path))
        self.entry = entry
        self.commit = commit


@dataclass(slots=True, kw_only=True)
class _Ruling:
    """What a tip makes of an entry: said before, or held to the latest comparable one there.

    Asked again whenever another writer was faster. ``warnings`` are those of the last tip.
    """

    workspace: Workspace
    options: Mapping[str, Any]
    signer: Fingerprint
    warnings: tuple[str, ...] = ()

    def __call__(self, state: State, entry: Baseline) -> Baseline:
        """Return the entry as it stands after ``state``; raise _SaidBefore where it is there."""
        workspace, chain = self.workspace, self.workspace.registry.chain
        reader = Reader(chain.objects, chain.trees, state)
        earlier = idempotency.earlier(reader, workspace.store, workspace.verify, entry, self.signer)
        if earlier:
            raise _SaidBefore(earlier, reader.commit_of(earlier.path))
        self.warnings = ()
        if not (entry.continues or reader.stretches(entry.family, entry.measurement)):
            return entry
        from gitbaseline.registry import judging  # noqa: PLC0415 - a first entry is held to nothing

        ruled = judging.rule(
            reader,
            entry,
            defaults.team(workspace.place.top),
            accept_harness_change=self.options["accept_harness_change"],
        )
        self.warnings = ruled.warnings
        return ruled.entry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Reports what became of an entry, to people or to programs."""

    taken: Taken
    ruling: _Ruling
    as_json: bool

    def recorded(self, path: EntryPath, entry: Baseline, commit: str) -> None:
        """Say that it stands on the branch."""
        self._tell("Recorded", path, entry, commit=commit)

    def dry_run(self, path: EntryPath, entry: Baseline, token: str) -> None:
        """Say that it would be recorded; the token spends this dry run."""
        self._tell("Would record", path, entry, token=token)

    def repeated(self, path: EntryPath, entry: Baseline, commit: str | None) -> None:
        """Say that it was recorded before under the same key."""
        self._tell("Already recorded", path, entry, commit=commit, repeated=True)

    def _tell(
        self,
        word: str,
        path: EntryPath,
        entry: Baseline,
        *,
        commit: str | None = None,
        token: str | None = None,
        repeated: bool = False,
    ) -> None:
        warnings = (*self.taken.warnings, *self.ruling.warnings)
        for warning in warnings:
            output.warn(warning)
        if self.as_json:
            content = document.recorded(
                path, entry, commit=commit, warnings=warnings, token=token, repeated=repeated
            )
            output.document(document.envelope("record", content))
            return
        skipped = self.taken.passed_over
        output.say(f"{word} {path}")
        output.say(
            text.facts(
                [
                    *text.entry_facts(path, entry),
                    ("passed over", f"{skipped} lines without a metric" if skipped else ""),
                    ("commit", commit or ""),
                    ("confirm", token or ""),
                ]
            )
        )


def _path(draft: Draft) -> EntryPath:
    found = entry_path(*draft.subject.split("/"))
    if found is None:
        raise AssertionError(draft.subject)
    return found


def _ask(workspace: Workspace, path: EntryPath, entry: Baseline, author: Author) -> None:
    output.note(f"{path}")
    output.note(text.facts(text.entry_facts(path, entry)))
    output.note(f"  repository {workspace.place.top or workspace.place.git_dir}")
    output.note(f"  signs      {author.fingerprint}")
    if not click.confirm("Register?", default=True, err=True):
        raise click.exceptions.Abort


def _next(workspace: Workspace, path: EntryPath, entry: Baseline) -> None:
    output.note("")
    if entry.standing is Standing.CANDIDATE:
        output.note(f'  git baseline accept {path.series}@{path.slug} --why "..."')
    output.note(f"  git baseline show {path.series}")
    output.note(f"  git baseline diff {path.series} FILE")
    if workspace.settings.remote_url:
        output.note(f"  git push {workspace.settings.remote} {workspace.settings.branch}")


def _token(taken: Taken) -> str:
    """Return what stands for exactly this record, its time apart."""
    timeless = replace(taken.entry, registered_at_utc=_NO_TIME)
    return digest({**taken.payload, "baseline.json": to_bytes(timeless)})[:32]
