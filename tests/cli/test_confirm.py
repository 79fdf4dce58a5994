"""diff --confirm: a doubt is measured once more before it is told as a regression."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from gitbaseline.cli import diff_confirm

QUIET = "10.0 10.1 9.9 10.2 9.8"
SLOW = "12.0 12.1 11.9 12.2 11.8"


@pytest.fixture
def write(registry):
    def write(name, numbers, **more):
        values = {"lat_ms": [float(n) for n in numbers.split()], **more}
        files = []
        for at in range(len(values["lat_ms"])):
            one = {
                key: value[at] if isinstance(value, list) else value
                for key, value in values.items()
            }
            files.append(f"{name}-{at}.json")
            (registry.path / files[-1]).write_text(json.dumps(one))
        return files

    return write


@pytest.fixture
def printing(registry, tmp_path):
    """Return a command that prints one of the numbers after the other, its warm-up first."""

    def printing(numbers, form='{{"lat_ms": {}}}'):
        script = registry.path / "bench.sh"
        lines = "\n".join(form.format(n) for n in f"0 {numbers}".split())
        (tmp_path / "outputs").write_text(f"{lines}\n")
        (tmp_path / "count").write_text("")
        script.write_text(
            f"#!/bin/sh\necho x >> '{tmp_path}/count'\n"
            f"sed -n \"$(wc -l < '{tmp_path}/count')p\" '{tmp_path}/outputs'\n"
        )
        script.chmod(0o755)
        return "./bench.sh"

    return printing


@pytest.fixture
def runs(tmp_path):
    return lambda: len((tmp_path / "count").read_text().split())


@pytest.fixture
def confirm(inside):
    file = resources.files("gitbaseline.model") / "schema" / "diff-1.json"
    schema = jsonschema.Draft202012Validator(json.loads(file.read_text()))

    def confirm(*words, command):
        done = inside("diff", *words, "--confirm", "--json", "--", *command)
        if "error" not in done.json:
            assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done

    return confirm


@pytest.fixture
def record(inside, write):
    """Record the quiet numbers as fam/m, and return the words of a file of other numbers."""

    def record(current=SLOW, old=QUIET, **more):
        words = [word for file in write("old", old, **more) for word in ("-s", file)]
        done = inside("record", *words, "-f", "fam", "-m", "m", "--json")
        assert done.code == 0, done.err
        first, *rest = write("new", current, **more)
        return ("fam/m", first, *(word for file in rest for word in ("-s", file)))

    return record


def test_red_twice_is_red(record, confirm, printing, runs):
    done = confirm(*record(), command=[printing(SLOW)])
    document = done.json
    assert (done.code, document["verdict"], document["reasons"]) == (
        1,
        "RED",
        ["headline lat_ms regressed", "confirmed by a second measurement"],
    )
    second = document["confirmation"]
    assert (second["command"], second["trials"], runs()) == ("./bench.sh", 5, 6)
    assert second["first"] == {"verdict": "RED", "reasons": ["headline lat_ms regressed"]}
    assert (second["again"]["verdict"], second["again"]["deltas"][0]["current"]) == ("RED", 12)
    assert document["deltas"][0]["current"] == 12
    assert "RED at first; measuring again, 5 times: ./bench.sh" in done.err


def test_red_once_is_yellow(record, confirm, printing):
    words = record()
    done = confirm(*words, command=[printing(QUIET)])
    assert (done.code, done.json["verdict"], done.json["reasons"]) == (
        0,
        "YELLOW",
        [
            "not confirmed",
            "at first RED: headline lat_ms regressed",
            "measured again GREEN: 1 judged metric within tolerance",
        ],
    )
    assert [row["current"] for row in done.json["deltas"]] == [12]
    assert [row["current"] for row in done.json["confirmation"]["again"]["deltas"]] == [10]
    assert confirm(*words, "--fail-on", "yellow", command=[printing(QUIET)]).code == 1


def test_green_is_not_measured_again(record, confirm, printing, runs):
    done = confirm(*record(current=QUIET), command=[printing(SLOW)])
    assert (done.code, done.json["verdict"], done.json["confirmation"], runs()) == (
        0,
        "GREEN",
        None,
        0,
    )


def test_without_a_baseline_nothing_is_measured(registry, write, confirm, printing, runs):
    (file,) = write("new", "10.0")
    done = confirm("fam/m", file, command=[printing(SLOW)])
    assert (done.code, done.json["verdict"], done.json["confirmation"], runs()) == (
        4,
        "NO-VERDICT",
        None,
        0,
    )


def test_a_single_number_is_measured_three_times(inside, number, confirm, printing, runs):
    assert inside(*number).code == 0
    done = confirm("fam/step", "3", command=[printing("3.0 3.1 2.9", form="{}")])
    assert (done.code, done.json["verdict"], done.json["confirmation"]["trials"], runs()) == (
        1,
        "RED",
        3,
        4,
    )
    done = confirm("fam/step", "3", command=[printing("1.4 1.5 1.6", form="{}")])
    assert (done.code, done.json["verdict"]) == (0, "YELLOW")


@pytest.mark.parametrize(("said", "made"), [(4, 4), (100_000, 1000), ("many", 3), (None, 3)])
def test_how_often_current_was_measured(
    registry, inside, confirm, printing, write, monkeypatch, said, made
):
    """Many samples in one file are one run's; more than run takes is not measured again."""
    planned = []
    real = diff_confirm.measure

    def measure(plan, arms):
        planned.append(plan.trials)
        return real(replace(plan, trials=3), arms)

    monkeypatch.setattr(diff_confirm, "measure", measure)
    (registry.path / "old.json").write_text(json.dumps({"lat_ms": [10.0] * 50}))
    (registry.path / "new.json").write_text(json.dumps({"lat_ms": [12.0] * 50}))
    words = ("--context", f"grounding.trials={said}") if said else ()
    assert inside("record", "old.json", "-f", "fam", "-m", "m", *words).code == 0
    done = confirm("fam/m", "new.json", *words, command=[printing("12.0 12.0 12.0")])
    assert (done.code, done.json["verdict"], planned) == (1, "RED", [made])


