"""study: from A/A samples to the tolerance that diff then holds to."""

from __future__ import annotations

import json
import random
from importlib import resources

import jsonschema
import pytest


@pytest.fixture
def checked(inside):
    """Run study and return (exit code, document), which meets its schema."""
    file = resources.files("gitbaseline.model") / "schema" / "study-1.json"
    schema = jsonschema.Draft202012Validator(json.loads(file.read_text()))
    schema.check_schema(schema.schema)

    def checked(*words, command=(), **more):
        dashes = ("--", *command) if command else ()
        done = inside("study", *words, "--json", *dashes, **more)
        if "error" not in done.json:
            assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done.code, done.json

    return checked


@pytest.fixture
def bench(repo, tmp_path):
    """Return a command that prints samples, one a run, the warm-up's first."""

    def bench(values, key="lat_ms"):
        lines = "".join(f'{{"{key}": {value}}}\n' for value in (0, *values))
        (tmp_path / "outputs").write_text(lines)
        (tmp_path / "count").write_text("")
        script = repo.path / "bench.sh"
        script.write_text(
            f"#!/bin/sh\necho x >> '{tmp_path}/count'\n"
            f"sed -n \"$(wc -l < '{tmp_path}/count')p\" '{tmp_path}/outputs'\n"
        )
        script.chmod(0o755)
        return ["./bench.sh"]

    return bench


def normal(sigma, n, seed=1, centre=100.0):
    draw = random.Random(seed)
    return [round(draw.gauss(centre, sigma), 3) for _ in range(n)]


def metrics(document):
    return {one["key"]: one for one in document["metrics"]}


RULE = "fewer than 1 % false alarms by the rule of diff, in 1000 random A/A splits"
FORM = ("--format", "json", "-m", "step")


def test_a_command(repo, checked, bench):
    before = repo.frozen()
    command = bench(normal(1, 30))
    before |= {"bench.sh": (repo.path / "bench.sh").read_bytes()}
    code, document = checked("-n", "30", *FORM, command=command)
    assert (code, document["measurement"], document["kind"], document["source"]) == (
        0,
        "step",
        "command",
        "./bench.sh",
    )
    lat = metrics(document)["lat_ms"]
    assert (lat["n"], lat["trials"], lat["side"], lat["judged"], lat["needed"]) == (
        *(30, 6, 5),
        *(True, None),
    )
    assert 0 < lat["tolerance"]["percent"] < 5
    assert (lat["false_alarms"] < 10, document["splits"]) == (True, 1000)
    assert document["config"] == (
        "version: 1\nmeasurements:\n  step:\n    tolerances:\n"
        f"      lat_ms: {lat['tolerance']['percent']:g}%\n"
    )
    assert document["written"] is None
    assert repo.frozen() == before
    wall = metrics(document)["run.wall_time"]
    assert (wall["judged"], wall["tolerance"], wall["false_alarms"]) == (False, None, None)


def test_what_was_measured_is_the_wall_time_and_its_name_the_program(repo, checked):
    _, document = checked("-n", "15", command=["sleep", "0.02"])
    assert (document["measurement"], document["format"]) == ("sleep", "run")
    assert [(one["key"], one["judged"]) for one in document["metrics"]][:2] == [
        ("wall_time", True),
        ("user_time", False),
    ]


def test_trials_a_side(repo, checked, bench):
    _, few = checked("-n", "30", "--trials", "3", *FORM, command=bench(normal(2, 30)))
    _, many = checked("-n", "30", "--trials", "10", *FORM, command=bench(normal(2, 30)))
    assert [metrics(one)["lat_ms"]["trials"] for one in (few, many)] == [10, 3]
    assert few["side"] == 3


def test_too_few_runs_say_how_many_it_takes(repo, checked, bench, inside):
    code, document = checked("-n", "9", *FORM, command=bench(normal(2, 9)))
    lat = metrics(document)["lat_ms"]
    assert (code, lat["tolerance"], lat["needed"], document["config"]) == (4, None, 15, None)
    done = inside("study", "-n", "9", *FORM, "--", *bench(normal(2, 9)))
    assert (done.code, "too few: it takes 15" in done.text) == (4, True)


