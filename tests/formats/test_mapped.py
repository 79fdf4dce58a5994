from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import mapped, mapping
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.mapping import FieldMap, Line
from gitbaseline.model.metric import Direction

HEAD = "schema: git-baseline/mapping/1\n"
ONE = "metrics:\n  - {key: k, value: v, unit: ms}\n"


@pytest.fixture
def read(file):
    def run(text, plan, name="x"):
        fields = mapping.read((HEAD + plan).encode(), "m.yaml")
        return mapped.read(file(name, text), Options(mapping=fields))

    return run


def refusal(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    return caught.value.code, caught.value.where, caught.value.message


def plan_of(written, name):
    data = written(name).files[0].data
    return mapping.read(data, name), hashlib.sha256(data).hexdigest()


def test_a_mapping_as_values(written):
    found, digest = plan_of(written, "mapping_csv.yaml")
    assert found == FieldMap(
        metrics=(
            Line(
                key="latency.{size}",
                value="latency_ms",
                unit="ms",
                direction=Direction.LOWER,
                headline=True,
            ),
            Line(key="rate.{size}", value="rate", unit="widgets/s", direction=Direction.HIGHER),
        ),
        dimensions={"size": "size", "build": "build"},
        rows="$",
        delimiter=";",
        digest=digest,
    )


def test_whole_table(written, told):
    found, digest = plan_of(written, "mapping_csv.yaml")
    reading = mapped.read(written("mapped.csv"), Options(mapping=found))
    assert told(reading) == {
        "latency.10": (1.6, "ms", "down", "median", 2),
        "rate.10": (101.0, "widgets/s", "up", "median", 2),
        "latency.100": (9.25, "ms", "down", "single", 1),
    }
    assert reading.metrics["latency.10"].samples == (1.5, 1.7)
    assert reading.metrics["latency.10"].dimensions == {"size": "10", "build": "release"}
    assert (reading.headline, reading.context) == (
        "latency.10",
        {"grounding": {"mapping_sha256": digest}},
    )
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (1, "# written by our own tool"),
        (5, "rate: absent"),
    ]


def test_whole_document(written, told):
    found, _ = plan_of(written, "mapping_json.yaml")
    reading = mapped.read(written("mapped.json"), Options(mapping=found))
    assert told(reading) == {
        "latency.10": (1.6, "ms", "down", "median", 2),
        "rate.10": (100.5, "req/s", "up", "single", 1),
        "latency.100": (9.25, "ms", "down", "single", 1),
    }
    assert reading.metrics["latency.10"].dimensions == {"size": 10}


@pytest.mark.parametrize(
    ("text", "plan", "expected"),
    [
        ('{"a": [1, 2]}', "metrics: [{key: k, value: $.a, unit: ms}]", (1.0, 2.0)),
        ('{"a": 1}\n{"a": 3}', "metrics: [{key: k, value: $.a, unit: ms}]", (1.0, 3.0)),
        ("[1, 2]", "rows: $[*]\nmetrics: [{key: k, value: $, unit: ms}]", (1.0, 2.0)),
        ('["1", "x"]', "rows: '$[0]'\nmetrics: [{key: k, value: $, unit: ms}]", 1.0),
        (
            '[{"n": "a", "v": 1}, {"n": "b", "v": 2}]',
            "rows: \"$[?@.n=='b']\"\nmetrics: [{key: k, value: $.v, unit: ms}]",
            2.0,
        ),
        ("v\n1\n\n3\n", "csv: {}\n" + ONE, (1.0, 3.0)),
        ('"v" , w\r\n"1",2\r\n', "csv: {}\n" + ONE, 1.0),
    ],
)
def test_where_numbers_are_found(read, text, plan, expected):
    metric = read(text, plan).metrics["k"]
    assert (metric.samples or metric.value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1.5", 1.5), ('"x y"', "x y"), (str(2**60), str(2**60))],
)
def test_dimensions(read, value, expected):
    plan = "dimensions: {d: $.d}\nmetrics: [{key: 'k.{d}', value: $.v, unit: ms}]"
    metric = read(f'{{"d": {value}, "v": 1}}', plan).metrics[f"k.{expected}"]
    assert metric.dimensions == {"d": expected}


