from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import asv
from gitbaseline.formats.base import Options, Source, SourceFile

COLUMNS = ["result", "params", "version", "samples"]


def result(results, **more):
    return json.dumps({"commit_hash": "c", "result_columns": COLUMNS, "results": results, **more})


def of_folder(**files):
    inside = tuple(
        SourceFile(path=path.replace("__", "/") + ".json", data=text.encode())
        for path, text in files.items()
    )
    return Source(name="results", kind="directory", files=inside)


@pytest.fixture
def read(file):
    return lambda results, **more: asv.read(file("r.json", result(results, **more)), Options())


def test_whole_file(written, told):
    reading = asv.read(written("asv.json"), Options())
    assert told(reading) == {
        "sort.Suite.time_sort/param1=10/param2='a'.time": (0.5, "s", "down", "median", 3),
        "sort.Suite.time_sort/param1=100/param2='a'.time": (0.75, "s", "down", "single", 1),
        "sort.Suite.time_sort/param1=100/param2='b'.time": (1.5, "s", "down", "median", 1),
        "sort.peakmem_sort.memory": (1048576.0, "B", "down", "single", 1),
        "sort.track_swaps.value": (12.0, "unknown", "?", "single", 1),
    }
    first = next(iter(reading.metrics.values()))
    assert (first.samples, first.dimensions, first.unit_source) == (
        (0.4, 0.5, 0.75),
        {"param1": "10", "param2": "'a'"},
        "assumed",
    )
    assert [entry.text for entry in reading.passed_over] == [
        "sort.Suite.time_sort/param1=10/param2='b': skipped (NaN)"
    ]
    assert reading.context == {
        "stack": {
            "commit": "0123456789abcdef0123456789abcdef01234567",
            "python": "3.11",
            "numpy": "2.0",
        }
    }
    assert reading.environment == {
        "arch": "x86_64",
        "cpu_model": "Test CPU 3000",
        "cpu_count": 8,
        "os": "Linux 6.1.0",
    }


def test_a_folder_has_the_units(written, told):
    both = of_folder(
        box__abc=written("asv.json").files[0].data.decode(),
        benchmarks=written("asv_benchmarks.json").files[0].data.decode(),
        box__machine="{}",
    )
    assert asv.sniff(both) == "it has benchmarks.json and results"
    reading = asv.read(both, Options())
    assert told(reading)["sort.track_swaps.value"] == (12.0, "count", "?", "single", 1)
    assert "sort.Suite.time_sort/n=10/kind='a'.time" in reading.metrics
    sources = {key: m.unit_source for key, m in reading.metrics.items()}
    assert sources["sort.track_swaps.value"] == "format"
    assert sources["sort.peakmem_sort.memory"] == "assumed"
    assert reading.passed_over[0].text == "box/machine.json: not the result"


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"unit": "unit"}, ("unknown", None)),
        ({"unit": "frobs"}, ("frobs", None)),
        ({"param_names": []}, ("unknown", None)),
    ],
)
def test_units_that_are_no_units(about, expected):
    source = of_folder(a=result({"track_x": [[1], []]}), benchmarks=json.dumps({"track_x": about}))
    metric = asv.read(source, Options()).metrics["track_x.value"]
    assert (metric.unit, metric.unit_source) == expected


def test_what_the_path_of_a_python_says_goes_no_further(read):
    reading = read({"mem_x": [[1], []]}, python="/home/me/bin/python3", params={"num_cpu": "many"})
    assert reading.context == {"stack": {"commit": "c"}}
    assert reading.environment == {"cpu_count": "many"}


def test_names_that_only_look_like_types(read):
    reading = read({"a.timely": [[1], None], "a.timeraw_x": [[2], []], "a.TimeX.memOf": [[3], []]})
    assert {key: m.unit for key, m in reading.metrics.items()} == {
        "a.timely.value": "unknown",
        "a.timeraw_x.time": "s",
        "a.TimeX.memOf.memory": "B",
    }


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ([None, []], "run/failed", "the run failed: time_x has no result (null)"),
        ([], "run/failed", "the run failed: time_x has no result (null)"),
        (
            [[1, None], [["1", "2"]]],
            "run/failed",
            "the run failed: time_x/param1=2 has no result (null)",
        ),
        (
            [[1], [["1", "2"]]],
            "format/shape",
            "results.time_x.0: expected 2 results, one for each set of parameters, got a list",
        ),
        (
            [[1], [["1"] * 4000] * 9],
            "format/shape",
            (
                f"results.time_x.0: expected {4000**9} results, one for each set of parameters, "
                "got a list"
            ),
        ),
    ],
)
def test_refusals(read, row, code, message):
    with pytest.raises(InputError) as caught:
        read({"time_x": row})
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "r.json:1",
        message,
    )


def test_several_results_are_several_records():
    one = result({"time_x": [[1], []]})
    with pytest.raises(InputError) as caught:
        asv.read(of_folder(a=one, b=one, benchmarks="{}"), Options())
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        "asv/several",
        "results",
        "2 result files; expected one: a.json, b.json",
    )


def test_sniff_and_nothing(file):
    assert asv.sniff(of_folder(benchmarks="{}", a="{}")) is None
    assert asv.sniff(of_folder(a=result({}))) is None
    assert asv.sniff(file("x", '{"commit_hash": "result_columns"}')) is None
    with pytest.raises(InputError) as caught:
        asv.read(file("x", "no"), Options())
    assert caught.value.code == "asv/empty"
