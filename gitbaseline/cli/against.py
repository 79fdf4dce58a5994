"""``git baseline run --against REV``: two work trees of one repository, measured in turns.

A is a temporary work tree of REV, B the one at hand as it is. Both run the same command in the same
folder of theirs; nothing is recorded, so that no registry is needed.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gitbaseline.cli import defaults, output
from gitbaseline.cli.diff import exit_code
from gitbaseline.cli.diff_rules import given_tolerances
from gitbaseline.cli.measured import agree, entry_of
from gitbaseline.cli.run_options import refuse_recording
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.advice import advice
from gitbaseline.compare.diff import Diff, Rules, compare
from gitbaseline.compare.keys import require_known
from gitbaseline.compare.lever import lever
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.root import Limits
from gitbaseline.registry.diffing import age, matching_of, rules_of
from gitbaseline.registry.measuring import Arm, Plan, measure
from gitbaseline.registry.testbed import with_testbed
from gitbaseline.registry.trials import outliers
from gitbaseline.report import diff_document, diff_forms, document
from gitbaseline.report.comparison import Comparison
from gitbaseline.transport import worktree
from gitbaseline.transport.trial import Trial

_HERE = "the work tree"
_TOLD = 3
# What differs from call to call, or names the place without being used to find programs there.
_HARMLESS = ("PWD", "OLDPWD", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """The top of the work tree, the folder of it that one stands in, and the other commit."""

    top: Path
    inner: Path
    rev: str
    commit: str


def compared(workspace: Workspace, plan: Plan, options: dict[str, Any]) -> int:
    """Measure both sides, say how they compare, and return the exit code of ``diff``."""
    refuse_recording(options)
    sides = _sides(workspace, options["against"])
    for warning in _warnings(workspace, sides, plan):
        output.warn(warning)
    if not (options["yes"] or options["as_json"]):
        agree(plan, 2 * (plan.warmup + plan.trials))
    old, new = _measured(workspace, sides, plan)
    for name, trials in ((sides.rev, old), (_HERE, new)):
        for warning in outliers(trials):
            output.warn(f"{name}: {warning}")
    before, _ = _entry(workspace, {**options, "git_sha": sides.commit}, old, plan)
    before = replace(before, git=replace(before.git, dirty=False))
    after, noticed = _entry(workspace, options, new, plan)
    for warning in noticed:
        output.warn(warning)
    diff = compare(before, after, _rules(workspace, before, after, options))
    comparison = _comparison(
        workspace, sides, plan, (before, after), diff, form=options["format_name"]
    )
    if options["as_json"]:
        content = diff_document.content(comparison)
        output.document(document.envelope("diff", content))
    else:
        form = diff_forms.OF_DIFF[options["form"] or "text"]
        output.say(form(comparison).rstrip("\n"))
    decided = {"fail_on": options["fail_on"] or "red", "on_incomparable": "fail", "bisect": False}
    return exit_code(diff.verdict, decided)


def _sides(workspace: Workspace, rev: str) -> _Sides:
    top = workspace.place.top
    if top is None:
        raise InputError(
            "a bare repository has no work tree to compare with",
            code="against/bare",
            where="--against",
            hint="run it in a clone or a linked work tree",
        )
    commit = workspace.git.resolve(rev)
    if commit is None:
        raise InputError(
            f"expected a commit of this repository, got {rev!r}",
            code="against/unknown",
            where="--against",
            hint="git fetch, or git log --oneline",
        )
    inner = workspace.where.folder.resolve().relative_to(top.resolve())
    return _Sides(top=top, inner=inner, rev=rev, commit=commit)


def _measured(workspace: Workspace, sides: _Sides, plan: Plan) -> list[list[Trial]]:
    environment = workspace.where.environment
    with worktree.work_tree(sides.top, sides.commit, environment) as other:
        folder = other / sides.inner
        if not folder.is_dir():
            raise InputError(
                "there is no such folder in that commit",
                code="against/folder",
                where=f"{sides.rev}:{sides.inner}",
                hint="run it from a folder that both have",
            )
        # A shell trusts PWD where it names the folder that it is in.
        there = {**worktree.without_place(environment), "PWD": str(folder)}
        arms = [
            Arm(name=sides.rev, folder=folder, environment=there),
            Arm(name=_HERE, folder=workspace.where.folder, environment=environment),
        ]
        return measure(plan, arms)


def _entry(
    workspace: Workspace, options: dict[str, Any], trials: Sequence[Trial], plan: Plan
) -> tuple[Baseline, Sequence[str]]:
    """Return the entry of one side, and what was noticed when it was read."""
    # Nothing is stored, so nothing becomes public; no registry's limits apply.
    taken = entry_of(workspace, {**options, "redact": True}, trials, plan, Limits())
    return with_testbed(taken.entry, defaults.team(workspace.place.top)), taken.warnings


def _rules(
    workspace: Workspace, before: Baseline, after: Baseline, options: dict[str, Any]
) -> Rules:
    team = defaults.team(workspace.place.top)
    given, of_all = given_tolerances(options["tolerances"])
    shared = before.metrics.keys() & after.metrics.keys()
    require_known(given, shared, option="--tolerance", what="metric")
    # In turns on one machine: what drifts bears on both sides, and no noise is left unknown.
    rules = rules_of(team, after, matching_of(team), noise=lambda _key: 0.0)
    return replace(rules, tolerances=replace(rules.tolerances, given=given, for_all=of_all))


def _again(sides: _Sides, plan: Plan, form: str | None) -> str:
    """Return the call that measures the same once more."""
    words = ["git", "baseline", "run", "--against", sides.rev, "-n", str(plan.trials)]
    for name, value in (("setup", plan.setup), ("prepare", plan.prepare), ("format", form)):
        words += [f"--{name}", value] if value else []
    return shlex.join([*words, "--", *plan.program])


def _comparison(
    workspace: Workspace,
    sides: _Sides,
    plan: Plan,
    arms: tuple[Baseline, Baseline],
    diff: Diff,
    *,
    form: str | None,
) -> Comparison:
    before, after = arms
    same = before.git.sha == after.git.sha and not after.git.dirty
    notes = ["both sides are the same commit: a move is noise"] if same else []
    return Comparison(
        diff=diff,
        baseline=before,
        current=after,
        baseline_name=f"{sides.rev} ({sides.commit[:12]})",
        current_name=_HERE,
        resolved=f"{plan.trials} trials a side in turns, A B B A",
        advice=advice(diff, before, after, again=_again(sides, plan, form)),
        notes=notes,
        age=age(workspace.store, before, after),
        lever=after.next_lever or lever(diff, after),
    )


def _warnings(workspace: Workspace, sides: _Sides, plan: Plan) -> list[str]:
    """Return what would make both sides run the same thing, or the other side half of it."""
    said = []
    place = str(sides.top)
    inside = [word for word in plan.program if place in word]
    if inside:
        said.append(f"{inside[0]} lies in this work tree: both sides would use it")
    names = [
        name
        for name, value in sorted(workspace.where.environment.items())
        if name not in _HARMLESS and _names(value, place)
    ]
    if names:
        some = ", ".join(names[:_TOLD]) + (", ..." if len(names) > _TOLD else "")
        said.append(f"{some} leads into this work tree: both sides would use what is found there")
    paths = worktree.submodules(workspace.git, sides.commit)
    if paths:
        some = ", ".join(paths[:_TOLD]) + (", ..." if len(paths) > _TOLD else "")
        said.append(
            f"submodules of {sides.rev} are not populated ({some}); "
            "--setup 'git submodule update --init' does that"
        )
    return said


def _names(value: str, place: str) -> bool:
    """Whether one of the paths in a variable is the place or lies below it."""
    return any(part == place or part.startswith(f"{place}/") for part in value.split(":"))
