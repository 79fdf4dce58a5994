"""Findings as SARIF: what a forge's code-scanning page needs of each."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from gitbaseline.model.violation import Violation
from gitbaseline.policy.rules import RULES
from gitbaseline.report.sarif import sarif

RULE = "append-only/modified"


def run_of(*findings):
    return sarif(findings, RULES, "1.2.3")["runs"][0]


def uri_of(path):
    result = run_of(Violation(rule=RULE, message="m", commit="c", path=path))["results"][0]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


@pytest.mark.parametrize("path", ["f/m/INDEX.md", "f/a b/ü%", "f/ev\x1bil", "f/a?b#c", "a:b"])
def test_a_path_is_a_uri_that_names_it(path):
    uri = uri_of(path)
    assert uri.isascii()
    assert not set(uri) & set(' "<>\\^`{|}')
    assert urlsplit(uri)._replace(path="").geturl() == ""
    assert unquote(uri) == path


def test_a_finding_without_a_path_is_of_the_whole():
    assert uri_of(None) == "."


def test_each_rule_found_says_what_it_means_and_how_to_mend_it():
    twice = [Violation(rule=RULE, message="m"), Violation(rule=RULE, message="n")]
    rules = run_of(*twice, Violation(rule="commit/kind", message="o"))["tool"]["driver"]["rules"]
    assert rules == [
        {
            "id": name,
            "shortDescription": {"text": RULES[name].meaning},
            "help": {"text": RULES[name].mend},
        }
        for name in (RULE, "commit/kind")
    ]


def test_a_result_points_at_its_rule():
    run = run_of(Violation(rule="ref/deleted", message="m"), Violation(rule=RULE, message="n"))
    named = [run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in run["results"]]
    assert named == [one["ruleId"] for one in run["results"]] == ["ref/deleted", RULE]


def test_a_run_that_could_not_look_at_everything_is_no_pass():
    assert run_of()["invocations"] == [{"executionSuccessful": True}]
    run = sarif([], RULES, "1.2.3", incomplete="a part is missing")["runs"][0]
    assert (run["results"], run["invocations"]) == (
        [],
        [
            {
                "executionSuccessful": False,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": "a part is missing"}}
                ],
            }
        ],
    )
