"""The exported corpus and its runner: we pass by it, and one who says always yes or no does not."""

import json
import shlex
import sys

import pytest
from corpus import disk

NAMES = (
    "merge_fail",
    "other_registry_in_its_place_fail",
    "rewind_by_one_fail",
    "dated_in_the_future_fail",
    "deleted_branch_comes_back_shorter_fail",
    "alias_rewound_fail",
    "lie_that_hides_a_rewind_fail",
    "first_push_to_a_server_without_a_pin_fail",
    "two_good_refs_pass",
    "ref_of_another_name_pass",
    "key_added_then_used_pass",
)
OURS = shlex.join(disk.program())


@pytest.fixture(scope="module")
def folder(tmp_path_factory, home):
    made = tmp_path_factory.mktemp("exported")
    done = disk.run(
        sys.executable, "tests/conformance/export.py", made, *NAMES, folder=disk.PACKAGE, home=home
    )
    assert (done.code, done.err) == (0, "")
    return made


def run(folder, home, *words):
    runner = (sys.executable, "tests/conformance/run.py", folder, *words)
    done = disk.run(*runner, folder=disk.PACKAGE, home=home)
    assert done.err == ""
    return done.code, done.out.decode().splitlines()


def test_this_implementation(folder, home):
    verify = f"{OURS} -C {{repo}} verify --full --ref {{ref}} --root {{pin}}"
    push = f"{OURS} hook pre-receive"
    answer = run(folder, home, "--verify", verify, "--push", push)
    assert answer == (0, ["19 asked, 0 wrong"])  # three cases are of refs only


@pytest.mark.parametrize("word", ["true", "false"])
def test_one_who_always_says_the_same(folder, home, word):
    code, lines = run(folder, home, "--verify", word, "--push", word)
    passing = [name for name in NAMES if name.endswith("_pass")]
    wrong = {line.partition(":")[0] for line in lines[:-1]}
    assert code == 1
    assert wrong == (set(NAMES) - set(passing) if word == "true" else set(NAMES))


def test_nobody_asked(folder, home):
    assert run(folder, home) == (1, ["0 asked, 0 wrong"])


def test_case_json(folder):
    about = json.loads((folder / "rewind_by_one_fail" / "case.json").read_text())
    (update,) = about["push"]["updates"]
    assert about == {
        "format": "git-baseline/conformance/1",
        "name": "rewind_by_one_fail",
        "row": "6",
        "push": {"rule": "history/rewind", "updates": [update]},
        "verify": {"ref": "refs/heads/attack", "says": "good"},
        "why": "the history is sound; that it replaces another only the server can see",
        "pin": about["pin"],
        "branch": "refs/heads/baselines",
        "server": {
            "holds_the_branch": True,
            "pinned": True,
            "high_water": about["server"]["high_water"],
        },
        "push_options": [],
    }
    assert (update["ref"], update["old"]) == ("refs/heads/baselines", None)
