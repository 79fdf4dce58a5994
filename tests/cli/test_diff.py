"""``git baseline diff`` from the command line: what is held to what, by which options, and the exit."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from gitbaseline.cli.diff import exit_code
from gitbaseline.compare.verdict import Verdict

LEVER = "NEXT LEVER: none named; --next-lever names one, --sol shows the distance to the ceiling"


@pytest.fixture(scope="session")
def schema():
    file = resources.files("gitbaseline.model") / "schema" / "diff-1.json"
    return jsonschema.Draft202012Validator(json.loads(file.read_text()))


@pytest.fixture
def write(registry):
    """Write a JSON file of metrics into the repository and return its name."""
    numbers = itertools.count()

    def write(name=None, **metrics):
        name = name or f"r{next(numbers)}.json"
        (registry.path / name).write_text(json.dumps(metrics))
        return name

    return write


@pytest.fixture
def record(inside):
    """Record a file as fam/m and return the document."""

    def record(file, *words, code=0):
        done = inside("record", file, "-f", "fam", "-m", "m", *words, "--json")
        assert done.code == code, done.err
        return done.json

    return record


@pytest.fixture
def diff(inside, schema):
    """Run diff and return (exit code, its document), which meets the schema."""

    def diff(*words, **more):
        done = inside("diff", *words, "--json", **more)
        if "error" not in done.json:
            assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done.code, done.json

    return diff


def said(answer):
    code, document = answer
    return code, document["verdict"], document["reasons"]


# What is held to what


@pytest.fixture
def two(record, write):
    """Two entries of fam/m: 10 ms, then 9 ms."""
    return [record(write(lat_ms=value))["slug"] for value in (10.0, 9.0)]


def test_the_series_of_a_file_or_a_number_is_named_as_in_record(two, diff, write):
    file = write("new.json", lat_ms=9.1)
    for words in (
        ("-f", "fam", "-m", "m", file),
        ("--family=fam", "--measurement=m", "--source", file),
    ):
        code, document = diff(*words)
        assert (code, document["baseline"]) == (0, f"fam/m@{two[1]}")
    code, document = diff("-m", "m", file, "--on-no-baseline=pass")  # of the family demo
    assert (code, document["verdict"], document["baseline"]) == (0, "NO-VERDICT", None)


def test_the_unit_of_a_number_is_that_of_the_series_named(inside, registry, diff):
    words = ("record", "-m", "step", "--value", "410", "--unit", "ms", "--json")
    assert inside(*words).code == 0
    code, document = diff("-m", "step", "411")
    assert (code, document["deltas"][0]["unit"]) == (0, "ms")


@pytest.mark.parametrize("words", [("fam/m", "new.json"), ("fam/m",), ("fam/m~1", "fam/m"), ()])
@pytest.mark.parametrize(
    ("option", "where"),
    [(("-m", "m"), "--measurement"), (("-f", "fam"), "--family")],
)
def test_a_reference_and_a_series_are_not_both_named(two, diff, write, words, option, where):
    write("new.json", lat_ms=9.1)
    code, document = diff(*option, *words)
    assert (code, document["error"]["code"], document["error"]["where"]) == (
        2,
        "diff/series",
        where,
    )


def test_a_file_against_the_latest_comparable_of_a_series(two, diff, write):
    code, document = diff("fam/m", write("new.json", lat_ms=9.1))
    assert (code, document["verdict"], document["tier"]) == (0, "GREEN", "DRAFT")
    assert (document["baseline"], document["baseline_resolved"], document["current"]) == (
        f"fam/m@{two[1]}",
        "latest comparable",
        "new.json",
    )
    (row,) = document["deltas"]
    assert (row["key"], row["baseline"], row["current"], row["standing"]) == (
        "lat_ms",
        9,
        9.1,
        "ok",
    )


def test_the_same_as_options_and_through_stdin(two, diff, write):
    file = write(lat_ms=9.1)
    expected = (0, "GREEN", ["1 judged metric within tolerance"])
    assert said(diff("--baseline", "fam/m", "--current", file)) == expected
    assert said(diff("--baseline", "fam/m", file)) == expected
    assert said(diff("fam/m", "--current", file)) == expected
    assert said(diff("fam/m", "-", give=b'{"lat_ms": 9.1}')) == expected
    for extra in (("--baseline", "fam/m"), ("--current", file)):
        code, document = diff("fam/m", file, *extra)
        assert (code, document["error"]["code"]) == (2, "diff/sides")


def test_only_a_file_means_its_own_series(record, diff, write, inside):
    assert inside("record", write("a.json", lat_ms=10.0), "-m", "a", "--json").code == 0
    code, document = diff(write("a.json", lat_ms=20.0))
    assert (code, document["verdict"], document["baseline"].partition("@")[0]) == (
        1,
        "RED",
        "demo/a",
    )


def test_an_exact_reference_and_the_seed_s_path(two, diff, write):
    file = write(lat_ms=10.1)
    for reference in (
        f"fam/m@{two[0]}",
        "fam/m~1",
        f"experiments/artifacts/perf-baselines/fam/m/{two[0]}/",
    ):
        code, document = diff(reference, file)
        assert (code, document["verdict"], document["baseline"]) == (
            0,
            "GREEN",
            f"fam/m@{two[0]}",
        )


def test_two_entries(two, diff):
    code, document = diff("fam/m~1", "fam/m")
    assert (code, document["verdict"], document["baseline"], document["current"]) == (
        0,
        "GREEN",
        f"fam/m@{two[0]}",
        f"fam/m@{two[1]}",
    )
    assert document["deltas"][0]["delta_pct"] == pytest.approx(-10)


def test_a_bare_reference_never_means_the_entry_itself(two, diff):
    code, document = diff("fam/m", f"fam/m@{two[1]}")
    assert (code, document["baseline"]) == (0, f"fam/m@{two[0]}")
    code, document = diff("fam/m", f"fam/m@{two[0]}")
    assert (code, document["baseline"]) == (1, f"fam/m@{two[1]}")


@pytest.mark.parametrize("words", [(), ("fam/m",), ("m",)])
def test_the_newest_against_the_one_before(two, diff, words):
    code, document = diff(*words)
    assert (code, document["baseline"], document["baseline_resolved"], document["current"]) == (
        0,
        f"fam/m@{two[0]}",
        "the latest comparable before it",
        f"fam/m@{two[1]}",
    )


def test_the_newest_may_be_a_candidate_and_a_reference_is_exact(two, record, diff, write):
    slug = record(write(lat_ms=20.0))["slug"]
    code, document = diff("fam/m")
    assert (code, document["baseline"], document["current"]) == (
        1,
        f"fam/m@{two[1]}",
        f"fam/m@{slug}",
    )
    assert document["doubts"][-1] == "the current entry is candidate"
    assert diff("fam/m~1")[1]["reasons"] == ["nothing that counts is registered to hold this to"]


def test_a_first_entry_has_nothing_before_it(record, diff, write):
    record(write(lat_ms=10.0))
    assert said(diff("fam/m")) == (
        4,
        "NO-VERDICT",
        ["nothing that counts is registered to hold this to"],
    )


def test_where_nothing_counts_the_reference_says_so(record, diff, write, inside):
    slug = record(write(lat_ms=10.0))["slug"]
    assert inside("retract", f"fam/m@{slug}", "--why", "wrong").code == 0
    assert said(diff("fam/m", write(lat_ms=10.0)))[:2] == (4, "NO-VERDICT")
    code, document = diff("fam/m")
    assert (code, document["error"]["code"]) == (2, "reference/unknown")
    code, document = diff(f"fam/m@{slug}", write(lat_ms=10.0))
    assert said((code, document)) == (
        4,
        "NO-VERDICT",
        ["the baseline was retracted; git baseline log fam/m shows others"],
    )


# Numbers and trials


@pytest.fixture
def scalar(registry, inside):
    """fam/step: 1.5 ms."""
    done = inside("record", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms", "--json")
    assert done.code == 0
    return done.json["slug"]


def test_a_number(scalar, diff):
    code, document = diff("fam/step", "2", "--unit", "ms")
    assert (code, document["verdict"], document["current"]) == (1, "RED", "2")
    assert document["advice"][0] == "moved by +0.5 ms (+33.33 %)"


def test_the_unit_of_a_bare_number_is_the_baseline_s_and_it_is_said(scalar, diff):
    code, document = diff("fam/step", "1.5")
    assert (code, document["verdict"]) == (0, "GREEN")
    assert document["doubts"][-1] == "the unit of a bare number is taken to be the baseline's: ms"


@pytest.mark.parametrize("reference", ["fam/rate@{old}", "fam/rate~1", "fam/rate"])
def test_the_unit_is_that_of_the_baseline_held_to_not_of_the_latest(
    registry, inside, diff, reference
):
    words = ("record", "-f", "fam", "-m", "rate", "--json", "--value")
    old = inside(*words, "100", "--unit", "GB/s", "--context", "hardware=h100").json["slug"]
    inside(*words, "0.1", "--unit", "TB/s", "--context", "hardware=b200")
    code, document = diff(reference.format(old=old), "90", "--context", "hardware=h100")
    (row,) = document["deltas"]
    assert (code, row["current"], row["unit"], row["converted_from"]) == (1, 90, "GB/s", None)
    assert document["baseline"] == f"fam/rate@{old}"
    assert "the unit of a bare number is taken to be the baseline's: GB/s" in document["doubts"]


def test_a_bare_number_has_the_unit_of_a_retracted_entry_that_is_named(scalar, diff, inside):
    assert inside("retract", f"fam/step@{scalar}", "--why", "x", "--yes").code == 0
    code, document = diff(f"fam/step@{scalar}", "1.5")
    assert (code, document["verdict"]) == (4, "NO-VERDICT")


def test_a_unit_of_the_same_dimension_converts(scalar, diff):
    _, document = diff("fam/step", "1500", "--unit", "us")
    (row,) = document["deltas"]
    assert (row["current"], row["unit"], row["converted_from"]) == (1.5, "ms", "us")


def test_several_numbers_are_trials(scalar, diff):
    _, document = diff("fam/step", "1.5", "--value", "1.4", "--value", "1.6")
    assert (document["deltas"][0]["current"], document["current"]) == (1.5, "1.5, 1.4, 1.6")
    _, document = diff("fam/step", "--value", "1.5", "--unit", "ms")
    assert document["current"] == "1.5"


def test_a_number_against_a_structured_baseline_is_incomparable(two, diff):
    code, document = diff("fam/m~1", "12")
    assert said((code, document)) == (
        4,
        "INCOMPARABLE",
        ["shape differs", "source_format differs"],
    )
    assert document["mismatches"] == [
        {"field": "shape", "baseline": "structured", "current": "scalar"},
        {"field": "source_format", "baseline": "json", "current": "scalar"},
    ]


def test_several_files_are_trials(two, diff, write):
    files = [write(lat_ms=value) for value in (9.0, 9.1, 9.2)]
    _, document = diff("fam/m", files[0], "-s", files[1], "-s", files[2])
    (row,) = document["deltas"]
    assert (row["current"], document["current"]) == (9.1, ", ".join(files))


def test_trials_do_not_add_to_an_entry(two, diff):
    code, document = diff("fam/m~1", "fam/m", "--value", "3")
    assert (code, document["error"]["code"]) == (2, "diff/trials")


def test_a_bare_number_needs_a_unit_where_there_is_nothing_to_take_it_from(registry, diff):
    code, document = diff("fam/step", "1.5")
    assert (code, document["error"]["code"]) == (2, "value/unit")


# What does not match


def test_the_latest_comparable_is_found_behind_newer_ones(record, diff, write):
    slugs = [
        record(write(lat_ms=10.0), "--context", f"model={name}")["slug"] for name in ("a", "b")
    ]
    _, document = diff("fam/m", write(lat_ms=10.0), "--context", "model=a")
    assert (document["verdict"], document["baseline"], document["passed_over"]) == (
        "GREEN",
        f"fam/m@{slugs[0]}",
        [f"passed over {slugs[1]}: identity.model differs"],
    )


def test_another_unit_or_shape_is_passed_over(record, diff, write, scalar, inside):
    slugs = [record(write(lat=10.0), "--unit", f"lat={unit}")["slug"] for unit in ("ms", "GB/s")]
    _, document = diff("fam/m", write(lat=10.1), "--unit", "lat=ms")
    assert (document["verdict"], document["baseline"], document["passed_over"]) == (
        "GREEN",
        f"fam/m@{slugs[0]}",
        [f"passed over {slugs[1]}: lat.unit, lat.direction differs"],
    )
    record(write(lat=10.0, more_ms=1.0), "-m", "step")
    _, document = diff("fam/step", "1.5")
    assert (document["verdict"], document["doubts"][-1]) == (
        "GREEN",
        "the unit of a bare number is taken to be the baseline's: ms",
    )
    assert document["passed_over"][0].endswith(": shape, source_format differs")


@pytest.fixture
def llama(record, write):
    record(write(lat_ms=10.0), "--context", "model=llama")


def test_nothing_comparable_lists_the_fields_old_and_new(llama, diff, write):
    code, document = diff("fam/m", write(lat_ms=20.0), "--context", "model=qwen")
    assert said((code, document)) == (4, "INCOMPARABLE", ["identity.model differs"])
    assert document["mismatches"] == [
        {"field": "identity.model", "baseline": "llama", "current": "qwen"}
    ]
    assert document["baseline_resolved"] == "the latest, which is not comparable"


def test_a_mismatch_is_allowed_by_name_and_written_down(llama, diff, write):
    words = ("fam/m", write(lat_ms=10.0), "--context", "model=qwen", "--allow-mismatch", "model")
    code, document = diff(*words)
    assert (code, document["verdict"], document["mismatches"]) == (0, "GREEN", [])
    assert document["allowed_mismatches"] == [
        {"field": "identity.model", "baseline": "llama", "current": "qwen"}
    ]
    assert "identity.model differs and was allowed to" in document["doubts"]


def test_a_missing_metric_is_allowed_by_name_and_written_down(record, diff, write):
    record(write(lat_ms=10.0, other_ms=1.0))
    file = write(lat_ms=10.0)
    code, document = diff("fam/m", file)
    assert (code, document["reasons"], document["missing"]) == (
        4,
        ["other_ms is missing"],
        ["other_ms"],
    )
    code, document = diff("fam/m", file, "--allow-missing", "other_ms")
    assert (code, document["verdict"], document["allowed_missing"]) == (0, "GREEN", ["other_ms"])
    code, document = diff("fam/m", file, "--metric", "lat*")
    assert (code, document["verdict"], document["missing"]) == (0, "GREEN", [])


def test_a_changed_harness_must_be_accepted(record, diff, write, registry):
    for name in ("old.py", "new.py"):
        (registry.path / name).write_text(name)
    record(write(lat_ms=10.0), "--harness", "old.py")
    words = ("fam/m", write(lat_ms=10.0), "--harness", "new.py")
    assert said(diff(*words)) == (4, "INCOMPARABLE", ["harness_sha256 differs"])
    code, document = diff(*words, "--accept-harness-change")
    assert (code, document["verdict"]) == (0, "GREEN")
    assert [one["field"] for one in document["allowed_mismatches"]] == ["harness_sha256"]


def test_the_same_artifact_cannot_be_the_cause(record, diff, write, registry):
    (registry.path / "program").write_text("x")
    record(write(lat_ms=10.0), "--artifact", "program")
    _, document = diff("fam/m", write(lat_ms=20.0), "--artifact", "program")
    assert (document["same_artifact"], document["reasons"][-1]) == (
        True,
        "the program is the same on both sides, so its code cannot be the cause",
    )


# What a person asks of the rules


@pytest.mark.parametrize(
    ("words", "where", "hint"),
    [
        (("--tolerance", "lat_m=5%"), "--tolerance", "did you mean lat_ms?"),
        (("--headline", "lat"), "--headline", "did you mean lat_ms?"),
        (("--allow-missing", "lt_ms"), "--allow-missing", "did you mean lat_ms?"),
        (("--metric", "lat"), "--metric", "did you mean lat_ms?"),
        (("--allow-mismatch", "modell"), "--allow-mismatch", "did you mean model?"),
        (("--tolerance", "lat_ms=5"), "--tolerance", None),
        (("--tolerance-percent", "nan"), "--tolerance-percent", None),
        (("--tolerance-absolute", "-1"), "--tolerance-absolute", None),
    ],
)
def test_what_names_nothing_or_says_nothing_is_refused(llama, diff, write, words, where, hint):
    code, document = diff("fam/m", write(lat_ms=10.0), "--context", "model=llama", *words)
    error = document["error"]
    assert (code, error["where"]) == (2, where)
    if hint:
        assert error["hint"] == hint


@pytest.mark.parametrize(
    ("words", "verdict", "source"),
    [
        ((), "YELLOW", "default"),
        (("--tolerance", "lat_ms=30%"), "GREEN", "--tolerance"),
        (("--tolerance", "lat*=3abs"), "GREEN", "--tolerance"),
        (("--tolerance", "30%"), "GREEN", "--tolerance"),
        (("--tolerance-percent", "30"), "GREEN", "--tolerance"),
        (("--tolerance-absolute", "3"), "GREEN", "--tolerance"),
        (("--tolerance-percent", "30", "--tolerance", "lat_ms=1%"), "YELLOW", "--tolerance"),
        (("--headline", "lat_ms"), "RED", "default"),
    ],
)
def test_tolerances_and_headlines(record, diff, write, words, verdict, source):
    record(write(lat_ms=10.0, other_ms=1.0))
    _, document = diff("fam/m", write(lat_ms=12.0, other_ms=1.0), *words)
    row = next(row for row in document["deltas"] if row["key"] == "lat_ms")
    assert (document["verdict"], row["tolerance"]["from"]) == (verdict, source)


def test_the_team_s_file(record, diff, write, registry):
    record(write(lat_ms=10.0, other_ms=1.0), "--context", "image=a", "--env", "cpu_count=8")
    words = (
        "fam/m",
        write(lat_ms=12.0, other_ms=1.0),
        "--context",
        "image=b",
        "--env",
        "cpu_count=8",
    )
    assert diff(*words)[1]["verdict"] == "YELLOW"
    team = registry.path / ".baseline.yaml"
    team.write_text("version: 1\nmeasurements: {m: {headline: lat_ms}}\n")
    assert diff(*words)[1]["verdict"] == "RED"
    team.write_text('version: 1\nmeasurements: {m: {tolerances: {lat_ms: "30%"}}}\n')
    _, document = diff(*words)
    assert (document["verdict"], document["deltas"][0]["tolerance"]["from"]) == (
        "GREEN",
        ".baseline.yaml",
    )
    team.write_text("version: 1\nmatch: {require: [image]}\n")
    assert diff(*words)[1]["reasons"] == ["stack.image differs"]
    team.write_text("version: 1\ntestbeds: {lab: {cpu_count: 8}}\n")
    assert diff(*words)[1]["unknown"] == ["testbed"]
    slug = record(write(lat_ms=10.0, other_ms=1.0), "--env", "cpu_count=8")["baseline"]
    assert slug["testbed"] == "lab"


def test_the_share_of_a_ceiling(record, diff, write):
    unit = ("--unit", "bw=GB/s", "--direction", "higher")
    record(write(bw=100.0), *unit)
    _, document = diff("fam/m", write(bw=98.0), *unit, "--sol", "h100.hbm")
    (row,) = document["deltas"]
    assert row["sol_pct_baseline"] == pytest.approx(100 * 100 / 3350)
    assert row["sol_delta_pp"] == pytest.approx(-2 * 100 / 3350)
    assert document["next_lever"]["lever"].endswith("% of h100.hbm")


def test_a_frozen_share_stands_and_more_than_all_is_refused(record, diff, write):
    unit = ("--unit", "bw=GB/s", "--direction", "higher")
    record(write(bw=100.0), *unit, "--sol", "h100.hbm")
    _, document = diff("fam/m", write(bw=100.0), *unit, "--sol", "h100.hbm")
    assert document["deltas"][0]["sol_delta_pp"] == 0
    code, document = diff("fam/m", write(bw=99999.0), *unit, "--sol", "h100.hbm")
    assert (code, document["error"]["code"]) == (2, "sol/over")
    code, document = diff("fam/m", write(bw=99999.0), *unit, "--sol", "h100.hbm", "--sol-over")
    assert (code, document["verdict"], document["next_lever"]) == (0, "GREEN", None)
    code, document = diff("fam/m", write(bw=100.0), *unit, "--sol", "h100.hmb")
    assert (code, document["error"]["code"], "h100.hbm" in document["error"]["hint"]) == (
        2,
        "ceiling/unknown",
        True,
    )


def test_a_frozen_share_of_another_figure_or_metric_is_worked_out_anew(record, diff, registry):
    def under(value):
        peak = f"{{unit: GB/s, source: page, verified: secondary, peak: {value}}}"
        (registry.path / "ceilings.yaml").write_text(
            "schema: git-baseline/ceilings/1\n"
            'sources: {page: {url: "https://example.org", read: null}}\n'
            f"devices: {{x: {{title: X, memory: {{hbm: {peak}}}}}}}\n"
        )
        return ("--sol", "x.hbm", "--ceilings", "ceilings.yaml")

    (registry.path / "r.json").write_text('{"bw": 100.0, "net": 50.0}')
    unit = ("--unit", "bw=GB/s", "--unit", "net=GB/s")
    record("r.json", *unit, "--headline", "bw", *under(200))
    for words, pct in (((), 50), (("--headline", "net"), 25)):
        rows = diff("fam/m", "r.json", *unit, *words, *under(200))[1]["deltas"]
        assert {row["sol_pct_baseline"] for row in rows} == {None, pct}
    rows = diff("fam/m", "r.json", *unit, *under(400))[1]["deltas"]
    assert {(row["sol_pct_baseline"], row["sol_delta_pp"]) for row in rows} == {
        (None, None),
        (25, 0),
    }


def test_a_share_needs_one_metric_on_the_current_side(record, diff, write):
    record(write(a_ms=1.0, b_ms=1.0))
    code, document = diff("fam/m", write(a_ms=1.0, b_ms=1.0), "--sol", "h100.hbm")
    assert (code, document["error"]["code"], document["error"]["hint"]) == (
        2,
        "sol/headline",
        "--headline KEY",
    )
    unit = ("--unit", "bw=GB/s", "--direction", "bw=higher")
    file = write(a_ms=1.0, b_ms=1.0, bw=100.0)
    code, document = diff("fam/m", file, *unit, "--sol", "h100.hbm", "--headline", "bw")
    assert (code, {row["sol_pct_current"] for row in document["deltas"]}) == (0, {None})


def test_a_lever_that_a_person_named_comes_first(record, diff, write):
    record(write(lat_ms=10.0), "--next-lever", "fuse the kernels")
    _, document = diff("fam/m", write(lat_ms=20.0))
    assert document["next_lever"]["lever"] == "fuse the kernels"


# Where it began


@pytest.fixture
def stepped(registry, record, write):
    """Eight entries at 10 ms, then, at another commit, eight at 12 ms; return (slugs, commits)."""
    calm = (10.0, 10.01, 9.99, 10.02, 9.98, 10.03, 9.97, 10.04)
    commits = [registry.git("rev-parse", "HEAD")]
    slugs = [record(write(lat_ms=value))["slug"] for value in calm]
    commits.append(registry.commit("slower"))
    slugs += [record(write(lat_ms=value + 2))["slug"] for value in calm]
    return slugs, commits


def test_a_regression_names_the_change_point_behind_it(stepped, diff, write, inside):
    slugs, (old, new) = stepped
    line = (
        f"lat_ms stepped at {slugs[8]}: 10.005 to 12.005 ms (+19.99 %), "
        f"between {old[:12]} and {new[:12]}"
    )
    for words in (("fam/m", write(lat_ms=13.0)), ("fam/m",)):
        code, document = diff(*words)
        (found,) = document["change_points"]
        assert (code, found["after"]["entry"], found["adverse"]) == (1, f"fam/m/{slugs[8]}", True)
        assert document["advice"][1:] == [line, f"git bisect start {new[:12]} {old[:12]}"]
    assert line in inside("diff", "fam/m").text
    assert line in inside("diff", "fam/m", "--format", "junit").text


def test_what_did_not_regress_has_no_change_point(stepped, diff, write, monkeypatch):
    monkeypatch.setattr("gitbaseline.registry.history.behind", None)
    code, document = diff("fam/m", write(lat_ms=10.0))
    assert (code, document["change_points"], document["advice"]) == (0, [], ["nothing to do"])


def test_a_yellow_answer_says_how_to_measure_again(record, diff, write):
    record(write(lat_ms=10.0, other_ms=1.0), "--command", "make bench", "--cohort", "rack-7")
    _, document = diff("fam/m", write(lat_ms=12.0, other_ms=1.0))
    assert (document["verdict"], document["advice"]) == (
        "YELLOW",
        ["measure again on the same machines: make bench"],
    )


def test_served_inference_that_is_red_has_five_checks(registry, inside, diff):
    def write(name, **moved):
        level = {
            "throughput_toks_per_s": 2000.0,
            "ttft_p50_ms": 30.0,
            "itl_p50_ms": 9.0,
            "errors": 0,
        }
        document = {
            "schema": "inference_perfbench_v1",
            "metrics": {"1": level, "16": level | moved},
            "kernel_class_gpu_pct": {"gemm": 60.0, "attention": 25.0},
        }
        (registry.path / name).write_text(json.dumps(document))
        return name

    done = inside("record", write("old.json"), "-f", "fam", "-m", "served")
    assert done.code == 0, done.err
    slower = {"throughput_toks_per_s": 1800.0, "itl_p50_ms": 10.0}
    code, document = diff("fam/served", write("new.json", **slower))
    checks = [line for line in document["advice"] if line.startswith("check ")]
    assert (code, document["advice"][-5:], len(checks)) == (1, checks, 5)
    assert checks == [
        (
            "check 1, same load: throughput_toks_per_s -10.00 % at concurrency 16; "
            "no more requests failed. it fell at some levels: compare the limits of a batch "
            "(max_num_seqs) there"
        ),
        (
            "check 2, prefill or decode: ttft did not move; itl_p50_ms +11.11 % at concurrency 16. "
            "decode: look at attention kernels, CUDA graphs and the batch size"
        ),
        (
            "check 3, cache: prefix cache hit rate not measured; KV cache usage not measured. "
            "scrape the server's metrics before and after the run"
        ),
        (
            "check 4, kernels: kernel shares did not move. the mix is the same: if all kernels are "
            "slower, look at clocks and power"
        ),
        "check 5, host: spin polling not measured. record cpu_spinpoll_pct",
    ]


def test_a_profile_of_kernels_names_those_that_grew(registry, inside, diff):
    head = "Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name"

    def write(name, **kernels):
        whole = sum(kernels.values())
        rows = [
            f"{100 * ns / whole:.1f},{ns},10,{ns / 10},{ns // 10},{ns // 10},{ns // 10},0.0,{kernel}"
            for kernel, ns in kernels.items()
        ]
        (registry.path / name).write_text("\n".join([head, *rows]) + "\n")
        return name

    old = write("old.csv", gemm=40_000_000, softmax=9_000_000, gone=1_000_000)
    done = inside("record", old, "-f", "fam", "-m", "kernels")
    assert done.code == 0, done.err
    new = write("new.csv", gemm=52_000_000, softmax=10_000_000, fresh=2_000_000)
    code, document = diff("fam/kernels", new)
    assert (code, document["advice"][:3]) == (
        1,
        [
            "kernels that grew: gemm +12 ms (40 ms to 52 ms), softmax +1 ms (9 ms to 10 ms)",
            "kernels that appeared: fresh (2 ms)",
            "kernels that are gone: gone (1 ms)",
        ],
    )


# A candidate, and how it becomes a baseline


def test_a_regression_is_a_candidate_until_it_is_accepted(record, diff, write, inside):
    first = record(write(lat_ms=10.0))["slug"]
    document = record(write(lat_ms=20.0))
    assert (document["baseline"]["standing"], document["baseline"]["judged"]) == (
        "candidate",
        {"against": f"fam/m@{first}", "verdict": "RED"},
    )
    assert document["warnings"] == [
        f"RED against fam/m@{first}: headline lat_ms regressed; kept as a candidate"
    ]
    file = write(lat_ms=20.1)
    assert said(diff("fam/m", file))[:2] == (1, "RED")
    done = inside("accept", f"fam/m@{document['slug']}", "--why", "a new kernel")
    assert done.code == 0, done.err
    assert said(diff("fam/m", file))[:2] == (0, "GREEN")
    assert inside("verify").code == 0


def test_a_regression_accepted_at_record_counts_at_once(record, diff, write):
    first = record(write(lat_ms=10.0))["slug"]
    document = record(write(lat_ms=20.0), "--accept-regression", "a new kernel")
    assert [document["baseline"][key] for key in ("standing", "accepts", "judged")] == [
        "baseline",
        "a new kernel",
        {"against": f"fam/m@{first}", "verdict": "RED"},
    ]
    assert said(diff("fam/m", write(lat_ms=20.1)))[:2] == (0, "GREEN")


def test_a_renamed_series_is_held_to_the_old_one(record, diff, write, inside):
    record(write(lat_ms=10.0))
    words = ("record", write(lat_ms=20.0), "-f", "fam", "-m", "new", "--continues", "fam/m")
    done = inside(*words, "--json").json["baseline"]
    assert (done["standing"], done["judged"]["verdict"]) == ("candidate", "RED")
    code, document = diff("fam/new", write(lat_ms=10.1))
    assert (code, document["verdict"], document["baseline"].partition("@")[0]) == (
        0,
        "GREEN",
        "fam/m",
    )


# The exit


@pytest.mark.parametrize(
    ("verdict", "options", "code"),
    [
        ("GREEN", {}, 0),
        ("YELLOW", {}, 0),
        ("RED", {}, 1),
        ("INCOMPARABLE", {}, 4),
        ("NO-VERDICT", {}, 4),
        ("GREEN", {"fail_on": "yellow"}, 0),
        ("YELLOW", {"fail_on": "yellow"}, 1),
        ("RED", {"fail_on": "yellow"}, 1),
        ("RED", {"fail_on": "never"}, 0),
        ("NO-VERDICT", {"fail_on": "never"}, 4),
        ("INCOMPARABLE", {"fail_on": "never"}, 4),
        ("INCOMPARABLE", {"on_incomparable": "pass"}, 0),
        ("INCOMPARABLE", {"on_incomparable": "pass", "bisect": True}, 4),
        ("NO-VERDICT", {"on_incomparable": "pass", "on_no_baseline": "pass"}, 4),
    ],
)
def test_exit_codes(verdict, options, code):
    usual = {"fail_on": "red", "on_incomparable": "fail", "on_no_baseline": "fail", "bisect": False}
    assert exit_code(Verdict(verdict), usual | options) == code


@pytest.mark.parametrize(
    ("metrics", "words", "code"),
    [
        ({"lat_ms": 10.0}, (), 0),
        ({"lat_ms": 20.0}, (), 1),
        ({"lat_ms": 20.0}, ("--fail-on", "never"), 0),
        ({"other_ms": 10.0}, (), 125),
        ({"lat_ms": 10.0}, ("--context", "model=qwen"), 125),
        ({"lat_ms": 10.0}, ("--context", "model=qwen", "--on-incomparable", "pass"), 125),
        ({}, (), 125),
    ],
)
def test_a_bisection_hears_0_1_or_125(llama, inside, write, metrics, words, code):
    done = inside("diff", "fam/m", write(**metrics), "--context", "model=llama", *words, "--bisect")
    assert done.code == code, done.err


def test_a_bisection_without_a_baseline_or_a_file_skips(registry, inside, write):
    words = ("--bisect", "--on-no-baseline", "pass")
    assert inside("diff", "fam/m", write(lat_ms=1.0), *words).code == 125
    assert inside("diff", "fam/m", "gone.json", *words).code == 125


# Where there is no baseline


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("text", "NO-VERDICT  nothing that counts is registered to hold this to"),
        ("markdown", "<!-- git-baseline -->"),
        ("github", "::error title=git baseline%3A NO-VERDICT::"),
        ("junit", '<?xml version="1.0" encoding="utf-8"?>'),
        ("json", "{"),
    ],
)
def test_a_first_run_fails_in_every_form_and_passes_when_told(registry, inside, write, form, first):
    words = ("diff", "fam/m", write(lat_ms=1.0), "--format", form)
    done = inside(*words)
    assert (done.code, done.text.splitlines()[0].startswith(first)) == (4, True)
    passing = inside(*words, "--on-no-baseline", "pass")
    assert (passing.code, passing.text.startswith("::notice")) == (0, form == "github")


def test_a_first_run_names_what_it_is_and_leaves_a_bundle(registry, diff, write, inside, tmp_path):
    file = write(lat_ms=1.0)
    code, document = diff("fam/m", file, "--bundle", tmp_path / "out")
    assert (code, document["baseline"], document["current"], document["advice"]) == (
        4,
        None,
        file,
        ["git baseline record -m m starts the series"],
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "baseline-ref.txt",
        "current-snapshot.json",
        "diff.json",
        "diff.md",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("nope.json",),
            "there is no such file here, and it names no measurement of this registry",
        ),
        (("fam/m", "nope.json"), "there is no such file here, and it names no measurement"),
        (("nope",), "names no measurement of this registry"),
        (("nope~1", "fam/m"), "names no measurement of this registry"),
        (("nope", "fam/m"), "names no measurement of this registry"),
    ],
)
def test_a_name_that_means_nothing(two, diff, words, message):
    code, document = diff(*words)
    assert (code, document["error"]["code"]) == (2, "reference/unknown")
    assert document["error"]["message"].startswith(message)


def test_a_lone_name_that_means_nothing_is_no_first_run(two, diff, write):
    code, document = diff("nope", write(lat_ms=1.0), "--on-no-baseline", "pass")
    assert (code, document["error"]["code"]) == (2, "reference/unknown")


# What is written


def test_the_bundle_of_a_file_and_of_an_entry(two, diff, write, registry, tmp_path):
    file = write("new.json", lat_ms=9.0)
    _, document = diff("fam/m", file, "--bundle", tmp_path / "one")
    found = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert json.loads(found["diff.json"]) == document
    assert (found["baseline-ref.txt"], found["current-snapshot.json"]) == (
        f"fam/m@{two[1]}\n".encode(),
        (registry.path / file).read_bytes(),
    )
    assert found["diff.md"].startswith(b"<!-- git-baseline -->\n### GREEN: ")
    diff("fam/m", "--bundle", tmp_path / "two")
    assert (tmp_path / "two" / "current-snapshot.json").read_text() == '{"lat_ms": 9.0}'


@pytest.mark.parametrize("form", ["text", "markdown", "github", "junit"])
def test_forms_end_with_the_lever(two, inside, write, form):
    done = inside("diff", "fam/m", write(lat_ms=9.0), "--format", form)
    assert (done.code, done.text.count("\n\n\n"), LEVER.partition(": ")[2][:10] in done.text) == (
        0,
        0,
        True,
    )


def test_warnings_of_reading_stand_beside_the_answer(record, diff, write):
    record(write(lat_ms=10.0, n=3))
    _, document = diff("fam/m", write(lat_ms=10.0, n=3))
    assert document["doubts"][-1] == "no unit is known for n; give --unit KEY=UNIT"


def test_the_same_bytes_on_every_run_in_every_place(two, baseline, registry):
    for form in ("text", "junit"):
        places = (
            {},
            {"TZ": "Pacific/Kiritimati"},
            {"TZ": "America/St_Johns"},
            {"TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
        )
        found = {baseline("diff", "fam/m", "--format", form, **place).out for place in places}
        assert (len(found), all(found)) == (1, True)


def test_a_file_gives_the_same_bytes_while_the_clock_stands(two, inside, write, monkeypatch):
    monkeypatch.setattr("gitbaseline.cli.intake.clock", lambda: 4_102_444_800)
    file = write(lat_ms=9.0)
    found = {inside("diff", "fam/m", file).out for _ in range(3)}
    (only,) = found
    assert b"days older, stale after 90" in only


IMPORTS = """
import sys, runpy
sys.argv = ["x", *{words!r}]
try:
    runpy.run_module("gitbaseline", run_name="__main__")
