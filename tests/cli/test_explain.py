from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

import gitbaseline
from gitbaseline.policy.rules import RULES

FORMATS = Path(gitbaseline.__file__).parent / "model/schema"


def test_one_rule_is_explained(inside, repo):
    rule = RULES["commit/parents"]
    answer = inside("explain", "commit/parents")
    assert (answer.code, answer.err) == (0, "")
    assert answer.text == f"commit/parents\n\n{rule.meaning}\n\nTo mend it: {rule.mend}\n"


def test_all_rules_are_listed_by_their_first_sentence(inside, repo):
    answer = inside("explain")
    lines = answer.text.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert [line.split()[0] for line in lines] == list(RULES)
    assert [line.split("  ", 1)[1].strip() for line in lines] == [
        rule.meaning.split(". ")[0].removesuffix(".") for rule in RULES.values()
    ]


def test_a_meaning_fills_the_lines_of_a_terminal(inside, repo):
    lines = inside("explain", GIT_PAGER_IN_USE="true", COLUMNS="80").text.splitlines()
    broken = [(line, after) for line, after in pairwise(lines) if after.startswith(" ")]
    assert broken
    assert all(len(f"{line} {after.split()[0]}") > 80 for line, after in broken)


@pytest.mark.parametrize("words", [(), ("trust/key",)])
def test_programs_get_the_same(inside, repo, words):
    answer = inside("explain", *words, "--json")
    chosen = {name: RULES[name] for name in words} if words else RULES
    assert answer.code == 0
    assert answer.json["rules"] == [
        {"rule": name, "meaning": rule.meaning, "mend": rule.mend} for name, rule in chosen.items()
    ]


def test_the_document_has_its_schema(inside, repo):
    import jsonschema

    schema = json.loads((FORMATS / "explain-1.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(inside("explain", "--json").json)


def test_an_unknown_rule_suggests_the_nearest(inside, repo):
    answer = inside("explain", "comit/parents")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err == (
        "error: comit/parents: there is no such rule\nhint: git baseline explain commit/parents\n"
    )


def test_an_unknown_rule_without_any_like_it(inside, repo):
    answer = inside("explain", "zzzz")
    assert answer.code == 2
    assert answer.err.endswith("hint: git baseline explain\n")


def test_no_repository_is_needed(inside, tmp_path):
    assert inside("explain", "commit/parents", folder=tmp_path).code == 0
