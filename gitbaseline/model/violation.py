"""A broken rule, as a value: what a person needs to find it and to mend it."""

from __future__ import annotations

from gitbaseline.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One finding. ``rule`` is a stable id that ``git baseline explain`` knows."""

    rule: str
    message: str
    commit: str | None = None
    path: str | None = None

    @property
    def place(self) -> str:
        """Where it is: the commit and the path, as far as they are known."""
        return " ".join(part for part in (self.commit, self.path) if part)
