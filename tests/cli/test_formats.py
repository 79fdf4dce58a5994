"""formats list, explain, check, conform; a plug-in installed beside the program."""

from __future__ import annotations

import json
import os
from importlib import resources
from textwrap import dedent

import jsonschema
import pytest
from referencing import Registry, Resource

from gitbaseline.formats import registry

TOKEN = "ghp_" + "a1B2" * 9
SEEDED = dedent('''
    """Acme's text: ``t=<number>``. Not the same in two processes."""

    from gitbaseline.errors import InputError
    from gitbaseline.formats.base import Reading
    from gitbaseline.model.metric import Direction, Metric

    NAME = "acme"
    SUMMARY = "text of acme-bench"


    def sniff(source):
        claims = source.kind == "file" and source.files[0].data.startswith(b"t=")
        return "it begins with t=" if claims else None


    def read(source, options):
        text = source.files[0].data[2:].strip()
        if not text.isdigit():
            raise InputError("expected a number", code="acme/form", where=source.name)
        value = float(text[:300])
        metric = Metric(value=value, unit="ms", direction=Direction.LOWER)
        metrics = {key: metric for key in KEYS}
        return Reading(format="acme", metrics=metrics, suggested_measurement="acme")
''')
GOOD = f'{SEEDED}\n\nKEYS = ("t",)\n'
BY_CHANCE = f'{SEEDED}\n\nKEYS = {{f"metric{{n}}" for n in range(20)}}\n'


@pytest.fixture
def formats(inside, tmp_path):
    """Return the document of a call, held to its schema."""
    folder = resources.files("gitbaseline.model") / "schema"
    schemas = {
        name: json.loads((folder / name).read_text())
        for name in ("formats-1.json", "baseline-1.json")
    }
    library = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    checker = jsonschema.Draft202012Validator(schemas["formats-1.json"], registry=library)

    def run(*words, code=0, **more):
        done = inside("formats", *words, "--json", folder=tmp_path, **more)
        assert done.code == code, done.err
        checker.validate(done.json)
        return done.json

    return run


@pytest.fixture
def plugin(baseline, tmp_path):
    """Install a package with a format beside the program; return the program with it."""

    def make(source, name="acme"):
        site = tmp_path / "site"
        info = site / "acme_bench-1.2.dist-info"
        info.mkdir(parents=True)
        (site / "acme_bench.py").write_text(source)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-bench\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[gitbaseline.formats]\n{name} = acme_bench\n")
        path = os.pathsep.join((str(site), baseline.environment["PYTHONPATH"]))
        (tmp_path / "run.txt").write_text("t=12\n")
        return baseline.at(tmp_path, PYTHONPATH=path)

    return make


