"""Holds what was measured to the registry: the answer, annotations and the job's summary.

A RED answer does not fail this step: first it is told where people look. ``code`` is what the last
step exits with.
"""

from __future__ import annotations

import json
from pathlib import Path

from plan import Plan, read
from program import baseline
from runner import Runner, Stop, annotate, log, quote, text_at

MARKER = "<!-- git-baseline -->"
_NONE = "NO-VERDICT"


def main(runner: Runner) -> None:
    """Compare and tell."""
    plan = read(runner)
    plan.bundle.mkdir(exist_ok=True)
    if plan.registry:
        verdict, code = _compared(runner, plan)
    else:
        verdict, code = _NONE, 0 if plan.passes_without else 4
        level = "notice" if plan.passes_without else "error"
        annotate(level, f"{_NONE}: there is no registry yet; git baseline init --github")
        report(plan).write_text(_no_registry(), encoding="utf-8")
    told = report(plan).read_text(encoding="utf-8")
    if plan.why:
        told += f"\nNot recorded: {plan.why}.\n"
        annotate("notice", f"not recorded: {plan.why}")
    runner.summary(told)
    runner.output("verdict", verdict)
    runner.output("code", str(code))


def report(plan: Plan) -> Path:
    """Return where the answer stands as Markdown."""
    return plan.bundle / "diff.md"


def _compared(runner: Runner, plan: Plan) -> tuple[str, int]:
    words = ["diff", *plan.sources, *plan.diff, "--format=github", f"--bundle={plan.bundle}"]
    if plan.confirm:
        words += ["--confirm", "--", *plan.shell]
    report(plan).unlink(missing_ok=True)
    answer = baseline(runner.environment, *words)
    if answer.code not in (0, 1, 4) or not report(plan).exists():
        raise Stop(answer.fault)
    log(line for line in answer.out.splitlines() if line.startswith("::"))
    quote("comparison", report(plan).read_text(encoding="utf-8"))
    return compared(plan), answer.code


def compared(plan: Plan) -> str:
    """Return the verdict of the comparison that was made."""
    whole = json.loads((plan.bundle / "diff.json").read_bytes())
    return text_at(whole, "verdict")


def _no_registry() -> str:
    return (
        f"{MARKER}\n### {_NONE}: there is no registry yet\n\n"
        "`git baseline init --github`, in a clone of this repository, starts one.\n"
    )
