"""What an agent says as words: each spelled so that it stays one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.cli.agent_verbs import OFFERS
from gitbaseline.cli.agent_words import Bounds, words
from gitbaseline.errors import InputError


@pytest.fixture
def say(tmp_path):
    """Return the words of a verb; paths are bounded by a folder with some files."""
    top = (tmp_path / "top").resolve()
    (top / "runs").mkdir(parents=True)
    for name in ("run.log", "-odd.json", "412", "context.yaml"):
        (top / name).write_text("x")
    (tmp_path / "secret").write_text("s")
    bounds = Bounds(root=top, folder=top)
    return lambda verb, **arguments: words(OFFERS[verb], arguments, bounds)


@pytest.mark.parametrize(
    ("verb", "arguments", "expected"),
    [
        (
            "record",
            {"file": "run.log", "family": "nccl", "context": ["tp=8", "a.b=c d"], "redact": True},
            [
                *("--tier=draft", "--family=nccl", "--context=tp=8", "--context=a.b=c d"),
                *("--redact", "--", "run.log"),
            ],
        ),
        (
            "record",
            {"value": [1.5, "2.50"], "unit": "ms"},
            ["--tier=draft", "--value=1.5", "--value=2.50", "--unit=ms"],
        ),
        ("record", {"value": 3, "redact": False}, ["--tier=draft", "--value=3"]),
        ("record", {"notes": "--push"}, ["--tier=draft", "--notes=--push"]),
        ("record", {"notes": "$(rm -rf /); `x`\n"}, ["--tier=draft", "--notes=$(rm -rf /); `x`\n"]),
        ("record", {"file": "-odd.json"}, ["--tier=draft", "--", "./-odd.json"]),
        ("record", {"context": "context.yaml"}, ["--tier=draft", "--context=context.yaml"]),
        (
            "record",
            {"args": ["-f", "nccl", "--yes", "--json", "--tier", "draft", "run.log"]},
            ["--tier=draft", "--family=nccl", "--tier=draft", "--", "run.log"],
        ),
        (
            "record",
            {"args": ["--value", "1", "--value=2"]},
            ["--tier=draft", "--value=1", "--value=2"],
        ),
        ("record", {"args": []}, ["--tier=draft"]),
        (
            "diff",
            {"baseline": "fam/step", "current": "run.log"},
            ["--baseline=fam/step", "--current=run.log"],
        ),
        ("diff", {"current": "412"}, ["--current=412"]),
        ("diff", {"current": "fam/step@best"}, ["--current=fam/step@best"]),
        (
            "diff",
            {"args": ["fam/step", "412.6", "--unit", "ms", "--fail-on", "never"]},
            ["--unit=ms", "fam/step", "412.6"],
        ),
        (
            "diff",
            {"tolerance_percent": 2.5, "allow_missing": "a b"},
            ["--tolerance-percent=2.5", "--allow-missing=a b"],
        ),
        ("list", {}, ["--max-count=50"]),
        ("list", {"series": "-x", "all": True}, ["--all", "--max-count=50", "--", "-x"]),
        ("search", {"terms": ["a b", "-c"], "max_count": 3}, ["--max-count=3", "--", "a b", "-c"]),
        ("search", {"terms": "a"}, ["--max-count=50", "--", "a"]),
        ("show", {"reference": "fam/step", "metric": ["a"]}, ["--metric=a", "--", "fam/step"]),
        ("verify", {"full": True, "root": "ab"}, ["--root=ab", "--full"]),
    ],
)
def test_words(say, verb, arguments, expected):
    assert sorted(say(verb, **arguments)) == sorted(expected)
    assert say(verb, **arguments)[-1] == expected[-1]


@pytest.mark.parametrize(
    ("verb", "args", "where"),
    [
        ("record", ["--accept-regression", "why"], "--accept-regression"),
        ("record", ["--accept-harness-change"], "--accept-harness-change"),
        ("record", ["--allow-secret", "x"], "--allow-secret"),
        ("record", ["--tier", "verdict"], "--tier"),
        ("record", ["--isolated-metric"], "--isolated-metric"),
        ("record", ["--production-representative"], "--production-representative"),
        ("record", ["--push"], "--push"),
        ("record", ["--code-repo", "."], "--code-repo"),
        ("record", ["--sol-over"], "--sol-over"),
        ("diff", ["--bundle", "out"], "--bundle"),
        ("diff", ["fam", "run.log", "--confirm"], "--confirm"),
        ("diff", ["fam", "run.log", "--confirm", "--", "touch", "x"], "--"),
        ("diff", ["fam", "--", "touch", "x"], "--"),
        ("show", ["--snapshot", "fam"], "--snapshot"),
        ("show", ["--file=baseline.json", "fam"], "--file"),
        ("verify", ["--sarif"], "--sarif"),
    ],
)
def test_what_is_for_people_is_refused(say, verb, args, where):
    with pytest.raises(InputError) as raised:
        say(verb, args=args)
    assert (raised.value.code, raised.value.where) == ("mcp/refused", where)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("record", {"file": "../secret"}),
        ("record", {"source": ["run.log", "/etc/passwd"]}),
        ("record", {"mapping": "../secret"}),
        ("record", {"schema": "../secret"}),
        ("record", {"harness": "../secret"}),
        ("record", {"artifact": "../secret"}),
        ("record", {"ceilings": "../secret"}),
        ("record", {"context": ["tp=8", "../secret"]}),
        ("record", {"args": ["--source=../secret"]}),
        ("record", {"args": ["-s../secret"]}),
        ("record", {"args": ["--", "../secret"]}),
        ("diff", {"current": "../secret"}),
        ("diff", {"args": ["../secret"]}),
        ("diff", {"args": ["fam", "../secret"]}),
        ("diff", {"context": "../secret"}),
    ],
)
def test_no_way_leads_out(say, verb, arguments):
    with pytest.raises(InputError) as raised:
        say(verb, **arguments)
    assert raised.value.code == "mcp/outside"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"args": ["--nope"]}, "usage"),
        ({"args": ["--help"]}, "usage"),
        ({"args": ["-h"]}, "usage"),
        ({"args": ["-C", "/", "list"]}, "usage"),
        ({"args": ["a", "b"]}, "usage"),
        ({"args": ["--family"]}, "usage"),
        ({"args": ["--sol-rigor", "L9"]}, "usage"),
        ({"args": ["-"]}, "mcp/stdin"),
        ({"args": ["x"], "family": "f"}, "mcp/both"),
        ({"notes": "a\0b"}, "mcp/text"),
        ({"notes": "a\ud800b"}, "mcp/text"),
    ],
)
def test_what_is_no_call_is_told(say, arguments, code, capsys):
    with pytest.raises(InputError) as raised:
        say("record", **arguments)
    assert (raised.value.code, capsys.readouterr()) == (code, ("", ""))


def test_an_option_that_nobody_decided_on_is_refused(say, monkeypatch):
    offer = replace(OFFERS["search"], typed=("terms",))
    monkeypatch.setitem(OFFERS, "search", offer)
    with pytest.raises(InputError) as raised:
        say("search", args=["a", "--skip", "1"])
    assert raised.value.message == "not for agents: nobody has decided to offer it"


def test_the_environment_decides_nothing(say, monkeypatch):
    monkeypatch.setenv("GIT_BASELINE_AGENT", "somebody")
    assert say("record", value=1) == ["--tier=draft", "--value=1"]