def test_a_number_that_is_none(inside, number, confirm, printing):
    assert inside(*number).code == 0
    done = confirm("fam/step", "3", command=[printing("fast faster fastest", form="{}")])
    error = done.json["error"]
    assert (done.code, error["code"], error["where"]) == (2, "confirm/number", "standard output")


def test_an_entry_that_run_made_is_timed_again(registry, inside, confirm):
    for seconds in ("0.2", "0.5"):
        done = inside("run", "-m", "nap", "-n", "3", "--json", "--", "sleep", seconds)
        assert done.code == 0, done.err
    words = ("demo/nap", f"demo/nap@{done.json['slug']}")  # a candidate, that no bare name means
    assert confirm(*words, command=["sleep", "0.5"]).json["verdict"] == "RED"
    done = confirm(*words, command=["sleep", "0.02"])
    assert (done.json["verdict"], done.json["reasons"][0]) == ("YELLOW", "not confirmed")


def test_what_run_measured_beside_a_format_is_measured_again(registry, inside, confirm, printing):
    words = ("run", "-m", "m", "-n", "5", "--format", "json", "--json", "--")
    for numbers in (QUIET, SLOW):
        done = inside(*words, printing(numbers))
        assert done.code == 0, done.err
    done = confirm("demo/m", f"demo/m@{done.json['slug']}", command=[printing(SLOW)])
    assert (done.code, done.json["verdict"]) == (1, "RED")
    keys = {row["key"] for row in done.json["confirmation"]["again"]["deltas"]}
    assert {"lat_ms", "run.wall_time"} <= keys


def test_units_and_directions_that_a_person_gave_hold_again(inside, write, confirm, printing):
    """A file does not say that its speed is in MB/s, nor does what the command prints."""
    files = [*write("old", QUIET, speed=50.0), *write("new", QUIET, speed=30.0)]
    old = [word for file in files[:5] for word in ("-s", file)]
    said = ("--unit", "speed=MB/s", "--headline", "speed")
    assert inside("record", *old, *said, "-f", "fam", "-m", "m", "--json").code == 0
    new = [word for file in files[6:] for word in ("-s", file)]
    command = [printing(QUIET, form='{{"lat_ms": {}, "speed": 30.0}}')]
    done = confirm("fam/m", files[5], *new, "--unit", "speed=MB/s", command=command)
    assert (done.code, done.json["verdict"], done.json["reasons"][0]) == (
        1,
        "RED",
        "headline speed regressed",
    )


def test_a_metric_that_the_command_does_not_print(record, confirm, printing):
    words = record(other_ms=1.0)
    done = confirm(*words, "--headline", "lat_ms", command=[printing(SLOW)])
    assert (done.code, done.json["verdict"], done.json["reasons"]) == (
        4,
        "NO-VERDICT",
        ["measured again NO-VERDICT: other_ms is missing"],
    )
    assert done.json["missing"] == ["other_ms"]


