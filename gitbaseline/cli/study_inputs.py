"""What ``study`` looks at: the runs of a command, files of trials, or recorded entries."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

from gitbaseline.cli import defaults, sourcing, trials
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.keys import fits, require_known
from gitbaseline.compare.match import MatchRules
from gitbaseline.compare.rules import Rules
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.formats.pool import pool
from gitbaseline.formats.settle import settle
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.metric import Metric, median
from gitbaseline.model.root import Limits
from gitbaseline.registry import measuring
from gitbaseline.registry.candidates import base, through
from gitbaseline.registry.diffing import matching_of, rules_for
from gitbaseline.registry.history import RECENT, comparable
from gitbaseline.registry.measuring import Arm, Plan, measure
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.resolve import resolve

_SIDE = 5  # as many trials as run makes
_LARGEST_SIDE = 100  # every pair of a side's samples is weighed, 1,000 times
_NAMED = 3  # files

Sessions = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """Metrics by key, each with its sessions of samples in order of time.

    ``kind`` is ``command``, ``files`` or ``entries``, ``source`` which; ``side`` how many samples a
    side of a diff has if nobody says so.
    """

    measurement: str
    format: str
    kind: str
    source: str
    side: int
    metrics: Mapping[str, tuple[Metric, Sessions]]
    rules: Rules
    warnings: Sequence[str] = ()


def gather(workspace: Workspace, options: dict[str, Any]) -> Studied:
    """Return what the words mean; InputError where they mean nothing, or two things."""
    what, program = options["what"], options["program"]
    if bool(what) == bool(program):
        said = "both a command and what was measured already" if what else "nothing"
        raise InputError(
            f"expected a command after --, files, or a measurement; got {said}",
            code="study/what",
            where="study",
            hint="git baseline study -n 30 -- COMMAND",
        )
    if program:
        return _of_command(workspace, options)
    if len(what) == 1 and not os.path.exists(what[0]) and what[0] != "-":
        return _of_entries(workspace, what[0], options)
    return _of_files(workspace, what, options)


def _of_command(workspace: Workspace, options: dict[str, Any]) -> Studied:
    plan = Plan(
        program=options["program"],
        trials=options["runs"],
        warmup=options["warmup"],
        setup=options["setup"],
        prepare=options["prepare"],
    )
    where = workspace.where
    (trials,) = measure(plan, [Arm(folder=where.folder, environment=where.environment)])
    reading = _settled(measuring.reading(trials, plan, options["format_name"]), options)
    sessions = {key: [_samples(metric)] for key, metric in reading.metrics.items()}
    name = options["measurement"] or Path(plan.program[0]).name
    return _studied(workspace, reading, sessions, name=name, kind="command", source=plan.line)


def _of_files(workspace: Workspace, paths: Sequence[str], options: dict[str, Any]) -> Studied:
    wanted = {**options, "headline": None}
    trials.require_distinct(paths)
    found = [sourcing.read_sources([path], [], wanted, Limits()) for path in paths]
    readings = [reading for reading, _ in found]
    reading = pool(readings, paths)
    warnings = (*reading.warnings, *trials.copies([source for _, source in found]))
    reading = replace(reading, warnings=warnings)
    sessions = {key: [_samples(each.metrics[key]) for each in readings] for key in reading.metrics}
    name = options["measurement"] or defaults.measurement(reading)
    some = f"{len(paths)}, {paths[0]} to {paths[-1]}"
    source = some if len(paths) > _NAMED else ", ".join(paths)
    return _studied(workspace, reading, sessions, name=name, kind="files", source=source)


def _of_entries(workspace: Workspace, reference: str, options: dict[str, Any]) -> Studied:
    team = defaults.team(workspace.place.top)
    newest = resolve(workspace.reader, reference, workspace.code).entry
    entries, warnings = _entries(workspace.reader, newest, matching_of(team), options["runs"])
    known = newest.baseline.metrics
    require_known(options["metric"], known, option="--metric", what="metric")
    metrics = {
        key: (metric, _sessions(entries, key, metric.unit))
        for key, metric in known.items()
        if not options["metric"] or fits(key, options["metric"])
    }
    measurement = options["measurement"] or base(newest.path.measurement)
    return Studied(
        measurement=measurement,
        format=newest.baseline.source_format,
        kind="entries",
        source=f"{len(entries)} of {newest.path.series}, up to {newest.path.slug}",
        side=_side([sessions for _, sessions in metrics.values()]),
        metrics=metrics,
        rules=rules_for(team, measurement, newest.baseline.source_format),
        warnings=warnings,
    )


def _entries(
    reader: Reader, newest: Entry, rules: MatchRules, most: int
) -> tuple[list[Baseline], list[str]]:
    """Return the entries that count and are comparable, oldest first, and what to know of them."""
    series = newest.path.family, base(newest.path.measurement)
    upto = dropwhile(lambda entry: entry.path != newest.path, through(reader, series))
    found = comparable(islice(upto, RECENT), newest.baseline, rules)
    entries = [entry.baseline for entry in found if entry.counts][:most][::-1]
    warnings = []
    candidates = len(found) - sum(entry.counts for entry in found)
    if candidates:
        warnings.append(
            f"left out as candidates: {candidates}; what is noise, and no regression, "
            "counts once it is accepted"
        )
    commits = len({entry.git.sha for entry in entries})
    if commits > 1:
        warnings.append(
            f"the entries are of {commits} commits: what their code changed counts as noise"
        )
    return entries, warnings


def _sessions(entries: Sequence[Baseline], key: str, unit: str) -> Sessions:
    found = [entry.metrics[key] for entry in entries if key in entry.metrics]
    return [_samples(metric) for metric in found if metric.unit == unit]


def _settled(reading: Reading, options: dict[str, Any]) -> Reading:
    return settle(reading, sourcing.wanted({**options, "headline": None}))


def _studied(
    workspace: Workspace,
    reading: Reading,
    sessions: Mapping[str, Sessions],
    *,
    name: str,
    kind: str,
    source: str,
) -> Studied:
    measurement = defaults.checked_name(name, "--measurement")
    team = defaults.team(workspace.place.top)
    return Studied(
        measurement=measurement,
        format=reading.format,
        kind=kind,
        source=source,
        side=_side(list(sessions.values())),
        metrics={key: (metric, sessions[key]) for key, metric in reading.metrics.items()},
        rules=rules_for(team, measurement, reading.format),
        warnings=reading.warnings,
    )


def _samples(metric: Metric) -> tuple[float, ...]:
    return metric.samples or (metric.value,)


def _side(metrics: Sequence[Sessions]) -> int:
    """Return the usual size of a session; single runs have none, and are taken five by five."""
    sizes = [len(session) for sessions in metrics if len(sessions) > 1 for session in sessions]
    usual = int(median(sizes)) if sizes else 1
    return min(usual, _LARGEST_SIDE) if usual > 1 else _SIDE
