from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import criterion
from gitbaseline.formats.base import Options, Source, SourceFile

MEDIAN = {"point_estimate": 4.5, "confidence_interval": {}, "standard_error": 0.1}


@pytest.fixture
def read(file):
    return lambda text, name="x.json": criterion.read(file(name, text), Options())


def of_folder(**files):
    inside = tuple(
        SourceFile(path=path.replace("__", "/") + ".json", data=json.dumps(value).encode())
        for path, value in files.items()
    )
    return Source(name="target/criterion", kind="directory", files=inside)


def test_whole_folder(written, told):
    reading = criterion.read(written("criterion"), Options())
    assert told(reading) == {
        "copy.time": (10.25, "ns", "down", "median", 1),
        "fib/20.time": (10.5, "ns", "down", "median", 4),
    }
    copy, fib = reading.metrics.values()
    assert (copy.samples, copy.mean, copy.std) == ((), 10.5, 0.75)
    assert fib.samples == (10.0, 11.0, 10.0, 11.0)
    assert fib.dimensions == {"group": "fib", "value": "20", "elements": 20.0}
    assert [entry.text for entry in reading.passed_over] == [
        f"{path}: not of the new run"
        for path in (
            "fib/20/base/estimates.json",
            "fib/20/change/estimates.json",
            "fib/20/new/tukey.json",
            "report/index.html",
        )
    ]


def test_one_file_of_estimates(written, told):
    reading = criterion.read(written("criterion_estimates.json"), Options())
    assert told(reading) == {"time": (10.25, "ns", "down", "median", 1)}
    assert reading.suggested_measurement == "criterion"


@pytest.mark.parametrize(
    ("text", "value", "samples"),
    [
        ('{"Median": %s}', 4.5, ()),
        ('{"mean": %s}', 4.5, ()),
        ("[[1, 2], [3, 8.0]]", 3.5, (3.0, 4.0)),
        ('{"iters": [2], "times": [3]}', 1.5, ()),
    ],
)  # fmt: skip
def test_older_and_smaller_files(read, text, value, samples):
    text = text % json.dumps(MEDIAN) if "%s" in text else text
    metric = read(text).metrics["time"]
    assert (metric.value, metric.samples) == (value, samples)


def test_a_folder_of_one_benchmark(told):
    reading = criterion.read(of_folder(new__sample=[[1, 1], [2, 4]]), Options())
    assert told(reading) == {"time": (3.0, "ns", "down", "median", 2)}


def test_throughputs_and_names(told):
    about = {"full_id": "a b", "throughput": {"Bytes": 8, "BytesDecimal": "x"}, "function_id": "f"}
    source = of_folder(x__new__benchmark=about, x__new__sample=[[1], [2]], y__new__benchmark={})
    reading = criterion.read(source, Options())
    assert list(reading.metrics) == ["a b.time"]
    assert reading.metrics["a b.time"].dimensions == {"function": "f", "bytes": 8.0}
    assert [entry.text for entry in reading.passed_over] == ["y/new: no estimates in it"]


@pytest.mark.parametrize(
    ("files", "code", "where"),
    [
        ({"a__new__sample": [[1], [2, 3]]}, "format/shape", "a/new/sample.json:1"),
        ({"a__new__sample": [[0], [2]]}, "format/shape", "a/new/sample.json:1"),
        ({"a__new__sample": [1, 2]}, "format/shape", "a/new/sample.json:1"),
        ({"a__new__sample": [[1]]}, "format/shape", "a/new/sample.json:1"),
        ({"a__new__sample": 3}, "criterion/empty", "a/new/sample.json"),
        ({"a__new__estimates": {"slope": MEDIAN}}, "format/shape", "a/new/estimates.json:1"),
        ({"a__base__estimates": {"mean": MEDIAN}}, "criterion/empty", "target/criterion"),
    ],
)
def test_refusals(files, code, where):
    with pytest.raises(InputError) as caught:
        criterion.read(of_folder(**files), Options())
    assert (caught.value.code, caught.value.where) == (code, where)


def test_two_benchmarks_in_one_file_are_refused(read):
    one = json.dumps({"median": MEDIAN})
    assert read('{"level": "info"}\n' + one).metrics["time"].value == 4.5
    for text in (f"{one}\n{one}", "[[1], [2]]\n[[1], [2]]"):
        with pytest.raises(InputError) as caught:
            read(text)
        assert (caught.value.code, caught.value.where) == ("criterion/several", "x.json:2")


def test_an_empty_file_is_refused():
    source = Source(
        name="d",
        kind="directory",
        files=(SourceFile(path="new/sample.json", data=b"\n"),),
    )
    with pytest.raises(InputError) as caught:
        criterion.read(source, Options())
    assert (caught.value.code, caught.value.where) == ("criterion/empty", "new/sample.json")


def test_sniff(file):
    assert criterion.sniff(of_folder(a__new__benchmark={})) is None
    assert criterion.sniff(of_folder(a__new__sample=3)) == (
        "it has new/estimates.json or new/sample.json"
    )
    assert (
        criterion.sniff(file("x", "[[1, 2], [3, 4]]")) == "it has iters and times of equal length"
    )
    assert criterion.sniff(file("x", '{"iters": [1], "times": []}')) is None
    assert criterion.sniff(file("x", '{"mean": {"point_estimate": 1}}')) is None
    assert criterion.sniff(file("x", "text")) is None