def test_another_machine_confirms_nothing(record, inside, write, confirm, printing):
    record()
    words = [word for file in write("old", QUIET) for word in ("-s", file)]
    there = ("--env", "cpu_model=elsewhere", "--json")
    assert inside("record", *words, "-f", "fam", "-m", "other", *there).code == 0
    first, *rest = write("new", SLOW)
    more = [word for file in rest for word in ("-s", file)]
    done = confirm("fam/other", first, *more, command=[printing(SLOW)])
    assert (done.code, done.json["verdict"]) == (4, "INCOMPARABLE")
    assert [one["field"] for one in done.json["mismatches"]] == ["environment.cpu_model"]
    done = confirm(
        "fam/other", first, *more, "--env", "cpu_model=elsewhere", command=[printing(SLOW)]
    )
    assert (done.code, done.json["verdict"]) == (1, "RED")


def test_another_commit_is_warned_of(record, registry, inside, confirm, printing, write):
    record()
    words = [word for file in write("new", SLOW) for word in ("-s", file)]
    later = inside("record", *words, "-f", "fam", "-m", "m", "--json").json["slug"]
    old = registry.git("rev-parse", "HEAD")
    new = registry.commit("second")
    done = confirm("fam/m", f"fam/m@{later}", command=[printing(SLOW)])
    assert f"warning: measured again is {new[:12]}, CURRENT is of {old[:12]}" in done.err


@pytest.mark.parametrize("form", ["text", "markdown", "github"])
def test_every_form_tells_both(record, inside, printing, form):
    words = record()
    done = inside("diff", *words, "--format", form, "--confirm", "--", printing(QUIET))
    assert done.code == 0
    for said in ("YELLOW", "not confirmed", "at first RED", "measured again GREEN"):
        assert said in done.text
    assert "win back" not in done.text  # there is nothing to win back
    if form == "github":
        return
    shown = done.text.replace("&#44;", ",")
    assert "measured again, 5 trials of ./bench.sh: GREEN" in shown
    rows = [line for line in shown.splitlines() if line.lstrip("| ").startswith("lat")]
    assert [("undecided" in row, " ok" in row) for row in rows] == [(True, False), (False, True)]


def test_what_is_not_confirmed_fails_no_test(record, inside, printing):
    words = record()
    done = inside("diff", *words, "--format", "junit", "--confirm", "--", printing(QUIET))
    assert (done.code, 'failures="0"' in done.text) == (0, True)
    done = inside("diff", *words, "--format", "junit", "--confirm", "--", printing(SLOW))
    assert (done.code, 'failures="2"' in done.text) == (1, True)


def test_the_bundle_has_both(record, inside, registry, printing):
    words = record()
    done = inside("diff", *words, "--bundle", "out", "--confirm", "--", printing(QUIET))
    written = json.loads((registry.path / "out" / "diff.json").read_text())
    assert (done.code, written["confirmation"]["again"]["verdict"]) == (0, "GREEN")


def test_in_a_bisection_only_what_is_confirmed_is_bad(record, inside, printing):
    words = record()
    good = inside("diff", *words, "--bisect", "--confirm", "--", printing(QUIET))
    bad = inside("diff", *words, "--bisect", "--confirm", "--", printing(SLOW))
    skip = inside("diff", *words, "--bisect", "--confirm", "--", "false")
    assert [done.code for done in (good, bad, skip)] == [0, 1, 125]


def test_a_command_that_fails_is_no_answer(record, confirm):
    done = confirm(*record(), command=["false"])
    assert (done.code, done.json["error"]["code"]) == (3, "run/failed")


def test_a_folder_cannot_be_printed(registry, inside, confirm):
    for name, value in (("old", 10), ("new", 20)):
        folder = registry.path / name
        folder.mkdir()
        (folder / "a.json").write_text(json.dumps({"lat_ms": value}))
        (folder / "b.json").write_text(json.dumps({"lat_ms": value}))
    assert inside("record", "old", "-f", "fam", "-m", "m", "--json").code == 0
    done = confirm("fam/m", "new", command=["true"])
    assert (done.code, done.json["error"]["code"]) == (2, "confirm/format")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--confirm",), "the command to measure with stands after --, got none"),
        (("--confirm", "--"), "the command to measure with stands after --, got none"),
        (("--", "true"), "a command after -- means nothing without --confirm"),
    ],
)
def test_the_option_and_the_command_come_together(registry, inside, words, message):
    done = inside("diff", "--json", "fam/m", *words)
    assert (done.code, done.json["error"]["code"], done.json["error"]["message"]) == (
        2,
        "confirm/command",
        message,
    )
