"""A record made again on a moved tip is judged again: what it repeats, what it is held to."""

from __future__ import annotations

import pytest

from gitbaseline.store import Store


@pytest.fixture
def faster(monkeypatch, registry, baseline):
    """Let another writer record these words just before the ref would move, once."""

    def arrange(*words):
        advance, left = Store.advance, [words]

        def after_another(store, ref, *, expected, new, note):
            if left:
                done = baseline("record", *left.pop(), "--yes", "--json", folder=registry.path)
                assert done.code == 0, done.err
            advance(store, ref, expected=expected, new=new, note=note)

        monkeypatch.setattr(Store, "advance", after_another)

    return arrange


STEP = ("-m", "step", "--unit", "ms")


def test_the_same_key_is_recorded_once(registry, inside, faster):
    words = (*STEP, "--value", "1.5", "--idempotency-key", "job-7")
    faster(*words)
    done = inside("record", *words, "--yes", "--json")
    assert (done.code, done.json["repeated"], done.json["commit"]) == (0, True, registry.tip())
    listed = inside("list", "--all", "--json").json["entries"]
    assert [entry["entry"] for entry in listed] == [done.json["entry"]]


def test_it_is_held_to_the_entry_that_came_first(registry, inside, faster):
    faster(*STEP, "--value", "1.0")
    done = inside("record", *STEP, "--value", "2.0", "--yes", "--json")
    listed = inside("list", "--all", "--json").json["entries"]
    (first,) = (entry for entry in listed if entry["entry"] != done.json["entry"])
    assert done.code == 0
    assert done.json["baseline"]["standing"] == "candidate"
    assert done.json["baseline"]["judged"] == {
        "against": f"{first['series']}@{first['slug']}",
        "verdict": "RED",
    }
    assert any(warning.startswith("RED against") for warning in done.json["warnings"])
    assert inside("verify", "--full", "--json").json["good"] is True
