"""``git baseline diff``: says whether a regression is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitbaseline.cli import output
from gitbaseline.cli.diff_options import diff_options
from gitbaseline.cli.gap import hinted
from gitbaseline.cli.program import WithProgram, require_program
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.advice import advice
from gitbaseline.compare.lever import lever
from gitbaseline.compare.step import Step
from gitbaseline.compare.verdict import Verdict
from gitbaseline.errors import GitBaselineError
from gitbaseline.report import diff_text
from gitbaseline.report.comparison import Comparison

if TYPE_CHECKING:
    from gitbaseline.cli import diff_inputs
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.diffing import Held
    from gitbaseline.report.nothing import Nothing

_SKIP = 125  # what git bisect run takes for "cannot tell"


@click.command(cls=WithProgram)
@click.argument("reference", required=False)
@click.argument("current", required=False)
@diff_options
@click.pass_obj
def command(where: Where, /, **options: Any) -> int:
    """Hold a measurement to a registered baseline and say whether it regressed.

    \b
      git baseline diff results.json                  the latest comparable entry
      git baseline diff fam/meas results.json         of this measurement
      git baseline diff fam/meas 412.6 --unit ms      a number
      git baseline diff fam/meas~1 fam/meas           two entries
      git baseline diff fam/meas                      the newest against the one before
      git baseline diff fam/meas new.json --confirm -- make bench

    Exits 0 on GREEN and YELLOW, 1 on RED, 4 on INCOMPARABLE and NO-VERDICT. Nothing is GREEN
    because something was absent.

    With --confirm a RED or YELLOW answer is measured once more with COMMAND, which prints what
    CURRENT was read from: as often as CURRENT was, at least 3 times. RED stands only where both
    agree; else the answer is YELLOW, not confirmed.
    """
    require_program(options)
    if not options["bisect"]:
        return _run(Workspace(where), options)
    try:
        code = _run(Workspace(where), options)
    except GitBaselineError as error:
        # What could not be measured is neither good nor bad; git would take 2 or 3 for bad.
        hinted(error, where)
        output.error(error, as_json=options["as_json"])
        return _SKIP
    return code if code in (0, 1) else _SKIP


def exit_code(verdict: Verdict, options: dict[str, Any]) -> int:
    """Return what the shell is told of a verdict."""
    if verdict is Verdict.INCOMPARABLE and _passes(options, "on_incomparable"):
        return 0
    if verdict in (Verdict.INCOMPARABLE, Verdict.NO_VERDICT):
        return 4
    failing = {"never": (), "red": (Verdict.RED,), "yellow": (Verdict.RED, Verdict.YELLOW)}
    return 1 if verdict in failing[options["fail_on"]] else 0


def _passes(options: dict[str, Any], switch: str) -> bool:
    # In a bisection what cannot be compared is skipped: it must not count as good.
    return options[switch] == "pass" and not options["bisect"]


def _run(workspace: Workspace, options: dict[str, Any]) -> int:
    from gitbaseline.cli import diff_inputs, pager  # noqa: PLC0415 - which -h does without

    inputs = diff_inputs.gather(workspace, options)
    if inputs.held is None:
        return _without(workspace, inputs, options)
    compared = _compared(workspace, inputs, inputs.held, options)
    if options["bundle"] or not _is_text(options):
        _write(options, inputs, compared)
    if _is_text(options):
        pager.show(diff_text.render(compared, output.columns()), workspace)
    return exit_code(compared.diff.verdict, options)


def _compared(
    workspace: Workspace, inputs: diff_inputs.Inputs, held: Held, options: dict[str, Any]
) -> Comparison:
    from gitbaseline.registry.diffing import age, diff_of  # noqa: PLC0415 - as above

    baseline, current = held.entry.baseline, inputs.current
    diff = diff_of(held, current, inputs.rules)
    second = None
    if options["confirm"]:
        from gitbaseline.cli import diff_confirm  # noqa: PLC0415 - most diffs measure nothing

        diff, second = diff_confirm.confirmed(workspace, inputs, held, diff, options)
    steps: tuple[Step, ...] = ()
    if diff.regressed:
        from gitbaseline.registry.history import behind  # noqa: PLC0415 - only a regression asks

        matching = inputs.rules.matching
        steps = behind(workspace.reader, held.entry, diff, matching, upto=inputs.path)
    again = current.capture_command or baseline.capture_command
    return Comparison(
        diff=diff,
        baseline=baseline,
        current=current,
        baseline_name=f"{held.entry.path.series}@{held.entry.path.slug}",
        current_name=inputs.name,
        resolved=held.how,
        advice=advice(diff, baseline, current, again=again, steps=steps),
        passed_over=inputs.passed_over,
        notes=inputs.notes,
        age=age(workspace.store, baseline, current),
        lever=current.next_lever or baseline.next_lever or lever(diff, current),
        confirmation=second,
        steps=steps,
    )


def _without(workspace: Workspace, inputs: diff_inputs.Inputs, options: dict[str, Any]) -> int:
    """Tell that there is no baseline to hold anything to."""
    from gitbaseline.cli import pager  # noqa: PLC0415 - as above
    from gitbaseline.report import nothing  # noqa: PLC0415 - most have something

    passes = _passes(options, "on_no_baseline")
    found = nothing.Nothing(
        current=inputs.current,
        current_name=inputs.name,
        reasons=["nothing that counts is registered to hold this to"],
        advice=[f"git baseline record -m {inputs.current.measurement} starts the series"],
        passed_over=inputs.passed_over,
        notes=inputs.notes,
        passes=passes,
    )
    if options["bundle"] or not _is_text(options):
        _write(options, inputs, found)
    if _is_text(options):
        pager.show(nothing.text(found), workspace)
    return 0 if passes else 4


def _is_text(options: dict[str, Any]) -> bool:
    return options["form"] == "text" and not options["as_json"]


def _write(
    options: dict[str, Any], inputs: diff_inputs.Inputs, found: Comparison | Nothing
) -> None:
    """Write what is asked for beside the text or in its place."""
    from gitbaseline.report import diff_document, diff_forms, document  # noqa: PLC0415 - of few

    form = options["form"]
    if options["bundle"]:
        from gitbaseline.report import bundle  # noqa: PLC0415 - most diffs leave no files

        bundle.write(
            options["bundle"],
            diff_document.of(found),
            diff_forms.formed(found, "markdown"),
            baseline=found.baseline_name if isinstance(found, Comparison) else None,
            snapshot=inputs.snapshot,
        )
    if options["as_json"] or form == "json":
        output.document(document.envelope("diff", diff_document.of(found)))
    elif form != "text":
        output.say(diff_forms.formed(found, form).rstrip("\n"))
