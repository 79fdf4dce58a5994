from __future__ import annotations

import re
from pathlib import Path

import gitbaseline
from gitbaseline.policy.rules import RULES, page
from gitbaseline.signing import sshsig

PACKAGE = Path(gitbaseline.__file__).parent
SOURCES = [
    PACKAGE / "model/commit.py",
    PACKAGE / "model/tree.py",
    PACKAGE / "registry/mark.py",
    PACKAGE / "registry/receive.py",
    PACKAGE / "registry/verify.py",
    PACKAGE / "transport/external.py",
    *(path for path in (PACKAGE / "policy").glob("*.py") if not path.name.startswith("rules")),
]
GROUPS = (
    "accept|append-only|baseline|collect|commit|entry|event|genesis|history|index|inbox|limit|path|"
    "proof|push|record|ref|retract|signature|snapshot|source-md|trailer|tree|trust"
)
IDS = re.compile(rf'"((?:{GROUPS})/[a-z-]+)"')


def emitted():
    return {name for path in SOURCES for name in IDS.findall(path.read_text())} | set(sshsig.RULES)


def test_every_rule_that_the_code_knows_is_explained():
    assert sorted(emitted() - set(RULES)) == []


def test_every_rule_that_is_explained_exists():
    assert sorted(set(RULES) - emitted()) == []


def test_rules_are_sorted_plain_sentences():
    assert list(RULES) == sorted(RULES)
    for name, rule in RULES.items():
        for text in (rule.meaning, rule.mend):
            assert re.fullmatch(r"[A-Za-z.S][ -~]*\.", text), name
            assert "  " not in text, name
        first = rule.meaning.split(". ")[0]
        assert len(first) <= 96, name  # stands beside the id in a list


def test_the_page_is_the_catalogue():
    assert (PACKAGE.parent / "docs/rules.md").read_text() == page()


def test_commands_in_the_advice_exist():
    verbs = {path.stem.strip("_") for path in (PACKAGE / "cli").glob("*.py")}
    named = {
        verb
        for rule in RULES.values()
        for verb in re.findall(r"git baseline ([a-z]+)", f"{rule.meaning} {rule.mend}")
    }
    assert sorted(named - verbs) == []
