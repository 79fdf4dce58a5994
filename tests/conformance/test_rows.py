"""The corpus against the threat table: no row without a case, or a reason and another test."""

from pathlib import Path

import pytest
from corpus import base
from corpus.everything import CASES, ELSEWHERE

from gitbaseline.policy.rules import RULES
from gitbaseline.registry.verify import verify

TOP = Path(__file__).parents[2]


def test_every_row_has_a_case_or_a_reason():
    rows = {int(case.row) for case in CASES.values()}
    assert rows | ELSEWHERE.keys() == set(range(1, 86))
    assert rows & ELSEWHERE.keys() == set()


@pytest.mark.parametrize("row", [row for row, (path, _) in ELSEWHERE.items() if path])
def test_the_other_tests_are_there(row):
    assert (TOP / ELSEWHERE[row][0]).is_file()


def test_there_are_enough():
    failing = [name for name in CASES if name.endswith("_fail")]
    assert (len(failing) >= 100, len(CASES) - len(failing) >= 15) == (True, True)


def test_every_expected_rule_is_one_that_people_can_look_up():
    told = {case.rule for case in CASES.values()} - {None}
    assert told - RULES.keys() == set()


def test_where_a_verifier_says_something_else_the_case_says_why():
    silent = {c.name for c in CASES.values() if c.rule and c.alone != c.rule and not c.why}
    foreign = {"first_push_of_another_registry_fail", "genesis_of_a_stranger_fail"}
    assert silent == foreign


def test_the_base_is_valid_and_the_same_everywhere():
    forge, commits = base.made()
    answer = verify(forge.chain, forge.tip, pins=[forge.pin])
    assert (answer.good, answer.statements, answer.pinned) == (True, len(commits), True)
    assert forge.pin == "d62a9a1f8efdab91646600aec2e97ba7e257ff39e9d0437adc2b9b122d395778"
