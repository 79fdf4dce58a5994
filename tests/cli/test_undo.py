"""The last record goes while nobody else has it, and only that."""

from __future__ import annotations


def test_undo_and_back(registry, inside, number):
    genesis = registry.tip()
    first = inside(*number, "--json").json
    second = inside(*number, "--json").json
    before = registry.frozen()
    undone = inside("undo", "--json").json
    assert {name: undone[name] for name in ("entry", "commit", "tip")} == {
        "entry": second["entry"],
        "commit": second["commit"],
        "tip": first["commit"],
    }
    assert (registry.tip(), registry.frozen()) == (first["commit"], before)
    said = inside("undo")
    assert said.text.splitlines() == [
        f"Took back {first['entry']}",
        f"  commit  {first['commit']}",
        f"  tip     {genesis}",
    ]
    assert said.err.splitlines()[:-1] == ["", "to bring it back:"]
    back = said.err.splitlines()[-1]
    registry.git(*back.split()[1:])
    assert (registry.tip(), inside("verify", "--json").json["good"]) == (first["commit"], True)
    assert inside("undo").code == 0
    last = inside("undo", "--json")
    assert (last.code, last.json["error"]["code"]) == (3, "undo/kind")
    assert registry.tip() == genesis


def test_what_is_pushed_stays(registry, inside, number, make_repo, tmp_path):
    bare = make_repo(tmp_path / "host.git", "--bare")
    registry.git("remote", "add", "origin", bare.path)
    inside(*number)
    pushed = inside(*number, "--json").json
    registry.git("push", "-q", "origin", "baselines")
    later = inside(*number, "--json").json
    assert inside("undo", "--json").json["commit"] == later["commit"]
    for tip in (pushed["commit"], registry.git("rev-parse", "baselines~1")):
        registry.git("update-ref", "refs/heads/baselines", tip)
        refused = inside("undo", "--json")
        error = refused.json["error"]
        assert (refused.code, error["code"], error["message"], registry.tip()) == (
            3,
            "undo/pushed",
            "refs/remotes/origin/baselines holds it already; what is pushed is never taken back",
            tip,
        )
