"""``git baseline log``: what is listed, the change points, and what the options leave."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

from gitbaseline.registry.reader import Entry, Reader

OLD = (10.0, 10.1, 9.9, 10.2, 9.8, 10.3, 9.7, 10.4)
NEW = tuple(value + 2 for value in OLD)


@pytest.fixture(scope="session")
def schema():
    file = resources.files("gitbaseline.model") / "schema" / "log-1.json"
    return jsonschema.Draft202012Validator(json.loads(file.read_text()))


@pytest.fixture
def record(registry, inside):
    """Record an entry of fam/m whose headline is lat_ms; return its document."""

    def record(lat, *words, name="r.json", **more):
        (registry.path / name).write_text(json.dumps({"lat_ms": lat, **more}))
        done = inside("record", name, "-f", "fam", "-m", "m", *words, "--json")
        assert done.code == 0, done.err
        return done.json

    return record


@pytest.fixture
def log(inside, schema):
    """Return the document, which meets the schema."""

    def log(*words):
        done = inside("log", "fam/m", *words, "--json")
        assert done.code == 0, done.err
        assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done.json

    return log


@pytest.fixture
def stepped(registry, record):
    """Eight entries at 10 ms, then, at another commit, eight at 12 ms; return (slugs, commits)."""
    commits = [registry.git("rev-parse", "HEAD")]
    slugs = [record(value, other_ms=1.0)["slug"] for value in OLD]
    commits.append(registry.commit("slower"))
    slugs += [record(value, other_ms=1.0, name="s.json")["slug"] for value in NEW]
    return slugs, commits


def test_a_regression_kept_as_candidates_is_a_change_point(stepped, log):
    slugs, commits = stepped
    document = log()
    assert (document["metric"], document["comparable"]) == (None, 0)  # two metrics, no headline
    document = log("--metric", "lat_ms")
    (found,) = document["change_points"]
    assert (document["metric"], document["comparable"]) == ("lat_ms", 16)
    assert [found[side]["entry"] for side in ("before", "after")] == [
        f"fam/m/{slugs[7]}",
        f"fam/m/{slugs[8]}",
    ]
    assert [found[side]["git_sha"] for side in ("before", "after")] == commits
    assert {name: found[name] for name in ("metric", "unit", "adverse", "gradual")} == {
        "metric": "lat_ms",
        "unit": "ms",
        "adverse": True,
        "gradual": False,
    }
    assert (found["level_before"], found["level_after"]) == (10.05, 12.05)
    assert found["delta_pct"] == pytest.approx(100 * 2 / 10.05)
    assert [row["value"] for row in document["entries"]] == [*NEW[::-1], *OLD[::-1]]


def test_the_text_marks_it_in_the_line_and_tells_it_in_a_table(stepped, inside):
    slugs, commits = stepped
    lines = inside("log", "fam/m", "--metric", "lat*").text.splitlines()
    series, key, drawn = lines[0].split()
    assert (series, key, drawn.index("|"), len(drawn)) == ("fam/m", "lat_ms", 8, 17)
    assert lines[1].split() == ["Changed", "at", "From", "To", "Unit", "Move", "Between", "p"]
    assert lines[2].split()[:8] == [
        *(slugs[8], "10.05", "12.05", "ms", "+19.90", "%", "worse"),
        f"{commits[0][:12]}..{commits[1][:12]}",
    ]
    assert lines[3] == ""
    assert lines[4].split()[:4] == ["UTC", "Entry", "Value", "Unit"]
    assert [line.split()[2:4] for line in lines[5:7]] == [["12.4", "ms"], ["11.7", "ms"]]


def test_only_what_is_listed_is_searched(stepped, log):
    assert log("--metric", "lat_ms", "-n", "9")["change_points"] == []
    assert len(log("--metric", "lat_ms", "-n", "15")["change_points"]) == 1
    assert log("--metric", "lat_ms", "--tier", "verdict") | {"tool": "", "schema": ""} == {
        "tool": "",
        "verb": "log",
        "schema": "",
        "series": "fam/m",
        "metric": None,
        "comparable": 0,
        "change_points": [],
        "entries": [],
    }


def test_no_older_entry_is_read_than_is_listed(stepped, log, monkeypatch):
    read = []
    whole = Reader.read
    monkeypatch.setattr(Reader, "read", lambda self, one: (read.append(one), whole(self, one))[1])
    assert len(log("-n", "2")["entries"]) == len({one.path for one in read}) == 2


@pytest.mark.parametrize("words", [(), ("--json",), ("--plot",), ("--metric", "lat*")])
def test_no_entry_is_kept_when_it_was_told(stepped, inside, monkeypatch, words):
    whole, alive, most = Reader.read, set(), []

    class Counted(Entry):
        def __del__(self):
            alive.discard(id(self))

    def read(self, listed):
        entry = whole(self, listed)
        counted = Counted(**{name: getattr(entry, name) for name in Entry.__dataclass_fields__})
        alive.add(id(counted))
        most.append(len(alive))
        return counted

    monkeypatch.setattr(Reader, "read", read)
    assert inside("log", "fam/m", "--metric", "lat_ms", *words).code == 0
    assert len(most) >= 16
    assert max(most) <= 3


def test_the_document_is_what_the_standard_encoder_makes_of_it(record, inside):
    def texts(*words):
        text = inside("log", "fam/m", *words, "--json").text
        return text, json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"

    record(1.5, "--notes", "m\u00fcnchen, then\na second line", "--accept-regression", "x")
    record(1.6, "--accept-regression", "x")
    for words, count in (((), 2), (("-n", "1"), 1), (("--tier", "verdict"), 0)):
        told, standard = texts(*words)
        assert told == standard
        assert len(json.loads(told)["entries"]) == count


def test_what_was_retracted_is_listed_and_not_searched(stepped, log, inside):
    slugs, _ = stepped
    assert inside("retract", f"fam/m@{slugs[-1]}", "--why", "wrong").code == 0
    document = log("--metric", "lat_ms")
    assert (len(document["entries"]), document["comparable"]) == (16, 15)
    assert document["entries"][0]["status"] == "retracted"


def test_entries_under_other_conditions_are_listed_and_not_searched(record, log, registry):
    for value in OLD:
        record(value, "--context", "model=a")
    for value in NEW:
        record(value, "--context", "model=b")
    document = log()
    assert (document["metric"], document["comparable"], len(document["entries"])) == (
        "lat_ms",
        8,
        16,
    )
    assert document["change_points"] == []
    team = registry.path / ".baseline.yaml"
    team.write_text("version: 1\nmatch: {ignore: [model]}\n")
    assert len(log()["change_points"]) == 1


def test_an_entry_without_the_metric_shows_no_value(record, log, inside):
    record(1.0)
    record(1.0, other_ms=3.0)
    rows = log("--metric", "other_ms")["entries"]
    assert [(row["metric"], row["value"], row["unit"]) for row in rows] == [
        ("other_ms", 3.0, "ms"),
        (None, None, None),
    ]
    lines = inside("log", "fam/m", "--metric", "other_ms").text.splitlines()
    assert lines[0] == "fam/m  other_ms"
    assert lines[2].split()[2:6] == ["3", "ms", "1", "DRAFT"]
    assert lines[3].split()[2:4] == ["DRAFT", "ok"]


@pytest.mark.parametrize(
    ("metric", "code", "message", "hint"),
    [
        (
            "lat_m",
            "key/unknown",
            "no metric 'lat_m'; there are lat_ms, other_ms",
            "did you mean lat_ms?",
        ),
        ("*_ms", "key/ambiguous", "could be any of lat_ms, other_ms", None),
    ],
)
def test_a_metric_that_is_not_there(record, inside, metric, code, message, hint):
    record(1.0, other_ms=1.0)
    done = inside("log", "fam/m", "--metric", metric, "--json")
    error = done.json["error"]
    assert (done.code, error) == (
        2,
        {"code": code, "message": message, "where": "--metric", "hint": hint},
    )


def test_code_that_was_not_committed_yet(record, registry, inside, tmp_path):
    registry.git("checkout", "-q", "--orphan", "fresh")
    record(10.0)
    assert "  none yet  " in inside("log", "fam/m").text
    assert inside("site", tmp_path / "site").code == 0
    page = tmp_path / "site" / "series" / "fam" / "m" / "index.html"
    assert "<code>none yet</code>" in page.read_text()


def test_a_terminal_that_knows_no_blocks_gets_ascii(stepped, baseline):
    line = baseline("log", "fam/m", "--metric", "lat_ms", PYTHONIOENCODING="ascii").text
    assert line.splitlines()[0] == "fam/m  lat_ms  .._._._.|***#*#*#"
