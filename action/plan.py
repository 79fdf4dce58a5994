"""The first step: reads the inputs, decides what this run does, and brings the registry here.

What it decided goes to a file that the later steps read. It has no secret but the token, and no
part of that is in the file.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from occasion import Occasion, Ruling, occasion, ruling
from program import Answer, baseline, git, setting, with_token
from runner import Runner, Stop, quote

# Inputs of the measurement that two uses of the action in one job differ in.
_TOLD = (
    *("file", "value", "unit", "command", "format", "family", "measurement", "context"),
    *("environment", "testbed", "reference", "options", "record-options", "diff-options"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What this run does.

    ``held`` are the words that say what is measured, for record and diff alike; ``record`` and
    ``diff`` those of one of them. ``registry`` says whether there is one to hold it to, ``why`` why
    nothing is recorded. ``name`` tells this use of the action from every other, in all runs alike;
    ``key`` that of this run.
    """

    folder: str
    name: str
    key: str
    command: str
    trials: int
    warmup: int
    confirm: bool
    held: tuple[str, ...]
    record: tuple[str, ...]
    diff: tuple[str, ...]
    passes_without: bool
    registry: bool
    why: str
    commit: str
    happened: Occasion

    @property
    def bundle(self) -> Path:
        """Where the comparison's files go."""
        return Path(self.folder, "bundle")

    @property
    def script(self) -> Path:
        """Where the command stands as a script."""
        return Path(self.folder, "command.sh")

    @property
    def shell(self) -> tuple[str, ...]:
        """How the command is run: as a step of a workflow is."""
        return ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(self.script))

    @property
    def trial_files(self) -> list[str]:
        """Where the trials' output goes, in order."""
        return [str(Path(self.folder, f"trial-{n:03}.txt")) for n in range(1, self.trials + 1)]

    @property
    def sources(self) -> list[str]:
        """The words that name what is held: files, numbers, or what the command printed."""
        return [*self.held, *(f"--source={path}" for path in self.trial_files if self.command)]


def read(runner: Runner) -> Plan:
    """Return what the first step decided."""
    whole = json.loads(Path(runner.value("BASELINE_PLAN")).read_bytes())
    words = {name: tuple(whole[name]) for name in ("held", "record", "diff")}
    return Plan(**{**whole, **words, "happened": Occasion(**whole["happened"])})


def main(runner: Runner) -> None:
    """Decide, fetch, and tell the later steps."""
    _repository(runner)
    happened = occasion(runner)
    wish = runner.choice("record", "auto", "always", "never")
    key = runner.input("has-key") == "true"
    ruled = ruling(wish, happened, key=key)
    if ruled.bad:
        raise Stop(f"record is 'always', and {ruled.why}: set the secret, or leave record out")
    plan = _asked(runner, happened)  # a wrong input is told before anything is fetched
    registry = _fetched(runner)
    if ruled.record and not registry:
        ruled = Ruling(record=False, why="there is no registry yet")
    artifact, why = "", ruled.why
    if wish != "never" and not key:
        artifact = f"git-baseline-draft-{plan.name}" if _takes_artifacts(runner) else ""
        place = f"the artifact {artifact}" if artifact else "the folder of the output bundle"
        why = f"{why}; a DRAFT is in {place}"
    file = _written(replace(plan, registry=registry, why=why))
    for output, value in (
        ("plan", str(file)),
        ("bundle", str(plan.bundle)),
        ("artifact", artifact),
        ("record", _word(ruled.record)),
        ("comment", _word(_comments(runner, happened))),
    ):
        runner.output(output, value)


def _asked(runner: Runner, happened: Occasion) -> Plan:
    """Return what the inputs ask for; Stop where one of them is wrong."""
    held = _held(runner)
    name = _name(runner)
    return Plan(
        folder=str(Path(runner.value("RUNNER_TEMP"), "git-baseline", name)),
        name=name,
        key=f"github/{runner.value('GITHUB_RUN_ID')}/{name}",
        command=runner.input("command"),
        trials=runner.count("trials", 1, 1000),
        warmup=runner.count("warmup", 0, 100),
        confirm=_confirm(runner),
        held=(*held, *_around(runner, happened)),
        record=_record(runner),
        diff=_diff(runner),
        passes_without=runner.choice("on-no-baseline", "pass", "fail") == "pass",
        registry=False,
        why="",
        commit=happened.head or _head(runner),
        happened=happened,
    )


