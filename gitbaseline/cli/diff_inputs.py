"""What ``diff`` compares: the baseline, the current measurement, and the rules between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from gitbaseline.cli import defaults, intake, sourcing
from gitbaseline.cli.diff_options import as_entry
from gitbaseline.cli.diff_rules import AskedRules
from gitbaseline.cli.diff_sides import is_bare, is_number, is_source, require_unnamed, sides
from gitbaseline.cli.unpointed import Contents
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.diff import Rules
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import SNAPSHOT, EntryPath
from gitbaseline.model.metric import UNKNOWN_UNIT
from gitbaseline.model.names import is_series
from gitbaseline.registry.candidates import LOOKED_AT, Chosen, base, latest_comparable
from gitbaseline.registry.diffing import Held
from gitbaseline.registry.reader import Entry
from gitbaseline.registry.resolve import Resolved, find_series, resolve
from gitbaseline.registry.testbed import with_testbed
from gitbaseline.registry.unpointed import with_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The two sides and the rules. ``held`` is None where nothing that counts is registered.

    ``path`` is where the current side is registered, if it is; ``snapshot`` is its payload by what
    follows ``current-snapshot`` in its name, ``notes`` what was noticed when it was read.
    """

    held: Held | None
    current: Baseline
    name: str
    rules: Rules
    snapshot: Mapping[str, bytes | Path]
    passed_over: Sequence[str]
    notes: Sequence[str]
    path: EntryPath | None


def gather(workspace: Workspace, options: dict[str, Any]) -> Inputs:
    """Return what the arguments mean; InputError where they mean nothing."""
    reference, current = sides(options)
    call = _Call(workspace, options)
    more = options["sources"] or options["values"]
    require_unnamed(options, reference, is_held=bool(more) or is_source(current))
    if current is None and not more:
        return call.newest(reference or "")
    if current is None or is_source(current):
        return call.source(reference, current)
    if more:
        raise InputError(
            "--source and --value add trials to a file or a number, not to an entry",
            code="diff/trials",
            where=current,
        )
    return call.entries(reference or "", current)


