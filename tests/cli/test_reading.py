"""list, show, log, keys, explain, completion: what they print, and how references lead there."""

from __future__ import annotations

import subprocess

import pytest


@pytest.fixture
def slugs(registry, inside):
    """Record three numbers of one series and one JSON file; return the slugs of the series."""
    words = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--accept-regression", "known")
    made = [inside(*words, "--value", number, "--json").json for number in ("3", "1", "2")]
    (registry.path.parent / "r.json").write_text('{"a_ms": 1, "b": 2}')
    inside("record", "-f", "other", registry.path.parent / "r.json")
    return [document["slug"] for document in made]


def test_list(registry, inside, slugs):
    lines = inside("list").text.splitlines()
    assert lines[0].split() == [
        "Measurement",
        "Latest",
        "Value",
        "Unit",
        "Better",
        "Tier",
        "Status",
        "Operator",
    ]
    assert lines[1].split() == ["fam/step", slugs[2], "2", "ms", "lower", "DRAFT", "ok", "tester"]
    assert lines[2].split()[2:] == ["(2", "metrics)", "DRAFT", "ok", "tester"]
    every = inside("list", "fam/step", "--json").json
    assert (every["tip"], [row["slug"] for row in every["entries"]]) == (
        registry.tip(),
        slugs[::-1],
    )
    assert [row["series"] for row in inside("list", "--all", "--json").json["entries"]] == [
        *["fam/step"] * 3,
        "other/r",
    ]
    assert [row["value"] for row in inside("list", "fam", "--json").json["entries"]] == [2]
    assert [row["value"] for row in inside("list", "step", "--json").json["entries"]] == [2]


def test_an_empty_registry(registry, inside):
    done = inside("list")
    assert (done.code, done.text, done.err) == (0, "", "no entries yet: git baseline record FILE\n")


def test_log(registry, inside, slugs):
    lines = inside("log", "fam/step").text.splitlines()
    assert lines[0] == "fam/step  \u2588\u2581\u2585"
    assert [line.split()[1:5] for line in lines[2:]] == [
        [slugs[2], "2", "ms", "1"],
        [slugs[1], "1", "ms", "1"],
        [slugs[0], "3", "ms", "1"],
    ]
    rows = inside("log", "fam/step", "-n", "2", "--json").json["entries"]
    assert [row["slug"] for row in rows] == [slugs[2], slugs[1]]
    for words, expected in (
        (("--tier", "verdict"), 0),
        (("--tier", "draft"), 3),
        (("--since", "2020-01-01"), 3),
        (("--since", "2099-01-01T00:00:00Z"), 0),
    ):
        rows = inside("log", "fam/step", *words, "--json").json["entries"]
        assert len(rows) == expected
    odd = inside("log", "fam/step", "--since", "yesterday", "--json")
    assert (odd.code, odd.json["error"]["code"]) == (2, "option/date")
    several = inside("log", "--json").json["error"]
    assert several["message"] == "could be any of fam/step, other/r"
    assert inside("log", "other/r").text.splitlines()[0] == "other/r"


def test_show(registry, inside, slugs):
    lines = inside("show", "fam/step").text.splitlines()
    assert lines[0] == f"fam/step/{slugs[2]}  (latest that counts)"
    facts = dict(line.split(maxsplit=1) for line in lines[1:])
    assert (facts["status"], facts["value"], facts["cite"]) == (
        "ok",
        "2 ms, lower is better, DRAFT",
        f"fam/step@{slugs[2]}",
    )
    table = inside("show", "other/r").text.split("\n\n")[1].splitlines()
    assert [line.split() for line in table] == [
        ["Metric", "Value", "Unit", "Better", "n", "Std", "Validity"],
        ["a_ms", "1", "ms", "lower", "1", "unchecked"],
        ["b", "2", "unknown", "?", "1", "unchecked"],
    ]
    assert inside("show", "fam/step", "--snapshot").out == b"2\n"
    missing = inside("show", "fam/step", "--file", "nope", "--json").json["error"]
    assert (missing["code"], missing["hint"]) == (
        "entry/file",
        f"git baseline show fam/step/{slugs[2]} --files",
    )


