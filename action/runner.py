"""What a GitHub runner offers a step: its environment, the files that carry outputs, its log.

Text of others goes to the log between ``stop-commands`` marks: in it no line is a command.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TITLE = "git baseline"


class Stop(Exception):  # noqa: N818 - it ends a step, with a reason that is told and no traceback
    """What a person has to mend before this step can be done."""


@dataclass(frozen=True, slots=True)
class Runner:
    """One step's view of the runner."""

    environment: dict[str, str]

    def input(self, name: str) -> str:
        """Return an input of the action, without white space around it; empty where not given."""
        return self.environment.get(f"BASELINE_{name.upper().replace('-', '_')}", "").strip()

    def lines(self, name: str) -> list[str]:
        """Return the lines of an input that takes several."""
        return [line.strip() for line in self.input(name).splitlines() if line.strip()]

    def choice(self, name: str, *allowed: str) -> str:
        """Return an input that is one of some words; Stop where it is none of them."""
        given = self.input(name)
        if given not in allowed:
            raise Stop(f"{name}: expected {' or '.join(allowed)}, got {given!r}")
        return given

    def count(self, name: str, least: int, most: int) -> int:
        """Return an input that is a whole number; Stop where it is none, or out of bounds."""
        given = self.input(name)
        if not (given.isascii() and given.isdigit() and least <= int(given[:9]) <= most):
            raise Stop(f"{name}: expected a whole number from {least} to {most}, got {given!r}")
        return int(given)

    def value(self, name: str) -> str:
        """Return a variable of the runner; Stop where it is not set."""
        found = self.environment.get(name)
        if not found:
            raise Stop(f"{name} is not set: this is no runner of GitHub Actions")
        return found

    @property
    def event(self) -> dict[str, object]:
        """What happened, as GitHub tells it."""
        path = self.environment.get("GITHUB_EVENT_PATH")
        found = json.loads(Path(path).read_bytes()) if path else {}
        return found if isinstance(found, dict) else {}

    @property
    def run_url(self) -> str:
        """Where people read this run."""
        parts = (self.value("GITHUB_SERVER_URL"), self.value("GITHUB_REPOSITORY"), "actions/runs")
        return "/".join((*parts, self.value("GITHUB_RUN_ID")))

    def output(self, name: str, value: str) -> None:
        """Set an output of the step."""
        mark = f"end-{secrets.token_hex(16)}"  # no value can guess where it ends
        self._append("GITHUB_OUTPUT", f"{name}<<{mark}\n{value}\n{mark}\n")

    def path(self, folder: Path) -> None:
        """Put a folder on PATH for the steps that follow."""
        self._append("GITHUB_PATH", f"{folder}\n")

    def summary(self, markdown: str) -> None:
        """Add to the summary of the job."""
        self._append("GITHUB_STEP_SUMMARY", f"{markdown.rstrip()}\n\n")

    def _append(self, name: str, text: str) -> None:
        with Path(self.value(name)).open("a", encoding="utf-8") as file:
            file.write(text)


def runner() -> Runner:
    """Return the runner that this process is a step of."""
    return Runner(dict(os.environ))


def at(document: object, *names: str) -> object:
    """Return what lies deep in a JSON document, or None where it ends earlier."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def text_at(document: object, *names: str) -> str:
    """Return a text deep in a JSON document, empty where there is none."""
    found = at(document, *names)
    return found if isinstance(found, str) else ""


def annotate(level: str, message: str) -> None:
    """Annotate the run: ``notice``, ``warning`` or ``error``."""
    command(f"{level} title={TITLE}", message)


def mask(secret: str) -> None:
    """Have the runner replace each line of a secret, PEM's own marks apart, in all logs."""
    for line in secret.splitlines():
        if line.strip() and not line.startswith("-----"):
            command("add-mask", line.strip())


def command(head: str, data: str) -> None:
    """Give the runner one command that no data can break out of."""
    escaped = data.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    log([f"::{head}::{escaped}"])


def quote(title: str, text: str) -> None:
    """Show text of others in a group of the log; no line of it is a command."""
    if not text.strip():
        return
    mark = secrets.token_hex(16)
    log([f"::group::{title}", f"::stop-commands::{mark}", text.rstrip(), f"::{mark}::"])
    log(["::endgroup::"])


def log(lines: Iterable[str]) -> None:
    """Write to the log at once, so that lines of other processes keep their place."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
