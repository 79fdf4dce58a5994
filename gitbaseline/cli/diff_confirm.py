"""``diff --confirm -- COMMAND``: a doubt is measured once more before it is told as a regression.

- Only RED and YELLOW are doubts; a GREEN answer costs nothing more.
- COMMAND prints what CURRENT was read from, once a trial: JSON, a benchmark's table, one number.
  For an entry that ``run`` made without a format its wall time is measured again.
- It is measured as often as CURRENT was, at least 3 times, after one run that does not count.
- What surrounds the second measurement is CURRENT's, but for this machine and the code here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gitbaseline.cli import defaults, output
from gitbaseline.cli.diff_inputs import Inputs
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.confirm import DOUBTED, together
from gitbaseline.compare.diff import Diff
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading
from gitbaseline.formats.scalar import from_values
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import Baseline
from gitbaseline.registry import measuring
from gitbaseline.registry.diffing import Held, diff_of
from gitbaseline.registry.measuring import Arm, Plan, measure
from gitbaseline.registry.testbed import with_testbed
from gitbaseline.registry.trials import beside, reading_of
from gitbaseline.report.comparison import Confirmation
from gitbaseline.transport import machine
from gitbaseline.transport.trial import Trial

_LEAST = 3  # trials; fewer have no interval
_MOST = 1000  # as run takes; whatever CURRENT says of itself
_WARMUP = 1
_MEASURED = "run"  # the format of an entry whose numbers are all our own
_TYPED = "scalar"
_MANY_FILES = "directory"
_BESIDE = "run."


def confirmed(
    workspace: Workspace, inputs: Inputs, held: Held, first: Diff, options: dict[str, Any]
) -> tuple[Diff, Confirmation | None]:
    """Return the diff with the answer of both measurements, and the second one, if one was made."""
    if first.verdict not in DOUBTED:
        return first, None
    current = inputs.current
    plan = Plan(program=options["program"], trials=_trials(inputs), warmup=_WARMUP)
    output.note(f"{first.verdict} at first; measuring again, {plan.trials} times: {plan.line}")
    where = workspace.where
    (measured,) = measure(plan, [Arm(folder=where.folder, environment=where.environment)])
    reading = _reading(measured, plan, current)
    reading = settle(reading, _wishes(reading, current))
    again = _measured(workspace, current, reading, plan, options)
    if again.git.sha != current.git.sha:
        output.warn(f"measured again is {again.git.sha[:12]}, CURRENT is of {current.git.sha[:12]}")
    second = diff_of(held, again, inputs.rules)
    both = together(first, second, one_level=inputs.rules.tolerances.profile.one_level)
    found = Confirmation(command=plan.line, trials=plan.trials, first=first, again=second)
    return both, found


def _trials(inputs: Inputs) -> int:
    """Return how often CURRENT was measured; one file may hold many samples of one run."""
    current = inputs.current
    said = current.context.get("grounding", {}).get("trials")
    if isinstance(said, int):
        made = said
    elif current.source_format == _TYPED:
        made = max(len(metric.samples) for metric in current.metrics.values())
    else:  # several sources lie in numbered folders
        made = len({name.split("/")[1] for name in inputs.snapshot if "/" in name})
    return min(max(made, _LEAST), _MOST)


def _wishes(reading: Reading, current: Baseline) -> Options:
    """Return what a person wanted of CURRENT's numbers, for the same of these."""
    shared = {key: m for key, m in current.metrics.items() if key in reading.metrics}
    headline = current.headline[0] if current.headline else None
    return Options(
        units={key: m.unit for key, m in shared.items() if m.unit_source == "user"},
        directions={key: m.direction for key, m in shared.items()},
        headline=headline if headline in shared else None,
    )


def _reading(trials: list[Trial], plan: Plan, current: Baseline) -> Reading:
    form = current.source_format
    if form == _MEASURED:
        return reading_of(trials, plan.program)
    if form == _TYPED:
        return _numbers(trials, current)
    if form == _MANY_FILES:
        raise InputError(
            "CURRENT is a folder of files, which a command cannot print",
            code="confirm/format",
            where="--confirm",
            hint="compare one file of it, and let the command print that",
        )
    printed = measuring.outputs(trials, form)
    if any(key.startswith(_BESIDE) for key in current.metrics):
        return beside(printed, reading_of(trials, plan.program))
    return printed


def _numbers(trials: list[Trial], current: Baseline) -> Reading:
    texts = [trial.output.decode(errors="replace").strip() for trial in trials]
    try:
        return from_values(texts, unit=current.unit, direction=current.direction)
    except InputError as error:
        raise InputError(
            f"its output is to be CURRENT's number: {error.message}",
            code="confirm/number",
            where="standard output",
            hint="let the command print one plain number",
        ) from None


def _measured(
    workspace: Workspace,
    current: Baseline,
    reading: Reading,
    plan: Plan,
    options: dict[str, Any],
) -> Baseline:
    """Return CURRENT with the new numbers, this machine and the code here."""
    only = current.value is not None
    code, _ = defaults.code(workspace, repository=None, sha=options["git_sha"])
    entry = replace(
        current,
        metrics=reading.metrics,
        value=next(iter(reading.metrics.values())).value if only else None,
        environment={
            **current.environment,
            **machine.environment(),
            **defaults.environment(options["environment"]),
        },
        testbed=options["testbed"],
        git=code,
        capture_command=plan.line,
        context={
            **current.context,
            "grounding": {**current.context.get("grounding", {}), "trials": plan.trials},
        },
        sol=None,
    )
    return with_testbed(entry, defaults.team(workspace.place.top))