def test_the_same_samples_give_the_same_bytes(repo, inside, tmp_path):
    files = write(repo, normal(2, 30))
    done = [inside("study", *files, "--json").out for _ in range(2)]
    assert done[0] == done[1]


def write(repo, values, key="lat_ms"):
    names = []
    for number, value in enumerate(values):
        names.append(f"r{number:03}.json")
        (repo.path / names[-1]).write_text(json.dumps({key: value}))
    return names


def test_files_are_trials(repo, checked):
    code, document = checked(*write(repo, normal(1, 50)), "-m", "step")
    lat = metrics(document)["lat_ms"]
    assert (code, document["kind"], lat["n"], lat["trials"]) == (0, "files", 50, 10)
    assert document["source"] == "50, r000.json to r049.json"
    assert checked("r000.json", "r001.json", "-m", "step")[1]["source"] == "r000.json, r001.json"
    assert lat["warnings"] == []


def test_files_of_several_samples_are_sessions(repo, checked):
    """What differs from session to session is noise too, and one session cannot show it."""
    together, apart = [], []
    for number, shift in enumerate((0, 3, -2, 4, 1, -3)):
        samples = normal(0.5, 4, number)
        together += samples
        apart.append([sample + shift for sample in samples])
    shifted = write(repo, apart)
    code, document = checked(*shifted, "-m", "step")
    lat = metrics(document)["lat_ms"]
    assert (code, lat["n"], lat["trials"], lat["side"], document["side"]) == (0, 24, 6, 4, 4)
    (one,) = write(repo, [together])
    run = metrics(checked(one, "-m", "step", "--trials", "4")[1])["lat_ms"]
    assert (run["n"], run["trials"], run["side"]) == (24, 6, 4)
    assert lat["tolerance"]["percent"] > 3 * run["tolerance"]["percent"]


def test_recorded_entries_that_are_comparable(registry, checked, inside):
    for seed in range(6):
        values = [word for value in normal(1, 5, seed) for word in ("--value", value)]
        words = ("-f", "fam", "-m", "step", *values, "--unit", "ms", "--accept-regression", "A/A")
        assert inside("record", *words, "--context", "model=a").code == 0
    words = ("-f", "fam", "-m", "step", "--value", "500", "--unit", "ms", "--context", "model=b")
    done = inside("record", *words, "--json")
    wrong = inside(
        "record", *words[:4], "--value", "300", "--unit", "ms", "--context", "model=a", "--json"
    )
    assert wrong.json["baseline"]["standing"] == "candidate"
    code, document = checked("fam/step~1")
    value = metrics(document)["value"]
    assert (code, document["measurement"], document["kind"], document["format"]) == (
        0,
        "step",
        "entries",
        "scalar",
    )
    assert (value["n"], value["trials"], value["side"], document["side"]) == (30, 6, 5, 5)
    assert document["source"].startswith("6 of fam/step, up to 2")
    assert document["warnings"] == []
    newest = metrics(checked(f"fam/step@{wrong.json['slug']}")[1])["value"]
    assert newest["n"] == 30
    assert checked("fam/step~1", "-n", "2")[0] == 4
    assert metrics(checked(f"fam/step@{done.json['slug']}")[1])["value"]["n"] == 1


def test_entries_of_several_commits_are_told(registry, checked, inside):
    for number in range(3):
        registry.commit(f"change {number}")
        words = ("-f", "fam", "-m", "step", "--value", "10", "--unit", "ms")
        assert inside("record", *words).code == 0
    code, document = checked("step", "--trials", "1")
    assert (code, document["warnings"]) == (
        0,
        ["the entries are of 3 commits: what their code changed counts as noise"],
    )


def test_candidates_are_left_out_and_told(registry, checked, inside):
    """A false alarm makes a candidate: without a word the study would not see what it is for."""
    for value in (10, 10.1, 20, 10.2, 30):
        words = ("-f", "fam", "-m", "step", "--value", value, "--unit", "ms")
        assert inside("record", *words).code == 0
    _, document = checked("step", "--trials", "1")
    assert metrics(document)["value"]["n"] == 3  # the last is newer than the newest that counts
    assert document["warnings"] == [
        ("left out as candidates: 1; what is noise, and no regression, counts once it is accepted")
    ]


