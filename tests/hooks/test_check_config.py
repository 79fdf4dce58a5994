"""The team's ``.baseline.yaml``: checked by a hook, and the family that ``record`` takes from it."""

from __future__ import annotations

import pytest

_NUMBER = ("record", "-m", "step", "--value", "1.5", "--unit", "ms", "--json")


def test_a_good_file_is_good(registry, inside):
    (registry.path / ".baseline.yaml").write_text("version: 1\n")
    done = inside("hook", "check-config", ".baseline.yaml")
    assert (done.code, done.text, done.err) == (0, "", "")
    assert inside("hook", "check-config").code == 0


def test_every_bad_file_is_told(registry, inside):
    (registry.path / ".baseline.yaml").write_text("version: 1\nfamilly: a\n")
    done = inside("hook", "check-config", ".baseline.yaml", "none.yaml")
    assert (done.code, done.text, done.err) == (
        1,
        "",
        (
            "error: .baseline.yaml: familly: unknown key; did you mean family?\n"
            "error: none.yaml: cannot be read: No such file or directory\n"
        ),
    )


@pytest.mark.parametrize("name", [".baseline.yaml", ".baseline.yml"])
def test_record_takes_the_family_from_it(registry, inside, name):
    (registry.path / name).write_text("version: 1\nfamily: teams_own\n")
    (registry.path / "below").mkdir()
    done = inside.at(registry.path / "below")(*_NUMBER)
    assert (done.code, done.json["entry"].split("/")[0]) == (0, "teams_own")


def test_who_calls_and_git_come_before_it(registry, inside):
    (registry.path / ".baseline.yaml").write_text("version: 1\nfamily: teams_own\n")
    registry.git("config", "baseline.family", "gits")
    assert inside(*_NUMBER).json["entry"].split("/")[0] == "gits"
    assert inside(*_NUMBER, "--family", "mine").json["entry"].split("/")[0] == "mine"


def test_record_refuses_a_bad_file_and_two_of_them(registry, inside):
    (registry.path / ".baseline.yaml").write_text("version: 1\nfamily: Teams Own\n")
    tip = registry.tip()
    bad = inside(*_NUMBER)
    assert (bad.code, bad.json["error"]["where"]) == (2, f"{registry.path}/.baseline.yaml")
    (registry.path / ".baseline.yml").write_text("version: 1\n")
    two = inside(*_NUMBER)
    assert (two.code, two.json["error"]) == (
        2,
        {
            "code": "config/twice",
            "hint": None,
            "message": "expected one of .baseline.yaml and .baseline.yml, got both",
            "where": str(registry.path),
        },
    )
    assert registry.tip() == tip
