"""Findings as SARIF 2.1.0, for the code-scanning pages of forges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.model.violation import Violation

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(
    findings: Sequence[Violation], meanings: Mapping[str, str], version: str
) -> dict[str, object]:
    """Return the log of one run; ``meanings`` says what each rule id means."""
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
                        "rules": [
                            {"id": name, "shortDescription": {"text": meanings.get(name, name)}}
                            for name in names
                        ],
                    }
                },
                "results": [_result(finding, names) for finding in findings],
            }
        ],
    }


def _result(finding: Violation, names: Sequence[str]) -> dict[str, object]:
    place = finding.path or "."
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