def test_standard_input(repo, checked):
    samples = json.dumps({"lat_ms": normal(1, 20)}).encode()
    code, document = checked("-", "-m", "step", give=samples)
    assert (code, document["source"], metrics(document)["lat_ms"]["n"]) == (0, "-", 20)


def test_only_some_metrics(registry, checked, inside):
    for value in (1.0, 1.01, 1.02):
        (registry.path / "a.json").write_text(json.dumps({"x_ms": value, "y_ms": value, "n": 3}))
        assert inside("record", "a.json", "-f", "fam", "-m", "m", "--yes").code == 0
    code, document = checked("fam/m", "--metric", "x*", "--trials", "1")
    assert (code, list(metrics(document))) == (0, ["x_ms"])
    code, document = checked("a.json", "--metric", "n", "--direction", "n=higher", "--trials", "1")
    assert (code, metrics(document)["n"]["judged"]) == (4, True)
    code, document = checked("a.json", "--metric", "n", "--trials", "1")
    assert (code, metrics(document)["n"]["judged"]) == (4, False)
    code, document = checked("fam/m", "--metric", "zzz")
    assert (code, document["error"]["code"]) == (2, "key/unknown")


def test_context_gets_a_tolerance_only_where_it_is_asked_for(repo, checked):
    """A tolerance makes a metric judged: study must not do that by the way."""
    words = ("-n", "15", "--metric", "user_time")
    _, document = checked(*words, command=["true"])
    assert metrics(document)["user_time"]["judged"]


# What diff makes of it


@pytest.fixture
def noisy(registry, inside):
    """A series whose noise is 4 %, and a file that is 8 % slower."""
    (registry.path / ".baseline.yaml").write_text(
        "# ours\nversion: 1\nmeasurements:\n  step:  # the step\n    headline: lat_ms\n"
    )
    files = write(registry, normal(4, 50))
    words = [word for file in files[:5] for word in ("-s", file)]
    assert inside("record", *words, "-f", "fam", "-m", "step").code == 0
    return files


def test_written_it_is_what_diff_holds_to(registry, noisy, checked, inside):
    (registry.path / "slow.json").write_text('{"lat_ms": 109}')
    before = inside("diff", "fam/step", "slow.json", "--json")
    assert (before.code, before.json["deltas"][0]["tolerance"]["from"]) == (1, "default")

    code, document = checked(*noisy, "-m", "step", "--trials", "1", "--write")
    found = metrics(document)["lat_ms"]["tolerance"]["percent"]
    path = registry.path / ".baseline.yaml"
    assert (code, document["written"], 5 < found < 30) == (0, str(path), True)
    assert path.read_text() == (
        "# ours\nversion: 1\nmeasurements:\n  step:  # the step\n    headline: lat_ms\n"
        f"    tolerances:\n      lat_ms: {found:g}%\n"
    )

    after = inside("diff", "fam/step", "slow.json", "--json")
    (row,) = after.json["deltas"]
    assert (after.code, row["tolerance"], row["standing"]) == (
        0,
        {"percent": found, "absolute": None, "from": ".baseline.yaml"},
        "ok",
    )
    assert "tolerance of lat_ms from .baseline.yaml" in inside("diff", "fam/step", "slow.json").text


def test_written_twice_it_says_the_last(registry, noisy, checked):
    path = registry.path / ".baseline.yaml"
    assert checked(*noisy, "-m", "step", "--write")[0] == 0
    first = path.read_text()
    assert checked(*noisy, "-m", "step", "--write")[0] == 0
    assert path.read_text() == first
    assert checked(*noisy, "-m", "step", "--at-least", "50", "--write")[0] == 0
    assert path.read_text().count("lat_ms: 50%") == 1
    assert path.read_text().count("tolerances") == 1


def test_nothing_is_written_where_nothing_was_found(registry, noisy, checked):
    before = (registry.path / ".baseline.yaml").read_text()
    code, document = checked(*noisy[:5], "-m", "step", "--write")
    assert (code, document["written"]) == (4, None)
    assert (registry.path / ".baseline.yaml").read_text() == before


def test_a_new_file_lies_at_the_top(repo, checked):
    files = write(repo, normal(1, 30))
    deep = repo.path / "deep"
    deep.mkdir()
    words = [f"../{file}" for file in files]
    code, document = checked(*words, "-m", "step", "--write", folder=deep)
    assert (code, document["written"]) == (0, str(repo.path / ".baseline.yaml"))
    assert (repo.path / ".baseline.yaml").read_text() == document["config"]


