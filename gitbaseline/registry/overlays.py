"""What makes stock git show something else than is there: replacements and grafts.

No verb looks through them. They are told of, since whoever looks with git sees another history.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store


def overlays(store: Store, git_dir: Path) -> list[str]:
    """Return a sentence for each, with the command that takes it away."""
    found = [
        f"{name} makes stock git show other objects: git update-ref -d {name}"
        for name, _ in store.refs("refs/replace/")
    ]
    grafts = git_dir / "info" / "grafts"
    if grafts.is_file() and grafts.stat().st_size:
        file = shlex.quote(str(grafts))
        found.append(f"{grafts} makes stock git show other parents: rm {file}")
    return found