@pytest.mark.parametrize(
    ("text", "plan", "expected"),
    [
        (
            '{"a": "1,5"}',
            "metrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/number", "x:1", "$.a: expected a plain number, got '1,5'"),
        ),
        (
            '{"a": true}',
            "metrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/number", "x:1", "$.a: expected a plain number, got 'True'"),
        ),
        (
            '{"b": 1}',
            "metrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/nothing", "x", "nothing at '$.a', where the mapping has 'k'"),
        ),
        (
            '"text"',
            "metrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/nothing", "x", "nothing at '$.a', where the mapping has 'k'"),
        ),
        (
            '["text"]',
            "rows: $[*]\nmetrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/nothing", "x", "nothing at '$.a', where the mapping has 'k'"),
        ),
        (
            '{"a": 1}',
            "metrics: [{key: k, value: a.b, unit: ms}]",
            ("mapping/path", "a.b", "no JSONPath: expected 'TOKEN_ROOT', found 'TOKEN_NAME'"),
        ),
        (
            '{"a": 1}',
            "dimensions: {d: $.d}\nmetrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/dimension", "x:1", "dimension d: expected one value at '$.d', got none"),
        ),
        (
            '{"a": 1, "d": [1, 2]}',
            "dimensions: {d: '$.d[*]'}\nmetrics: [{key: k, value: $.a, unit: ms}]",
            ("mapping/dimension", "x:1", "dimension d: expected one value at '$.d[*]', got 2"),
        ),
        (
            "v,w\n1,2\n3\n",
            "csv: {}\n" + ONE,
            ("mapping/cells", "x:3", "expected 2 cells, got 1"),
        ),
        (
            "a,b\n1,2\n",
            "csv: {}\n" + ONE,
            ("mapping/columns", "x", "no line has the columns 'v'"),
        ),
        (
            "v,v\n1,2\n",
            "csv: {}\n" + ONE,
            ("mapping/columns", "x:1", "two columns are named 'v'"),
        ),
        (
            "v\n" + "x" * 200_000,
            "csv: {}\n" + ONE,
            ("mapping/csv", "x:2", "no CSV: field larger than field limit (131072)"),
        ),
    ],
)
def test_refusals(read, text, plan, expected):
    assert refusal(read, text, plan) == expected


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("metrics: []", "metrics: expected a list of metrics, got []"),
        ("metrcs: []", "metrcs: unknown key; did you mean metrics?"),
        ("rows: $\ncsv: {}\n" + ONE, "rows: a table's rows are its lines; leave it out"),
        (
            "csv: {delimiter: ab}\n" + ONE,
            "csv.delimiter: expected one character, got 'ab'",
        ),
        (
            "metrics: [{key: 'k.{size}', value: v, unit: ms}]",
            "metrics[0].key: {size} is no dimension of this mapping",
        ),
        (
            "metrics: [{key: k, value: v, unit: ms, direction: up}]",
            "metrics[0].direction: expected higher, lower, two-sided, unknown, got 'up'",
        ),
        (
            (
                "metrics: [{key: a, value: v, unit: ms, headline: true}, "
                "{key: b, value: v, unit: ms, headline: true}]"
            ),
            "metrics: expected at most one headline, got several",
        ),
        ("metrics: [{key: k, value: v}]", "metrics[0].unit: missing"),
        (
            "dimensions: {a: 3}\n" + ONE,
            "dimensions['a']: expected text, got a number",
        ),
    ],
)
def test_faults_of_a_mapping(plan, message):
    assert refusal(mapping.read, (HEAD + plan).encode(), "m.yaml") == (
        "config/form",
        "m.yaml",
        message,
    )


def test_it_is_given_and_never_detected(file):
    source = file("x", '{"a": 1}')
    assert mapped.sniff(source) is None
    assert refusal(mapped.read, source, Options()) == (
        "mapping/none",
        "x",
        "this format needs a mapping",
    )


@given(
    st.binary(max_size=300),
    st.sampled_from(["csv: {}\n" + ONE, "metrics: [{key: k, value: $..v, unit: ms}]"]),
)
def test_any_bytes_read_or_are_refused(data, plan):
    fields = mapping.read((HEAD + plan).encode(), "m.yaml")
    source = Source(name="x", kind="file", files=(SourceFile(path="x", data=b'v,w\n"v"' + data),))
    try:
        outcome = bool(mapped.read(source, Options(mapping=fields)).metrics)
    except InputError as error:
        outcome = bool(error.where)
    assert outcome
