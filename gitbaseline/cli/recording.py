"""The last steps that ``record`` and ``run`` share: show, ask, sign, write, tell."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gitbaseline.cli import defaults, output
from gitbaseline.cli.intake import Taken
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.layout import EntryPath, entry_of
from gitbaseline.model.manifest import digest
from gitbaseline.model.root import Role
from gitbaseline.registry import permission
from gitbaseline.registry.branch import Author
from gitbaseline.registry.payload import Payload, payload_of
from gitbaseline.registry.record import Record, to_bytes
from gitbaseline.registry.ruling import Placed, Ruling, SaidBefore
from gitbaseline.report import document
from gitbaseline.report.entry import entry_facts
from gitbaseline.report.facts import facts
from gitbaseline.report.numbers import counted, size

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
    payload = payload_of(taken.stored, state.root.limits, lfs=options["lfs"])
    taken = _with_warning(workspace, taken, payload)
    is_shown = options["dry_run"] or options["confirm"]
    token = _token(workspace, taken.entry, payload) if is_shown else ""
    if options["confirm"] and options["confirm"] != token:
        raise InputError(
            "this record is not the one that the dry run showed",
            code="confirm/differs",
            where="--confirm",
            hint="run it with --dry-run again and look at what changed",
        )
    ruling = defaults.ruling(
        workspace, author, accept_harness_change=options["accept_harness_change"]
    )
    record = Record(
        entry=taken.entry,
        payload=payload.files,
        objects=branch.chain.objects,
        trees=branch.chain.trees,
        ruling=ruling,
    )
    tell = _Teller(taken, payload, ruling, as_json=options["as_json"])
    sure = options["yes"] or options["confirm"] or options["as_json"]
    try:
        if options["dry_run"] or (not sure and output.interactive()):
            draft = record.draft(state)
            entry = draft.entry or taken.entry
            if options["dry_run"]:
                tell.dry_run(entry_of(draft.subject), entry, token)
                return 0
            tell.ask(workspace, entry_of(draft.subject), entry, author)
        if payload.objects:
            workspace.shelf.keep(payload.objects)
        written = branch.append(record, author, clock)
        placed = Placed(
            path=entry_of(written.draft.subject),
            entry=written.draft.entry or taken.entry,
            commit=written.commit,
        )
    except SaidBefore as before:
        placed = Placed.before(before)
    if options["push"]:
        from gitbaseline.cli import remotes  # noqa: PLC0415 - most records stay here for now

        return remotes.push_placed(workspace, placed, ruling, tell.placed)
    tell.placed(placed)
    if not (options["as_json"] or placed.repeated):
        _next(workspace, placed.path, placed.entry)
    return 0


class _Teller:
    """Reports what became of an entry, to people or to programs; to nobody the same thing twice."""

    def __init__(self, taken: Taken, payload: Payload, ruling: Ruling, *, as_json: bool) -> None:
        self.taken = taken
        self.payload = payload
        self.ruling = ruling
        self.as_json = as_json
        self.shown: Baseline | None = None

    def ask(self, workspace: Workspace, path: EntryPath, entry: Baseline, author: Author) -> None:
        """Show what would be recorded, and go on only where a person wants it."""
        self._warn()
        place = workspace.place.top or workspace.place.git_dir
        asked = [
            *self._facts(path, entry),
            ("repository", str(place)),
            ("signs", author.fingerprint),
        ]
        output.note(str(path))
        output.note(facts(asked, output.columns(sys.stderr)))
        output.confirm("Register?", otherwise="nothing was recorded")
        self.shown = entry

    def placed(self, placed: Placed, *, pushed: bool | None = None) -> None:
        """Say that it stands on the branch; ``pushed`` is None where that was not asked for."""
        word = "Already recorded" if placed.repeated else "Recorded"
        self._tell(
            word,
            placed.path,
            placed.entry,
            commit=placed.commit,
            repeated=placed.repeated,
            pushed=pushed,
        )

    def dry_run(self, path: EntryPath, entry: Baseline, token: str) -> None:
        """Say that it would be recorded; the token spends this dry run."""
        self._tell("Would record", path, entry, token=token)

    def _tell(
        self,
        word: str,
        path: EntryPath,
        entry: Baseline,
        *,
        commit: str | None = None,
        token: str | None = None,
        repeated: bool = False,
        pushed: bool | None = None,
    ) -> None:
        if not self.shown:
            self._warn()
        if self.as_json:
            content = document.recorded(
                path,
                entry,
                commit=commit,
                warnings=self._warnings,
                token=token,
                repeated=repeated,
                pushed=pushed,
                lfs=bool(self.payload.objects),
            )
            output.document(document.envelope("record", content))
            return
        told = [
            *([] if self.shown == entry else self._facts(path, entry)),
            ("commit", commit or ""),
            ("pushed", "yes" if pushed else ""),
            ("confirm", token or ""),
        ]
        output.say(f"{word} {path}")
        output.say(facts(told, output.columns()))

    @property
    def _warnings(self) -> tuple[str, ...]:
        return (*self.taken.warnings, *self.ruling.warnings)

    def _warn(self) -> None:
        for warning in self._warnings:
            output.warn(warning)

    def _facts(self, path: EntryPath, entry: Baseline) -> list[tuple[str, str]]:
        skipped = self.taken.passed_over
        return [
            *entry_facts(path, entry),
            ("Git LFS", _kept(self.payload)),
            ("passed over", f"{counted(skipped, 'line')} without a metric" if skipped else ""),
        ]


def _next(workspace: Workspace, path: EntryPath, entry: Baseline) -> None:
    output.note("")
    if entry.standing is Standing.CANDIDATE:
        output.note(f'  git baseline accept {path.series}@{path.slug} --why "..."')
    output.note(f"  git baseline show {path.series}")
    output.note(f"  git baseline diff {path.series} FILE")
    if workspace.settings.remote_url:
        output.note("  git baseline push")


def _with_warning(workspace: Workspace, taken: Taken, payload: Payload) -> Taken:
    """Return it with a warning where its source could not be pushed from here."""
    if not payload.objects:
        return taken
    from gitbaseline.transport import lfs  # noqa: PLC0415 - most sources are small

    if lfs.installed(workspace.git):
        return taken
    text = "Git LFS keeps the source here, but pushing it takes git-lfs, which is not installed"
    return replace(taken, warnings=(*taken.warnings, text))


def _kept(payload: Payload) -> str:
    count = len(payload.objects)
    return f"{counted(count, 'object')}, {size(payload.size)}" if count else ""


def _token(workspace: Workspace, entry: Baseline, payload: Payload) -> str:
    """Return what stands for exactly this record, its time apart, as the measurement's next one."""
    timeless = replace(entry, registered_at_utc=_NO_TIME)
    newest = next(workspace.reader.newest(entry.family, entry.measurement), "")
    after = f"{newest}\n".encode()
    return digest({**payload.files, "after": after, "baseline.json": to_bytes(timeless)})[:32]
