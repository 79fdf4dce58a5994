"""Every rule id, what it means and how to mend it. Ids are stable: programs match on them.

A test holds the catalogue against the ids that the code emits, both ways; ``docs/rules.md`` is its
printed form.
"""

from __future__ import annotations

from gitbaseline.frozen import dataclass
from gitbaseline.policy.rules_bytes import BYTES
from gitbaseline.policy.rules_proof import PROOF
from gitbaseline.policy.rules_push import PUSH
from gitbaseline.policy.rules_statement import STATEMENT


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the registry. The first sentence of ``meaning`` stands alone in a list."""

    meaning: str
    mend: str


RULES: dict[str, Rule] = {
    name: Rule(*text) for name, text in sorted({**BYTES, **STATEMENT, **PUSH, **PROOF}.items())
}


def page() -> str:
    """Return the catalogue as a page of Markdown."""
    lines = [
        "<!-- Made from gitbaseline/policy/rules.py, do not edit. To make it again:",
        "     python -c 'from gitbaseline.policy.rules import page; print(page(), end=\"\")'",
        "     > docs/rules.md -->",
        "",
        "# Rules",
        "",
        "What `git baseline verify`, the server's hook and `check-proof` can find. Ids keep their",
        "meaning; `git baseline explain RULE` shows one of them.",
    ]
    group = ""
    for name, rule in RULES.items():
        if name.partition("/")[0] != group:
            group = name.partition("/")[0]
            lines += ["", f"## {group}"]
        lines += ["", f"### {name}", "", rule.meaning, "", f"To mend it: {rule.mend}"]
    return "\n".join(lines) + "\n"
