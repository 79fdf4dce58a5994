"""Hold an implementation against exported cases: ``python tests/conformance/run.py DIR --verify CMD``.

The protocol is docs/conformance.md. Needs nothing but Python and the exported folder.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ZERO = "0" * 40
RULE = re.compile(r"^(?:[a-z-]+: )?([a-z0-9-]+/[a-z0-9-]+)(?=:|$)", re.MULTILINE)


def ask(command: str, case: dict, repo: Path, give: str = "") -> tuple[int, set[str]]:
    """Run a command on a case; return its exit code and the rules that it names."""
    places = {"repo": str(repo), "ref": "refs/heads/attack", "pin": case["pin"]}
    words = [word.format(**places) for word in shlex.split(command)]
    done = subprocess.run(
        words,
        input=give.encode(),
        capture_output=True,
        check=False,
        env=os.environ | {"GIT_DIR": str(repo)},
    )
    said = (done.stdout + b"\n" + done.stderr).decode(errors="replace")
    return done.returncode, set(RULE.findall(said))


def verify_fault(command: str, case: dict, repo: Path) -> str | None:
    """Say how the answer about a history differs from what the case expects, or None."""
    code, rules = ask(command, case, repo)
    says = case["verify"]["says"]
    if says == "good":
        return None if (code, rules) == (0, set()) else f"expected exit 0, got {code}, {rules}"
    if code != 1 or (says != "pin" and says not in rules):
        return f"expected exit 1 and {says}, got {code}, {rules}"
    return None


def push_fault(command: str, case: dict, repo: Path) -> str | None:
    """Say how the answer to a push differs from what the case expects, or None."""
    lines = [
        f"{update['old'] or _held(repo, update['ref'])} {update['new']} {update['ref']}\n"
        for update in case["push"]["updates"]
    ]
    code, rules = ask(command, case, repo, "".join(lines))
    rule = case["push"]["rule"]
    if code != (1 if rule else 0) or (rule and rule not in rules):
        return f"expected {f'exit 1 and {rule}' if rule else 'exit 0'}, got {code}, {rules}"
    return None


def _held(repo: Path, ref: str) -> str:
    done = subprocess.run(
        ["git", "--git-dir", str(repo), "rev-parse", "--verify", "--quiet", ref],
        capture_output=True,
        check=False,
    )
    return done.stdout.decode().strip() or ZERO


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verify", metavar="CMD", help="judges a history")
    parser.add_argument("--push", metavar="CMD", help="judges a push, as pre-receive does")
    given = parser.parse_args()
    asked = wrong = 0
    for path in sorted(given.folder.glob("*/case.json")):
        case, repo = json.loads(path.read_text()), path.parent / "repo.git"
        for command, fault_in in ((given.verify, verify_fault), (given.push, push_fault)):
            if command is None or (fault_in is verify_fault and case["verify"] is None):
                continue
            asked += 1
            fault = fault_in(command, case, repo)
            if fault:
                wrong += 1
                sys.stdout.write(f"{case['name']}: {fault}\n")
    sys.stdout.write(f"{asked} asked, {wrong} wrong\n")
    return 1 if wrong or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