def test_show_says_what_happened_to_an_entry(registry, inside, slugs):
    assert inside("show", "fam/step", "--json").json["events"] == []
    inside("record", "-f", "fam", "-m", "step", "--value", "9", "--unit", "ms")
    entry = inside("log", "fam/step", "--json").json["entries"][0]["entry"]
    inside("accept", entry, "--why", "the dataset grew")
    inside("retract", entry, "--why", "a GPU was throttled")
    shown = inside("show", entry, "--json").json
    told = [(event["kind"], event["by"], event["reason"]) for event in shown["events"]]
    assert (shown["status"], told) == (
        "retracted",
        [
            ("accepted", "tester", "the dataset grew"),
            ("retracted", "tester", "a GPU was throttled"),
        ],
    )
    lines = [line.split(maxsplit=1) for line in inside("show", entry).text.splitlines()[1:]]
    for event in shown["events"]:
        assert [event["kind"], f"{event['at']} by tester: {event['reason']}"] in lines


def test_references(registry, inside, slugs):
    """Each kind of reference, by the numbers 3, 1, 2 in this order."""
    head = registry.git("rev-parse", "HEAD")
    tag = registry.git("rev-parse", "baselines~2")
    registry.git("tag", "v1", tag)
    registry.git("tag", "-a", "-m", "annotated", "v2", tag)
    registry.git("checkout", "-q", "-b", "side")
    later = registry.commit("later")
    inside(
        "record", "-f", "fam", "-m", "step", "--unit", "ms", "--value", "7", "--accept-regression=x"
    )
    deep = f"experiments/artifacts/perf-baselines/fam/step/{slugs[0]}/"
    for reference, value, how in (
        ("fam/step", 7, "latest that counts"),
        ("step", 7, "latest that counts"),
        ("fam", 7, "latest that counts"),
        ("fam/step~", 2, "latest that counts, 1 before"),
        ("fam/step~3", 3, "latest that counts, 3 before"),
        (f"fam/step@{slugs[1]}", 1, "by its time"),
        (f"fam/step@{slugs[1]}~1", 3, "by its time"),
        ("fam/step@best", 1, "best headline value"),
        (f"fam/step@commit:{head}", 2, "recorded for its commit"),
        ("fam/step@commit:side", 7, "recorded for its commit"),
        (f"fam/step@commit:{later[:10]}", 7, "recorded for its commit"),
        ("fam/step@merge-base:main", 2, "recorded for its commit"),
        (tag, 1, "its commit on the branch"),
        (tag[:10], 1, "its commit on the branch"),
        ("@tag:v1", 1, "the tag v1"),
        ("@tag:v2", 1, "the tag v2"),
        (deep, 3, "the entry itself"),
    ):
        document = inside("show", reference, "--json").json
        assert (document["baseline"]["value"], document["resolved"]) == (value, how), reference
    unrecorded = registry.commit("unrecorded")
    document = inside("show", f"fam/step@commit:{unrecorded}", "--json").json
    assert document["resolved"] == f"recorded for its ancestor {later[:12]}"


@pytest.mark.parametrize(
    ("reference", "ends"),
    [("fam/step@", "@"), ("fam/step@~2", "@"), ("fam@commit:", "@commit:"), ("step@x:", "@x:")],
)
def test_a_reference_whose_position_is_empty(registry, inside, slugs, reference, ends):
    for words in (("show", reference), ("diff", reference, "fam/step")):
        done = inside(*words, "--json")
        assert (done.code, done.json["error"]) == (
            2,
            {
                "code": "reference/empty",
                "where": reference,
                "message": f"nothing follows {ends}",
                "hint": "fam/step alone is its latest entry that counts",
            },
        )