def _written(plan: Plan) -> Path:
    file = Path(plan.folder, "plan.json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    return file


def _takes_artifacts(runner: Runner) -> bool:
    """Whether the server takes artifacts of this version: the Enterprise Server does not."""
    return runner.value("GITHUB_SERVER_URL") == "https://github.com"


def _repository(runner: Runner) -> None:
    found = git(runner.environment, "rev-parse", "--git-dir")
    if found.code:
        raise Stop(f"no repository to work in, so no registry: {found.fault}")


def _held(runner: Runner) -> tuple[str, ...]:
    """Return the words for what is measured; Stop unless it is said in exactly one way."""
    ways = [name for name in ("file", "value", "command") if runner.input(name)]
    if len(ways) != 1:
        given = " and ".join(ways) or "none"
        raise Stop(f"expected one of the inputs file, value and command, got {given}")
    files = [f"--source={path}" for line in runner.lines("file") for path in _paths(line)]
    return (*files, *(f"--value={number}" for number in runner.lines("value")))


def _paths(line: str) -> Sequence[str]:
    """Return the files that a line names: itself, or what it matches as a pattern."""
    found = [line] if Path(line).exists() else sorted(glob.glob(line, recursive=True))  # noqa: PTH207
    if not found:
        raise Stop(f"file: nothing is called, or matches, {line!r}")
    return found


def _around(runner: Runner, happened: Occasion) -> tuple[str, ...]:
    """Return the words for what surrounds the measurement."""
    words = [f"--unit={unit}" for unit in runner.lines("unit")]
    words += [f"--context={pair}" for pair in runner.lines("context")]
    words += [f"--env={pair}" for pair in runner.lines("environment")]
    testbed = runner.input("testbed")
    words += [f"--testbed={testbed}"] if testbed else []
    measured = runner.input("git-sha") or _measured(runner, happened)
    words += [f"--git-sha={measured}"] if measured else []
    return (*words, *runner.lines("options"))


def _measured(runner: Runner, happened: Occasion) -> str:
    """Return the commit that was measured, where that is not the one checked out.

    On a pull request GitHub checks out a merge that nobody else will ever see; after another
    workflow, the default branch.
    """
    merged = happened.event == "pull_request" and _head(runner) == runner.value("GITHUB_SHA")
    return happened.head if merged or happened.event == "workflow_run" else ""


def _record(runner: Runner) -> tuple[str, ...]:
    words = [*_series(runner)]
    form = runner.input("format")
    words += [f"--format={form}"] if form else []
    command = runner.input("command")
    words += [f"--command={command}"] if command else []
    words += [f"--notes={runner.input('notes') or runner.run_url}"]
    return (*words, *runner.lines("record-options"))


def _diff(runner: Runner) -> tuple[str, ...]:
    reference, form = runner.input("reference"), runner.input("format")
    words = [f"--baseline={reference}"] if reference else [*_series(runner)]
    words += [f"--read-as={form}"] if form else []
    words += [f"--tolerance={one}" for one in runner.lines("tolerance")]
    words += [f"--fail-on={runner.choice('fail-on', 'red', 'yellow', 'never')}"]
    words += [f"--on-no-baseline={runner.choice('on-no-baseline', 'pass', 'fail')}"]
    words += [f"--on-incomparable={runner.choice('on-incomparable', 'pass', 'fail')}"]
    return (*words, *runner.lines("diff-options"))


def _series(runner: Runner) -> tuple[str, ...]:
    given = [(name, runner.input(name)) for name in ("family", "measurement")]
    return tuple(f"--{name}={value}" for name, value in given if value)


def _confirm(runner: Runner) -> bool:
    wanted = runner.choice("confirm", "true", "false") == "true"
    if wanted and not runner.input("command"):
        raise Stop("confirm: measuring again needs the input command")
    return wanted


def _name(runner: Runner) -> str:
    """Return a name for this use of the action: its job, matrix and what it measures.

    It is the same in every run and every attempt of it, so that a repeated job is no second record
    and a pull request has one comment.
    """
    said = [runner.environment.get("GITHUB_WORKFLOW", ""), runner.input("matrix")]
    said += [runner.input(name) for name in _TOLD]
    digest = sha256(json.dumps(said).encode()).hexdigest()[:12]
    return f"{runner.value('GITHUB_JOB')}-{digest}"


def _fetched(runner: Runner) -> bool:
    """Bring the registry here and say whether there is one; Stop where that cannot be told."""
    remote = setting(runner.environment, "baseline.remote", "origin")
    branch = setting(runner.environment, "baseline.branch", "baselines")
    environment = with_token(runner, remote)
    asked = git(environment, "ls-remote", "--exit-code", remote, f"refs/heads/{branch}")
    if asked.code == 2:
        return False
    if asked.code:
        raise Stop(f"{remote} cannot be asked for the registry: {asked.fault}")
    pin = runner.input("root")
    if pin:  # every commit is needed then, in a shallow clone too; what went wrong is told below
        into = f"refs/heads/{branch}:refs/remotes/{remote}/{branch}"
        git(environment, "fetch", "--quiet", "--no-tags", remote, into)
    _good(baseline(environment, "fetch", remote))
    if pin:
        _good(baseline(environment, "verify", f"--root={pin}"))
    return True


def _good(answer: Answer) -> None:
    quote("registry", answer.out)
    if answer.code:
        first = next(iter(answer.out.splitlines()), "")
        raise Stop(f"the registry is not to be trusted: {first or answer.fault}")


def _head(runner: Runner) -> str:
    return git(runner.environment, "rev-parse", "--verify", "--quiet", "HEAD").out.strip()


def _comments(runner: Runner, happened: Occasion) -> bool:
    return runner.choice("comment", "true", "false") == "true" and happened.is_pull


def _word(truth: object) -> str:
    return "true" if truth else "false"
