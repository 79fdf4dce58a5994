"""``git baseline search``, and the parts of ``list`` and ``show``: what they print."""

from __future__ import annotations

import pytest


@pytest.fixture
def three(registry, inside):
    """Three numbers of one series, the newest 3; return their slugs, the newest first."""
    words = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--accept-regression", "known")
    notes = ("one", "two\x1b[31m", "three")
    made = [
        inside(*words, "--value", n, "--notes", note.replace("\x1b[31m", "")).code
        for n, note in zip("123", notes, strict=True)
    ]
    assert made == [0, 0, 0]
    return [row["slug"] for row in inside("list", "fam/step", "--json").json["entries"]]


def test_one_line_each(three, inside):
    lines = inside("search", "TWO").text.splitlines()
    assert lines[0].split() == ["Entry", "Value", "Unit", "Tier", "Status", "Operator", "Match"]
    assert lines[1].split() == [
        *(f"fam/step@{three[1]}", "2", "ms", "DRAFT", "ok", "tester"),
        *("notes:", "two"),
    ]
    assert len(lines) == 2


def test_a_part_of_what_fits(three, inside):
    done = inside("search", "family:fam", "-n", "2")
    assert (len(done.text.splitlines()), done.err) == (3, "and more: --skip 2\n")
    document = inside("search", "family:fam", "-n", "2", "--json").json
    assert [row["value"] for row in document["entries"]] == [3, 2]
    assert (document["more"], document["terms"]) == (True, ["family:fam"])
    document = inside("search", "family:fam", "-n", "2", "--skip", "2", "--json").json
    assert ([row["value"] for row in document["entries"]], document["more"]) == ([1], False)


def test_nothing_and_no_term(three, inside):
    done = inside("search", "absent")
    assert (done.code, done.text, done.err) == (0, "", "no entry fits\n")
    assert inside("search").code == 2
    odd = inside("search", "opertor:x", "--json")
    assert (odd.code, odd.json["error"]["hint"]) == (2, "did you mean operator:?")


def test_a_part_of_a_list(three, inside):
    done = inside("list", "fam/step", "-n", "1")
    assert (done.text.splitlines()[1].split()[1], done.err) == (three[0], "and more: --skip 1\n")
    document = inside("list", "--all", "--skip", "1", "-n", "2", "--json").json
    assert ([row["slug"] for row in document["entries"]], document["more"]) == (three[1:], False)
    assert inside("list", "--skip", "9").err == "no more entries\n"


def test_some_metrics_of_an_entry(registry, inside):
    (registry.path / "r.json").write_text('{"a_ms": 1, "b_ms": 2, "c": 3}')
    inside("record", "-m", "r", "r.json")
    shown = inside("show", "r", "--metric", "*_ms").text.split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in shown] == ["Metric", "a_ms", "b_ms"]
    document = inside("show", "r", "--metric", "c", "--json").json
    assert list(document["baseline"]["metrics"]) == ["c"]
    odd = inside("show", "r", "--metric", "d_ms", "--json").json["error"]
    assert (odd["code"], odd["where"]) == ("key/unknown", "--metric")
