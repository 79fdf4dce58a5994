"""Runs the command as often as asked, before anything here knows a secret; keeps what it prints."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plan import Plan, read
from runner import Runner, Stop, log


def main(runner: Runner) -> None:
    """Measure; Stop where a run fails, since a failing run is no measurement."""
    plan = read(runner)
    plan.script.write_text(f"{plan.command}\n", encoding="utf-8")
    for number in range(1, plan.warmup + 1):
        _run(runner, plan, Path(plan.folder, "warm-up.txt"), f"warm-up {number} of {plan.warmup}")
    for number, path in enumerate(plan.trial_files, 1):
        _run(runner, plan, Path(path), f"trial {number} of {plan.trials}")


def _run(runner: Runner, plan: Plan, into: Path, what: str) -> None:
    log([what])
    with into.open("wb") as file:
        done = subprocess.run(
            plan.shell,
            env=runner.environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            check=False,
        )
    if done.returncode:
        raise Stop(f"{what} exited with {done.returncode}; a failing run is no measurement")
