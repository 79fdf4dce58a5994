"""Findings as SARIF 2.1.0, for the code-scanning pages of forges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from gitbaseline.model.violation import Violation
from gitbaseline.policy.rules import Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(
    findings: Sequence[Violation],
    rules: Mapping[str, Rule],
    version: str,
    *,
    incomplete: str | None = None,
) -> dict[str, object]:
    """Return the log of one run; ``rules`` says what each id means and how to mend it.

    ``incomplete`` says what kept the run from looking at everything: no result is no pass then.
    """
    names = sorted({finding.rule for finding in findings})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "git-baseline",
                        "version": version,
                        "rules": [_rule(name, rules[name]) for name in names],
                    }
                },
                "invocations": [_invocation(incomplete)],
                "results": [_result(finding, names) for finding in findings],
            }
        ],
    }


def _invocation(incomplete: str | None) -> dict[str, object]:
    if incomplete is None:
        return {"executionSuccessful": True}
    told = {"level": "error", "message": {"text": incomplete}}
    return {"executionSuccessful": False, "toolExecutionNotifications": [told]}


def _rule(name: str, rule: Rule) -> dict[str, object]:
    return {
        "id": name,
        "shortDescription": {"text": rule.meaning},
        "help": {"text": rule.mend},
    }


def _result(finding: Violation, names: Sequence[str]) -> dict[str, object]:
    place = quote(finding.path or ".")  # a URI: a space or a lone % would make it none
    return {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": "error",
        "message": {"text": f"{finding.message} (commit {finding.commit or 'unknown'})"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": place}}}],
        "partialFingerprints": {
            "statement/v1": f"{finding.commit}:{finding.rule}:{finding.path or ''}"
        },
    }
