"""Signs what was measured and pushes it. The only step that is given the key.

The key lies in a file that its user alone can read, for as long as this step takes.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from compare import compared
from plan import Plan, read
from program import Answer, baseline, setting, with_settings, with_token
from runner import Runner, Stop, annotate, at, mask, text_at

_RED = "RED"
_BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


def main(runner: Runner) -> None:
    """Record, push, and say where the entry lies."""
    plan = read(runner)
    words = ["record", *plan.sources, *plan.record, f"--idempotency-key={plan.key}"]
    with _key_file(runner) as key:
        environment = _environment(runner, key)
        answer = baseline(environment, *words, "--push", "--json")
    if text_at(answer.document, "error", "code") == "idempotency/used":
        before = text_at(answer.document, "error", "message").rpartition(" as ")[2]
        said = f"Not recorded: an earlier attempt of this job recorded {before}"
        _tell(runner, said, entry=before, commit="")
        return
    if answer.code:
        raise Stop(f"not recorded: {answer.fault}")
    entry, commit = text_at(answer.document, "entry"), text_at(answer.document, "commit")
    _tell(runner, f"{_became(answer, plan)}: {entry}, commit {commit}", entry, commit)


def _became(answer: Answer, plan: Plan) -> str:
    if at(answer.document, "repeated"):
        return "Recorded before"
    if text_at(answer.document, "baseline", "standing") == "candidate":
        return "Recorded as a candidate, since it regressed"
    judged = text_at(answer.document, "baseline", "judged", "verdict")
    if judged != _RED == compared(plan):
        return "Recorded as a baseline, though RED: a record goes by .baseline.yaml, not by inputs"
    return "Recorded"


def _tell(runner: Runner, said: str, entry: str, commit: str) -> None:
    runner.output("entry", entry)
    runner.output("commit", commit)
    runner.summary(said)
    annotate("notice", said)


def _environment(runner: Runner, key: Path) -> dict[str, str]:
    """Return the environment in which git signs with the key and may push."""
    remote = setting(runner.environment, "baseline.remote", "origin")
    signing = [("gpg.format", "ssh"), ("user.signingKey", str(key))]
    environment = with_settings(with_token(runner, remote), signing)
    environment["LOGNAME"] = runner.value("GITHUB_ACTOR")  # who is answerable, not who runs it
    if not (environment.get("GIT_COMMITTER_EMAIL") or setting(environment, "user.email", "")):
        name, email = _BOT
        environment |= {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
    return environment


@contextmanager
def _key_file(runner: Runner) -> Iterator[Path]:
    """Write the key to a file of mode 600, and take it away whatever happens."""
    text = runner.input("key").replace("\r\n", "\n") + "\n"
    mask(text)
    signal.signal(signal.SIGTERM, _stopped)  # a job that is cancelled unwinds too
    folder = tempfile.TemporaryDirectory(dir=runner.value("RUNNER_TEMP"), prefix="git-baseline-")
    with folder as name:
        path = Path(name, "key")
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        yield path


def _stopped(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(143)