def test_the_other_name_of_the_file(repo, checked):
    (repo.path / ".baseline.yml").write_text("version: 1\n")
    files = write(repo, normal(1, 30))
    assert checked(*files, "-m", "step", "--write")[1]["written"].endswith(".baseline.yml")
    assert not (repo.path / ".baseline.yaml").exists()


def test_a_bare_repository_has_no_place_for_it(make_repo, checked, tmp_path):
    bare = make_repo(tmp_path / "bare.git", "--bare")
    names = write(bare, normal(1, 30))
    code, document = checked(*names, "-m", "step", "--write", folder=bare.path)
    assert (code, document["error"]["code"]) == (2, "study/bare")


# What it prints


def test_the_help_says_where_the_command_stands(repo, inside):
    usage = "Usage: git baseline study [OPTIONS] [FILE...|FAMILY/MEASUREMENT] [-- COMMAND...]"
    assert " ".join(inside("study", "-h").text.split()).startswith(usage)


def test_the_text(repo, inside, bench):
    draw = random.Random(3)
    samples = [round(draw.choice((100, 120)) * draw.gauss(1, 0.005), 3) for _ in range(30)]
    done = inside("study", "-n", "30", *FORM, "--metric", "lat_ms", "--", *bench(samples))
    lines = done.text.splitlines()
    assert (done.code, lines[:4]) == (
        0,
        [
            "Noise of step",
            "  command  ./bench.sh",
            "  for      diffs of 5 samples a side",
            f"  rule     {RULE} (seed 20260520)",
        ],
    )
    assert "  lat_ms: two levels: " in done.text
    assert "for .baseline.yaml (--write puts it there):" in lines
    assert "      tolerances:" in lines
    assert lines[-1].startswith("NEXT LEVER: steady lat_ms, the noisiest: it hides what is")


def test_the_text_of_many_metrics_and_of_what_was_written(repo, inside):
    for number in range(30):
        values = {f"m{key:02}_ms": value for key, value in enumerate(normal(1, 25, number))}
        (repo.path / f"r{number:02}.json").write_text(json.dumps({**values, "zero_ms": 0, "n": 3}))
    names = [f"r{number:02}.json" for number in range(30)]
    done = inside("study", *names, "-m", "step", "--write", "--trials", "1")
    assert done.code == 0
    assert "and 7 more; --json shows all" in done.text
    assert f"wrote {repo.path}/.baseline.yaml, which diff reads" in done.text
    assert "for .baseline.yaml" not in done.text
    assert "diffs of 1 sample a side" in done.text


def test_a_quiet_metric_names_no_lever(repo, inside):
    done = inside("study", *write(repo, [5.0] * 30), "-m", "step")
    assert (done.code, "NEXT LEVER: none named" in done.text) == (0, True)
    done = inside("study", *write(repo, [0.0] * 30), "-m", "step")
    assert (done.code, "lat_ms: 0abs" in done.text, "0 ms" in done.text) == (0, True, True)


@pytest.mark.parametrize(
    ("words", "command", "code", "error"),
    [
        ((), (), 2, "study/what"),
        (("a.json",), ("true",), 2, "study/what"),
        (("a.json", "none.json"), (), 2, "source/none"),
        (("a.json", "b.json"), (), 2, "trials/differ"),
        (("fam/none",), (), 2, "reference/unknown"),
        ((), ("false",), 3, "run/failed"),
        (("--format", "json"), ("true",), 2, "json/empty"),
        (("--setup", "exit 2"), ("true",), 2, "run/setup"),
        (("-m", "Not A Name"), ("true",), 2, "name/form"),
        (("--trials", "0"), ("true",), 2, "usage"),
        (("--at-least", "-1"), ("true",), 2, "usage"),
    ],
)
def test_what_cannot_be_studied(registry, checked, words, command, code, error):
    (registry.path / "a.json").write_text('{"x_ms": 1}')
    (registry.path / "b.json").write_text('{"y_ms": 1}')
    found, document = checked(*words, command=command)
    assert (found, document["error"]["code"]) == (code, error)
