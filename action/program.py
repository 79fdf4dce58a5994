"""Running git-baseline and git for a step, and git's credentials for one process at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner import Runner, Stop, mask, quote, text_at

# What a step is given and no process below it: git has its header, and git-baseline its key file.
_SECRETS = ("BASELINE_KEY", "BASELINE_TOKEN", "BASELINE_JOB_TOKEN")
_PROGRAM = (sys.executable, "-I", "-m", "gitbaseline")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> object:
        """The JSON document on stdout; None where there is none."""
        try:
            return json.loads(self.out)
        except ValueError:
            return None

    @property
    def fault(self) -> str:
        """Why it failed, in one line."""
        found = self.document
        told = (text_at(found, "error", "where"), text_at(found, "error", "message"))
        lines = [line for line in self.err.splitlines() if line.strip()]
        wrong = [line for line in lines if line.startswith(("error: ", "fatal: "))] or lines[-1:]
        first = wrong[0].removeprefix("error: ").removeprefix("fatal: ") if wrong else ""
        said = ": ".join(part for part in told if part) or first
        hint = text_at(found, "error", "hint")
        return (said or f"exit code {self.code}") + (f" (hint: {hint})" if hint else "")


def baseline(environment: Mapping[str, str], *words: str) -> Answer:
    """Run git-baseline, whatever its exit code; what it says on stderr goes to the log."""
    answer = _run([*_PROGRAM, *words], environment)
    quote(f"git baseline {words[0]}", answer.err)
    return answer


def git(environment: Mapping[str, str], *words: str) -> Answer:
    """Run git, whatever its exit code. It never asks for a password."""
    return _run(["git", *words], {**environment, "GIT_TERMINAL_PROMPT": "0"})


def setting(environment: Mapping[str, str], key: str, default: str) -> str:
    """Return a setting of git's, or the default."""
    return git(environment, "config", "--get", key).out.strip() or default


def with_settings(
    environment: Mapping[str, str], settings: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Return the environment in which git has these settings too; nothing is written anywhere."""
    count = int(environment.get("GIT_CONFIG_COUNT") or 0)
    added = dict(environment)
    for number, (key, value) in enumerate(settings, count):
        added[f"GIT_CONFIG_KEY_{number}"] = key
        added[f"GIT_CONFIG_VALUE_{number}"] = value
    return {**added, "GIT_CONFIG_COUNT": str(count + len(settings))}


def with_token(runner: Runner, remote: str) -> dict[str, str]:
    """Return the environment in which git may reach the remote, if it is on this GitHub.

    What checkout left in git's configuration stays in force against the job's own token, and gives
    way to a token that the workflow names. Two Authorization headers would be refused.
    """
    environment = runner.environment
    token, of_job = runner.input("token"), runner.input("job-token")
    server = runner.value("GITHUB_SERVER_URL")
    url = git(environment, "remote", "get-url", "--push", remote).out.strip()
    if not token or not url.startswith(f"{server}/"):
        return dict(environment)
    kept = git(environment, "config", "--get-urlmatch", "http.extraheader", url).out.strip()
    if kept and token == of_job:
        return dict(environment)
    basic = b64encode(f"x-access-token:{token}".encode()).decode()
    mask(basic)
    key = f"http.{server}/.extraheader"
    return with_settings(environment, [(key, ""), (key, f"AUTHORIZATION: basic {basic}")])


def _run(words: Sequence[str], environment: Mapping[str, str]) -> Answer:
    try:
        done = subprocess.run(
            list(words),
            env={name: value for name, value in environment.items() if name not in _SECRETS},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise Stop(f"cannot start {words[0]}: {error.strerror}") from None
    return Answer(
        code=done.returncode,
        out=done.stdout.decode(errors="replace"),
        err=done.stderr.decode(errors="replace"),
    )