def test_references_that_lead_nowhere(registry, inside, slugs):
    registry.git("tag", "v1", "HEAD")
    first = registry.git("rev-parse", "HEAD")
    registry.git("checkout", "-q", "--orphan", "alone")
    registry.commit("unrelated")
    log = "git baseline log fam/step"
    for reference, code, message, hint in (
        ("", "reference/ambiguous", "could be any of fam/step, other/r", None),
        ("fam/setp", "reference/unknown", "names no measurement of this registry", "did you mean fam/step?"),
        ("zzz/zzzzzzzz", "reference/unknown", "names no measurement of this registry", "git baseline list"),
        ("fam/step~9", "reference/unknown", "expected 10 or more that fit (latest that counts), got 3", log),
        ("fam/step@2", "reference/ambiguous", None, None),
        ("fam/step@1999", "reference/unknown", "no entry's time begins with 1999", log),
        (f"fam/step@{slugs[0]}~1", "reference/unknown", "expected 1 or more before it, got 0", log),
        ("fam/step@verdict", "reference/unknown", "no entry fits (latest VERDICT)", log),
        ("other/r@best", "reference/unknown", "no entry has a headline whose better direction is known", "git baseline log other/r"),
        ("fam/step@commit:nope", "reference/unknown", "git knows no commit nope", log),
        ("fam/step@commit:alone", "reference/unknown", None, log),
        ("fam/step@merge-base:main", "reference/unknown", "git knows no commit main", log),
        ("@tag:v1", "reference/unknown", "no tag of this name stands on an entry's commit", None),
        ("@tag:v9", "reference/unknown", "no tag of this name stands on an entry's commit", None),
        (first, "reference/unknown", "names no measurement of this registry", "git baseline list"),
        ("fam/step/20200101T000000Z", "entry/none", "there is no such entry", None),
    ):  # fmt: skip
        done = inside("show", *reference.split(), "--json")
        error = done.json["error"]
        assert (done.code, error["code"]) == (2, code), (reference, error)
        assert message in (None, error["message"])
        assert hint in (None, error["hint"])


def test_keys(registry, inside):
    document = inside("keys", "list", "--json").json
    (key,) = document["keys"]
    assert {name: key[name] for name in ("principal", "families", "live", "added", "retired")} == {
        "principal": "tess@example.org",
        "families": None,
        "live": True,
        "added": 1,
        "retired": None,
    }
    lines = inside("keys", "list").text.splitlines()
    assert lines[1].split() == [
        "tess@example.org",
        *["accept,", "collect,", "record,", "retract,", "root", "all", "live"],
        key["fingerprint"],
    ]
    assert inside("keys", "--json").json == document
    assert inside("keys").text == inside("keys", "list").text
    on_branch = registry.run("show", "baselines:.registry/000001/allowed_signers").stdout
    assert inside("keys", "allowed-signers").out == on_branch
    signers = inside("keys", "allowed-signers", "--json").json
    assert (signers["lines"], signers["version"]) == (on_branch.decode().splitlines(), 1)
    assert signers["registry_id"] == document["registry_id"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ke", "keys"),
        ("keys re", "retire"),
        ("keys --he", "--help"),
        ("keys list --js", "--json"),
        ("record --no-l", "--no-lfs"),
    ],
)
def test_what_the_shell_completes(registry, inside, typed, found):
    asked = {"_GIT_BASELINE_COMPLETE": "bash_complete", "COMP_WORDS": f"git-baseline {typed}"}
    done = inside(**asked, COMP_CWORD=str(1 + typed.count(" ")))
    assert (done.code, done.text.split(), done.err) == (0, [f"plain,{found}"], "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_the_shell_accepts(inside, tmp_path, shell, registry):
    script = inside("completion", shell).out
    assert b"_GIT_BASELINE_COMPLETE" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, check=True)
        assert b"_git_baseline()" in script


def test_the_remotes_registry_is_read_without_a_branch_or_key_of_ones_own(
    registry, inside, slugs, tmp_path
):
    registry.git("clone", "-q", registry.path, tmp_path / "reader")
    reader = inside.at(tmp_path / "reader", HOME=str(tmp_path))
    assert len(reader("list", "--all", "--json").json["entries"]) == 4
    assert reader("verify", "--json").json["good"] is True
    assert reader("show", "fam/step", "--json").json["commit"] is not None
