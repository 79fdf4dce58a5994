"""Measuring a command: warm-up, preparation, trials; alone or two arms in turns.

- One arm is one folder. Two arms run in turns, A B B A A B and so on, so that a machine that grows
  warm or busy bears on both alike.
- ``setup`` is run once in each folder before all, ``prepare`` before each trial; neither is timed.
- A trial that exits with another code than 0 ends it all.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from gitbaseline.errors import InputError, Unable
from gitbaseline.formats import registry as formats
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.pool import pool
from gitbaseline.frozen import dataclass
from gitbaseline.model.root import Limits
from gitbaseline.registry.trials import beside, reading_of
from gitbaseline.transport import trial as process
from gitbaseline.transport.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run and how often; ``setup`` and ``prepare`` are lines of the user's shell."""

    program: tuple[str, ...]
    trials: int
    warmup: int
    setup: str | None = None
    prepare: str | None = None

    @property
    def line(self) -> str:
        """The program as one would type it."""
        return shlex.join(self.program)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Where to run it; ``name`` is what errors call it, empty where it is the only one."""

    folder: Path
    environment: Mapping[str, str]
    name: str = ""


def measure(plan: Plan, arms: Sequence[Arm]) -> list[list[Trial]]:
    """Return the trials of each arm, warm-up left out.

    InputError where a line or the program cannot be run, Unable where a trial fails.
    """
    if plan.setup:
        for arm in arms:
            _shell(plan.setup, arm, "run/setup")
    done: list[list[Trial]] = [[] for _ in arms]
    turns = list(range(len(arms)))
    for number in range(plan.warmup + plan.trials):
        for at in turns if number % 2 == 0 else reversed(turns):
            done[at].append(_trial(plan, arms[at], number))
    return [trials[plan.warmup :] for trials in done]


def reading(trials: Sequence[Trial], plan: Plan, form: str | None) -> Reading:
    """Return the resource use of the trials, beside what a format reads of their output."""
    used = reading_of(trials, plan.program)
    return beside(outputs(trials, form), used) if form else used


def outputs(trials: Sequence[Trial], form: str) -> Reading:
    """Return what a format reads of the output of each trial."""
    names = [f"trial {number}" for number in range(1, len(trials) + 1)]
    readings = []
    for name, one in zip(names, trials, strict=True):
        file = SourceFile(path=name, data=one.output)
        source = Source(name=name, kind="file", files=(file,))
        readings.append(formats.read(source, Options(), form))
    return pool(readings, names)


def source(trials: Sequence[Trial], limits: Limits) -> Source:
    """Return what the trials printed as a source; InputError where it is too much to be kept."""
    files = tuple(
        SourceFile(path=f"stdout-{number:03d}.txt", data=one.output)
        for number, one in enumerate(trials, 1)
    )
    total = sum(len(file.data) for file in files)
    if total > limits.entry_bytes or any(len(f.data) > limits.file_bytes for f in files):
        raise InputError(
            f"the trials printed {total} bytes, the registry takes at most {limits.entry_bytes}",
            code="source/large",
            where="standard output",
            hint="send the noise elsewhere: sh -c 'COMMAND > /dev/null'",
        )
    return Source(name="stdout", kind="directory", files=files)


def _trial(plan: Plan, arm: Arm, number: int) -> Trial:
    if plan.prepare:
        _shell(plan.prepare, arm, "run/prepare")
    one = process.run(plan.program, folder=arm.folder, environment=arm.environment)
    if one.exit_code != 0:
        raise Unable(
            f"{_turn(plan, number)}{_of(arm)} {_ended(one.exit_code)}; "
            "a failing run is no measurement",
            code="run/failed",
            where=plan.line,
        )
    return one


def _shell(line: str, arm: Arm, code: str) -> None:
    exit_code = process.shell(line, folder=arm.folder, environment=arm.environment)
    if exit_code != 0:
        raise InputError(f"{_ended(exit_code)}{_of(arm)}", code=code, where=line)


def _turn(plan: Plan, number: int) -> str:
    """Return which run it is in the words of who asked for so many trials."""
    if number < plan.warmup:
        return f"warm-up {number + 1} of {plan.warmup}"
    return f"trial {number - plan.warmup + 1} of {plan.trials}"


def _of(arm: Arm) -> str:
    return f" in {arm.name}" if arm.name else ""


def _ended(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"exited with {code}"