def test_list(formats, inside, tmp_path):
    found = formats("list")
    assert [one["name"] for one in found["formats"]] == [one.NAME for one in registry.FORMATS]
    assert all(one["grammar"] is None and one["plugin"] is None for one in found["formats"])
    assert (found["broken"], found["reading"], found["conformance"]) == ([], None, None)
    done = inside("formats", "list", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.text.splitlines()[0].split() == ["Format", "Reads", "From", "What", "it", "is"]
    assert "directory" in done.text.splitlines()[-1]
    assert len(done.text.splitlines()) == 1 + len(registry.FORMATS)


def test_explain(formats, inside, tmp_path):
    (one,) = formats("explain", "json")["formats"]
    assert one["grammar"].startswith("Any JSON: each number becomes a metric")
    done = inside("formats", "explain", "json", folder=tmp_path)
    assert done.text == (
        "json\n"
        "  is     any JSON or JSON lines: every number is a metric, named by its path\n"
        "  reads  JSON\n"
        "  from   built in\n"
        "\n"
        f"{one['grammar']}\n"
    )


def test_explain_of_no_format_suggests_the_nearest(inside, tmp_path):
    done = inside("formats", "explain", "jsn", folder=tmp_path)
    assert done.code == 2
    assert done.err.endswith("hint: did you mean json? git baseline formats lists them all\n")


def test_check_shows_every_metric_and_every_line(inside, tmp_path):
    (tmp_path / "x.json").write_text('banner\n{"a_ms": [1, 3], "b": 2, "c": "text"}\nend\n')
    done = inside("formats", "check", "x.json", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.text == (
        "x.json\n"
        "  format       json (it holds a JSON document)\n"
        "  read         2 metrics, 2 unchecked\n"
        "  measurement  x\n"
        "\n"
        "Metric  Value  Unit     Better  n      Std  Validity   Unit from  Dimensions\n"
        "a_ms        2  ms       lower   2  1.41421  unchecked  key\n"
        "b           2  unknown  ?       1           unchecked\n"
        "\n"
        "passed over:\n"
        "  x.json:1  banner\n"
        "  x.json:2  c: not a number\n"
        "  x.json:3  end\n"
    )


def test_check_tells_all_that_a_reader_found(formats, inside, nccl, tmp_path):
    reading = formats("check", nccl)["reading"]
    assert reading["format"] == "nccl-tests"
    assert reading["why"] == "it has a table of size, count, type, algbw, busbw"
    assert len(reading["metrics"]) == 13
    assert reading["headline"] in reading["metrics"]
    assert reading["environment"]["gpu_count"] == 2
    text = inside("formats", "check", nccl, folder=tmp_path).text
    assert "  machine      gpu_count=2 gpu_model=NVIDIA Test GPU 80GB\n" in text
    assert " size_bytes=4194304\n" in text
    assert "  read         13 metrics, 12 valid, 1 unchecked\n" in text
    named = formats("check", nccl, "--format", "nccl-tests")["reading"]
    assert named == reading | {"why": "as asked"}


def test_check_of_a_folder_and_of_standard_input(formats, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").write_text('{"x_ms": 1}')
    (folder / "b.txt").write_text("note")
    found = formats("check", folder)
    assert (found["formats"][0]["name"], list(found["reading"]["metrics"])) == ("directory", ["a.x_ms"])  # fmt: skip
    assert found["reading"]["passed_over"] == [
        {"file": "b.txt", "line": 1, "text": "of no known format: kept as evidence"}
    ]
    assert formats("check", "-", give=b'{"x_ms": 1}')["reading"]["source"] == "-"


def test_check_by_a_mapping(formats, tmp_path):
    (tmp_path / "map.yaml").write_text(
        "schema: git-baseline/mapping/1\n"
        "metrics: [{key: latency, value: $.lat, unit: ms, headline: true}]\n"
    )
    (tmp_path / "x.json").write_text('{"lat": 3, "other": 4}')
    reading = formats("check", "x.json", "--mapping", "map.yaml")["reading"]
    assert (reading["format"], reading["headline"]) == ("mapped", "latency")
    assert [m["value"] for m in reading["metrics"].values()] == [3]


def test_check_never_shows_what_record_would_refuse(formats, inside, tmp_path):
    (tmp_path / "x.json").write_text(
        f"Authorization: Bearer {TOKEN}\n"
         '{"x_ms": 1, "username": "tess", "k": {"' + TOKEN + '": 5}}\n'
    )  # fmt: skip
    reading = formats("check", "x.json")["reading"]
    assert reading["private"][0]["line"] == 1
    assert "private field username" in [one["kind"] for one in reading["private"]]
    done = inside("formats", "check", "x.json", folder=tmp_path)
    assert "private, taken out before reading; record refuses the file without --redact:\n" in done.text  # fmt: skip
    for said in (json.dumps(reading), done.text):
        assert "tess" not in said
        assert TOKEN not in said
        assert TOKEN[:12] not in said
    assert reading["metrics"]["x_ms"]["value"] == 1


def test_check_of_a_failed_run_names_the_place_and_no_secret(inside, tmp_path):
    (tmp_path / "x.json").write_text('{"status": "failed", "t": 1, "why": "' + TOKEN)
    done = inside("formats", "check", "x.json", folder=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert "x.json:1: a JSON document that begins here never ends" in done.err
    assert TOKEN[:12] not in done.err


def test_check_of_what_nobody_knows_names_the_list(inside, tmp_path):
    (tmp_path / "x.bin").write_bytes(b"\x00\x01")
    done = inside("formats", "check", "x.bin", "--json", folder=tmp_path)
    assert (done.code, done.json["error"]["code"]) == (2, "format/none")
    assert "(git baseline formats lists them)" in done.json["error"]["hint"]


def test_check_of_what_several_claim_says_why(inside, nccl, tmp_path):
    both = nccl.read_text() + (
        "\nlatency  results\ntest a::b ... bench:       1,234 ns/iter (+/- 12)\n"
    )
    (tmp_path / "both.log").write_text(both)
    done = inside("formats", "check", "both.log", "--json", folder=tmp_path)
    assert (done.code, done.json["error"]["code"]) == (2, "format/several")
    message = done.json["error"]["message"]
    assert "nccl-tests (it has a table of size, count, type, algbw, busbw)" in message
    assert "libtest (" in message


def test_conform(formats, inside, nccl, tmp_path):
    found = formats("conform", "nccl-tests", nccl, "--rounds", "20")["conformance"]
    assert found == {"files": [str(nccl)], "rounds": 20, "faults": []}
    (tmp_path / "x.log").write_text("nothing\n")
    broken = formats("conform", "nccl-tests", nccl, "x.log", "--rounds", "3", code=1)
    told = [one["fault"] for one in broken["conformance"]["faults"]]
    assert told[0] == "sniff does not claim the file"
    assert told[1].startswith("read of the file: it is refused: ")
    done = inside("formats", "conform", "nccl-tests", "x.log", "--rounds", "3", folder=tmp_path)
    assert done.code == 1
    assert done.text.splitlines()[0] == "x.log: sniff does not claim the file"
    assert done.text.splitlines()[-1] == "nccl-tests: 2 faults in 1 file, 3 broken copies each"


def test_a_plug_in_is_listed_explained_checked_and_conforms(plugin, tmp_path):
    program = plugin(GOOD)
    listed = program("formats", "list", "--json").json["formats"]
    assert [(one["name"], one["plugin"]) for one in listed if one["plugin"]] == [
        ("acme", "acme-bench 1.2")
    ]
    assert "Acme's text: ``t=<number>``." in program("formats", "explain", "acme").text
    reading = program("formats", "check", "run.txt", "--json").json["reading"]
    assert (reading["format"], reading["metrics"]["t"]["value"]) == ("acme", 12)
    assert reading["context"] == {"stack": {"reader": "acme-bench 1.2"}}
    done = program("formats", "conform", "acme", "run.txt")
    assert (done.code, done.text) == (0, "acme: 0 faults in 1 file, 200 broken copies each\n")


def test_what_depends_on_the_order_of_sets_does_not_conform(plugin):
    done = plugin(BY_CHANCE)("formats", "conform", "acme", "run.txt", "--rounds", "2")
    assert (done.code, done.text.splitlines()[0]) == (
        1,
        "run.txt: two processes read the file differently",
    )


def test_a_plug_in_records(registry, plugin, tmp_path):
    program = plugin(GOOD)
    done = program("-C", registry.path, "record", "../run.txt", "--json")
    assert done.code == 0, done.err
    entry = done.json["baseline"]
    assert (entry["source_format"], entry["value"], entry["unit"]) == ("acme", None, None)
    assert entry["metrics"]["t"]["value"] == 12
    assert entry["context"]["stack"]["reader"] == "acme-bench 1.2"
    assert program("-C", registry.path, "verify").code == 0


def test_a_broken_plug_in_is_named_and_breaks_nothing(registry, plugin, tmp_path):
    program = plugin("raise RuntimeError('no')\n")
    said = "warning: the plug-in acme of acme-bench 1.2 is broken: loading it raised RuntimeError in acme_bench.py line 1\n"  # fmt: skip
    assert program("formats", "list").err == said
    (tmp_path / "x.json").write_text('{"x_ms": 1}')
    done = program("-C", registry.path, "record", "../x.json", "--yes")
    assert done.code == 0
    assert said in done.err
    log = program("-C", registry.path, "record", "--value", "1", "--unit", "ms", "-m", "m", "--yes")
    assert (log.code, "broken" in log.err) == (0, False)
    named = program("-C", registry.path, "record", "../x.json", "--format", "acme")
    assert (named.code, named.err.startswith("error: --format acme: the plug-in acme of")) == (3, True)  # fmt: skip