except SystemExit as done:
    print(done.code, *sorted(name for name in sys.modules if name.startswith({names!r})))
"""


@pytest.fixture
def imported(baseline):
    """Run a verb and return its exit code and which of these modules it imported."""

    def imported(words, names):
        code = IMPORTS.format(words=list(map(str, words)), names=names)
        done = replace(baseline, command=(baseline.command[0], "-c"))(code)
        return done.text.splitlines()[-1].split()

    return imported


def test_a_first_record_compares_nothing(registry, imported):
    names = ("gitbaseline.compare.diff", "gitbaseline.compare.judge", "gitbaseline.stats")
    words = ("record", "-f", "fam", "-m", "step", "--value", "1", "--unit", "ms")
    assert imported(words, names) == ["0"]
    assert len(imported(words, names)) > 1


def test_a_text_waits_for_no_document(two, inside, write, monkeypatch):
    for name in ("content", "nothing"):
        monkeypatch.setattr(f"gitbaseline.report.diff_document.{name}", None)
    assert inside("diff", "fam/m").text.startswith("GREEN")
    nothing = inside("diff", "-m", "other", write(lat_ms=1.0))
    assert (nothing.code, nothing.text[:10]) == (4, "NO-VERDICT")


def test_a_text_of_what_is_equal_loads_no_other_form_and_no_test(two, imported):
    of_few = ("report.diff_document", "report.diff_forms", "report.nothing", "cli.diff_light")
    more = ("compare.serving", "stats.welch", "stats.utest", "stats.changepoint")
    names = tuple(f"gitbaseline.{name}" for name in (*of_few, *more))
    assert imported(("diff", "fam/m"), (*names, "difflib")) == ["0"]
    loaded = imported(("diff", "fam/m", "--json"), names)
    assert loaded[:2] == ["0", "gitbaseline.report.diff_document"]


def test_a_diff_needs_no_numpy(two, imported):
    assert imported(("diff", "fam/m"), ("numpy", "scipy")) == ["0"]


def test_a_format_of_its_own(registry, inside, diff, nccl):
    assert inside("record", nccl, "-f", "fam", "-m", "nccl").code == 0
    code, document = diff("fam/nccl", nccl)
    judged = [row for row in document["deltas"] if row["standing"] == "ok"]
    assert (code, document["verdict"]) == (0, "GREEN")
    assert {row["key"].split(".")[1] for row in judged if "busbw" in row["key"]} != set()
    assert not [row for row in judged if "busbw" not in row["key"]]