class _Call:
    """One call of ``diff``: the repository and the options that every step needs."""

    def __init__(self, workspace: Workspace, options: dict[str, Any]) -> None:
        self.workspace = workspace
        self.options = options
        self.reader = workspace.reader
        self.rules = AskedRules(workspace, options)

    def newest(self, reference: str) -> Inputs:
        """Hold an entry to the latest comparable one before it; a bare name means the newest.

        That may be a candidate: why it is one is just what a person wants to see.
        """
        entry = self._newest(reference) if is_bare(reference) else self._resolve(reference).entry
        path = entry.path
        series = path.family, base(path.measurement)
        rules = self.rules.of(entry.baseline, None)
        chosen = latest_comparable(
            self.reader, series, entry.baseline, rules, but=path, before=True
        )
        return self._of_entry(_held(chosen, "the latest comparable before it"), entry, chosen)

    def entries(self, reference: str, current: str) -> Inputs:
        """Hold one registered entry to another."""
        later = self._resolve(current).entry
        if not is_bare(reference):
            found = self._resolve(reference)
            return self._of_entry(Held(entry=found.entry, how=found.how), later, None)
        chosen = self._latest(self._series(reference, reference), later.baseline, later.path)
        return self._of_entry(_held(chosen, "latest comparable"), later, chosen)

    def source(self, reference: str | None, current: str | None) -> Inputs:
        """Hold a file, a directory, standard input or numbers to a registered entry."""
        series = self._series_of(reference) if reference else self._said()
        named = self._resolve(reference) if reference and not is_bare(reference) else None
        numeric = current is not None and is_number(current)
        paths = [*([current] if current and not numeric else []), *self.options["sources"]]
        values = [*([current] if current and numeric else []), *self.options["values"]]
        is_bare_number = values and series and not self.options["units"]
        assumed = self._unit(series, named) if series and is_bare_number else None
        taken, entry = self._take(paths, values, series, assumed)
        held, chosen = self._held_to(named, entry)
        if assumed and held and not (chosen and chosen.differs):
            unit = held.entry.baseline.unit or assumed
            if unit != assumed:  # the latest one, of another machine, is told in another unit
                assumed = unit
                taken, entry = self._take(paths, values, series, assumed)
        notes = [*taken.warnings]
        if assumed and assumed != UNKNOWN_UNIT:
            notes.append(f"the unit of a bare number is taken to be the baseline's: {assumed}")
        snapshot = {path.removeprefix(SNAPSHOT): data for path, data in taken.payload.items()}
        name = ", ".join([*paths, *values])
        return self._inputs(held, entry, name, snapshot=snapshot, notes=notes, chosen=chosen)

    def _held_to(
        self, named: Resolved | None, entry: Baseline
    ) -> tuple[Held | None, Chosen | None]:
        if named:
            return Held(entry=named.entry, how=named.how), None
        chosen = self._latest((entry.family, entry.measurement), entry, None)
        return _held(chosen, "latest comparable"), chosen

    def _newest(self, reference: str) -> Entry:
        series = self._series(reference, reference)
        found = (e for e in self.reader.entries(*series) if not (e.retracted or e.distrusted))
        entry = next(found, None)
        return entry or self._resolve(reference).entry  # which says that nothing counts

    def _resolve(self, text: str) -> Resolved:
        try:
            return resolve(self.reader, text, self.workspace.code)
        except InputError as error:
            raise _no_file(error, text) from None

    def _series(self, reference: str, text: str) -> tuple[str, str]:
        try:
            return find_series(self.reader, reference, text)
        except InputError as error:
            raise _no_file(error, text) from None

    def _series_of(self, reference: str) -> tuple[str, str]:
        """Return the series of a reference; one that is spelled out need not be there yet."""
        if not is_bare(reference):
            path = self._resolve(reference).entry.path
            return path.family, base(path.measurement)
        family, slash, measurement = reference.partition("/")
        spelled = bool(slash) and is_series(reference)
        return (family, measurement) if spelled else self._series(reference, reference)

    def _said(self) -> tuple[str, str] | None:
        """Return the series that ``-f`` and ``-m`` name; it need not be there yet."""
        measurement = self.options["measurement"]
        if measurement is None:
            return None
        return self.options["family"] or defaults.family(self.workspace), measurement

    def _latest(self, series: tuple[str, str], current: Baseline, but: EntryPath | None) -> Chosen:
        rules = self.rules.of(current, None)
        return latest_comparable(self.reader, series, current, rules, but=but)

    def _take(
        self,
        paths: Sequence[str],
        values: Sequence[str],
        series: tuple[str, str] | None,
        unit: str | None,
    ) -> tuple[intake.Taken, Baseline]:
        """Return what was read, and as the entry that it would be on its testbed."""
        family, measurement = series or (self.options["family"], None)
        whole = as_entry(
            self.options,
            family=family,
            measurement=measurement,
            metric=(),  # the rules narrow both sides
            redact=True,  # nothing is stored, so nothing becomes public
            units=(unit,) if unit else self.options["units"],
            sol=None,  # the headline may be the baseline's: diff_light
            ceilings=None,
            sol_over=False,
        )
        limits = self.workspace.registry.state().root.limits
        reading, source = sourcing.read_sources(paths, values, whole, limits)
        taken = intake.take(self.workspace, whole, reading=reading, source=source, command=None)
        return taken, with_testbed(taken.entry, self.rules.team)

    def _unit(self, series: tuple[str, str], named: Resolved | None) -> str | None:
        """Return the unit of a bare number: that of the entry named, else of the latest one.

        None where nothing counts.
        """
        if named:
            return named.entry.baseline.unit or UNKNOWN_UNIT
        unit = None
        for entry in islice(self.reader.entries(*series), LOOKED_AT):
            if entry.counts and entry.baseline.unit:
                return entry.baseline.unit
            unit = UNKNOWN_UNIT if entry.counts else unit
        return unit

    def _of_entry(self, held: Held | None, entry: Entry, chosen: Chosen | None) -> Inputs:
        path = entry.path
        notes = [] if entry.counts else [f"the current entry is {entry.status}"]
        snapshot = self._snapshot(path, notes) if self.options["bundle"] else {}
        name = f"{path.series}@{path.slug}"
        return self._inputs(
            held, entry.baseline, name, snapshot=snapshot, notes=notes, chosen=chosen, path=path
        )

    def _snapshot(self, path: EntryPath, notes: list[str]) -> dict[str, bytes | Path]:
        """Return an entry's payload for a bundle; where it is pointers, the notes say why."""
        names = [name for name in self.reader.files(path) if name.startswith(SNAPSHOT)]
        files = {name: self.reader.file(path, name) for name in names}
        contents = Contents(self.workspace)
        whole = with_content(files, str(path), contents)
        if contents.fault:
            notes.append(f"the bundle holds Git LFS pointers: {contents.fault}")
        return {name.removeprefix(SNAPSHOT): data for name, data in (whole or files).items()}

    def _inputs(
        self,
        held: Held | None,
        current: Baseline,
        name: str,
        *,
        snapshot: Mapping[str, bytes | Path],
        notes: Sequence[str],
        chosen: Chosen | None,
        path: EntryPath | None = None,
    ) -> Inputs:
        rules = self.rules.of(current, held)
        if held and any(self.options[name] for name in ("sol", "ceilings", "sol_over")):
            from gitbaseline.cli import diff_light  # noqa: PLC0415 - only --sol pays for it

            held, current = diff_light.lit(self.workspace, held, current, self.options)
        return Inputs(
            held=held,
            current=current,
            name=name,
            rules=rules,
            snapshot=snapshot,
            passed_over=chosen.passed_over if chosen else (),
            notes=notes,
            path=path,
        )


def _held(chosen: Chosen, how: str) -> Held | None:
    if chosen.entry is None:
        return None
    word = "the latest, which is not comparable" if chosen.differs else how
    return Held(entry=chosen.entry, how=word, passed_over=chosen.passed_over)


def _no_file(error: InputError, text: str) -> InputError:
    """Return the error of a reference, with the other thing that it might have been."""
    if error.code != "reference/unknown" or not Path(text).suffix:
        return error
    return InputError(
        f"there is no such file here, and it {error.message}",
        code=error.code,
        where=error.where,
        hint=error.hint,
    )
