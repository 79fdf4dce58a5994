"""Write the corpus as folders, for another implementation: ``python tests/conformance/export.py DIR``.

Each case becomes ``DIR/<name>/`` with ``case.json`` and ``repo.git``, as docs/conformance.md says.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import base, disk
from corpus.case import Attack, Case
from corpus.everything import CASES

FORMAT = "git-baseline/conformance/1"


def export(folder: Path, names: list[str]) -> None:
    """Write these cases below a folder that does not hold them yet."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        model = disk.template(home / "server.git", home)
        shutil.rmtree(model / "hooks")
        for name in names:
            _one(CASES[name], folder / name, model, home)


def _one(case: Case, folder: Path, model: Path, home: Path) -> None:
    forge = base.on_top()
    attack = case.attack(forge)
    folder.mkdir(parents=True)
    repo = disk.serve(model, folder / "repo.git", case.server, home)
    disk.write_loose(repo, forge.pile.own)
    disk.set_ref(repo, "refs/heads/base", forge.base)
    if attack.tip:
        disk.set_ref(repo, "refs/heads/attack", attack.tip)
    about = _about(case, attack, forge)
    (folder / "case.json").write_text(json.dumps(about, indent=2, sort_keys=True) + "\n")


def _about(case: Case, attack: Attack, forge) -> dict:
    return {
        "format": FORMAT,
        "name": case.name,
        "row": case.row,
        "push": {"rule": case.rule, "updates": [asdict(update) for update in attack.updates]},
        "verify": {"ref": "refs/heads/attack", "says": case.alone or "good"}
        if attack.tip
        else None,
        "why": case.why,
        "pin": forge.pin,
        "branch": base.BRANCH,
        "server": {
            "holds_the_branch": case.server.branch,
            "pinned": case.server.pinned,
            "high_water": forge.base if case.server.mark else None,
        },
        "push_options": list(case.options),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="cases; all of them without any")
    given = parser.parse_args()
    export(given.folder, given.names or list(CASES))


if __name__ == "__main__":
    main()
