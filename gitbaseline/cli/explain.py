"""``git baseline explain``: a rule id in words."""

from __future__ import annotations

import difflib

import click

from gitbaseline.cli import output
from gitbaseline.errors import InputError
from gitbaseline.policy.rules import RULES
from gitbaseline.report import document
from gitbaseline.report.folding import at_words, folded


@click.command()
@click.argument("rule", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def command(rule: str | None, *, as_json: bool) -> int:
    """Explain what a rule means and how to mend what breaks it; without RULE, list them all."""
    if rule is not None and rule not in RULES:
        near = difflib.get_close_matches(rule, RULES, n=1)
        raise InputError(
            "there is no such rule",
            code="rule/unknown",
            where=rule,
            hint=f"git baseline explain {near[0]}" if near else "git baseline explain",
        )
    chosen = {rule: RULES[rule]} if rule else RULES
    if as_json:
        rows = [
            {"rule": name, "meaning": known.meaning, "mend": known.mend}
            for name, known in chosen.items()
        ]
        output.document(document.envelope("explain", {"rules": rows}))
    elif rule:
        told = (rule, RULES[rule].meaning, f"To mend it: {RULES[rule].mend}")
        output.say("\n\n".join(folded(line, output.columns(), 0) for line in told))
    else:
        columns, left = output.columns(), max(map(len, RULES)) + 2
        for name, known in RULES.items():
            meaning = known.meaning.split(". ")[0].removesuffix(".")
            lines = at_words(meaning, columns - left) if columns else [meaning]
            output.say(name.ljust(left) + f"\n{' ' * left}".join(lines))
    return 0
