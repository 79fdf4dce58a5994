from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import json_numbers
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.json_fault import locate
from gitbaseline.model.metric import Direction, Metric


@pytest.fixture
def read(file):
    return lambda content, name="r.json": json_numbers.read(file(name, content), Options())


def values(reading):
    return {key: m.samples or m.value for key, m in reading.metrics.items()}


def refusal(read, content):
    with pytest.raises(InputError) as caught:
        read(content)
    return caught.value.code, caught.value.where, caught.value.message


def test_whole_reading(read):
    reading = read('{"b": {"ttft_ms": 12.5, "name": "x"}, "a": [{"c": 1}, true], "ok": null}')
    assert reading.metrics == {
        "b.ttft_ms": Metric(value=12.5, unit="ms", direction=Direction.LOWER, unit_source="key"),
        "a.0.c": Metric(value=1.0, unit="unknown", direction=Direction.UNKNOWN),
    }
    assert list(reading.metrics) == ["b.ttft_ms", "a.0.c"]
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (1, "b.name: not a number"),
        (1, "a.1: not a number"),
        (1, "ok: not a number"),
    ]
    assert (reading.format, reading.suggested_measurement, reading.headline) == ("json", "r", None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"t": [3, 1, 2]}', {"t": (3.0, 1.0, 2.0)}),
        ('{"t": [3]}', {"t": 3.0}),
        ("[1, 2]", {"value": (1.0, 2.0)}),
        ('[{"a": 1}, {"a": 2}]', {"0.a": 1.0, "1.a": 2.0}),
        ('{"m": [[1, 2], [3]]}', {"m.0": (1.0, 2.0), "m.1": 3.0}),
        ('{"m": [1, null, 3]}', {"m.0": 1.0, "m.2": 3.0}),
        ('{"a": -0.0, "b": 1e3}', {"a": 0.0, "b": 1000.0}),
        ('{"a": 1, "id": 9007199254740993}', {"a": 1.0}),
        ('{"a": 1, "": 2, "b\\u0000": 3, "c\\ud800": 4}', {"a": 1.0}),
        ('{"e\\u0301": 1}', {"\u00e9": 1.0}),
        ('{"a": 1}\n{"a": 2}\n{"a": 4}\n', {"a": (1.0, 2.0, 4.0)}),
        ('{"a": [1, 2]}\n\n{"a": [3]}', {"a": (1.0, 2.0, 3.0)}),
        ("  [\n 1.5\n]\n", {"value": 1.5}),
        ('{\n\n"a": "}\\"{",\n"b": 1}', {"b": 1.0}),
    ],
)
def test_numbers_by_path(read, content, expected):
    assert values(read(content)) == expected


def test_what_cannot_be_a_metric_is_listed(read):
    reading = read('{"a": 1, "": 2, "b\\u0000": 3, "id": 9007199254740993}')
    assert [p.text for p in reading.passed_over] == [
        "value: no name for a metric: it is empty",
        "b\\x00: no name for a metric: control character U+0000",
        "id: integer beyond 2**53-1",
    ]


def test_text_around_the_documents_is_passed_over(read):
    reading = read(
        "NCCL version 2\n[0] NCCL INFO x\n[1,0]<stdout>:y\n[warn] z\n{not json} but text\n\n"
        '{"a": 1}\n{"a": 2}\nbye\t!\n'
    )
    assert values(reading) == {"a": (1.0, 2.0)}
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (1, "NCCL version 2"),
        (2, "[0] NCCL INFO x"),
        (3, "[1,0]<stdout>:y"),
        (4, "[warn] z"),
        (5, "{not json} but text"),
        (9, "bye\\x09!"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ("json/empty", "r.json", "no JSON document in it")),
        ("hello", ("json/empty", "r.json", "no JSON document in it")),
        ('{"a": 1},', ("json/empty", "r.json", "no JSON document in it")),
        ('{"a": "1"}', ("json/empty", "r.json", "no number in it")),
        (
            '{"a": 1,\n "b": Infinity}',
            (
                "json/invalid",
                "r.json:2",
                "b: Infinity is not a number in JSON; expected a finite number",
            ),
        ),
        (
            'x\n{"a":\n [1, -Infinity]}',
            (
                "json/invalid",
                "r.json:3",
                "a.1: -Infinity is not a number in JSON; expected a finite number",
            ),
        ),
        (
            '{"c": [1, {"a": 1,\n "a": 2}]}',
            ("json/invalid", "r.json:2", "c.1.a: key 'a' occurs twice in one object"),
        ),
        (
            '{"a": 1e999}',
            ("json/invalid", "r.json:1", "1e999 is out of the range of a 64-bit float"),
        ),
        (
            '\n{"a":\n 1 2}',
            ("json/invalid", "r.json:3", "column 4: Expecting ',' delimiter"),
        ),
        (
            '\n{"a": [1,\n',
            ("json/truncated", "r.json:2", "a JSON document that begins here never ends"),
        ),
        ('{"a": "x', ("json/truncated", "r.json:1", "a JSON document that begins here never ends")),
        (
            '{\n"a": 1\n} x',
            ("json/trailing", "r.json:3", "text after the end of a JSON document: 'x'"),
        ),
        (
            b'\xef\xbb\xbf{"a": 1}',
            ("json/bom", "r.json:1", "starts with a UTF-8 byte order mark; expected plain UTF-8"),
        ),
        (
            b"\xff\xfe{\0",
            ("json/bom", "r.json:1", "starts with a UTF-16 byte order mark; expected plain UTF-8"),
        ),
        (b'{}\n"\xff"', ("json/encoding", "r.json:2", "expected UTF-8, got byte 0xff")),
        (
            '{"a.b": 1, "a": {"b": 2}}',
            ("json/same-key", "r.json:1", "two values have the path 'a.b'"),
        ),
        (
            '{"a": 1}\n{"b": 1}',
            (
                "json/shape",
                "r.json:2",
                "documents of two shapes: this one has not 'a', the one at line 1 has",
            ),
        ),
        (
            '{"a": 1}\n{"a": 1, "b": 1}',
            (
                "json/shape",
                "r.json:2",
                "documents of two shapes: this one has 'b', the one at line 1 has not",
            ),
        ),
        (
            '{"a": [1e308, 1e308, -1e308]}',
            (
                "format/range",
                "r.json: a",
                "numbers too large for their median, mean or deviation to be a 64-bit float",
            ),
        ),
    ],
)
def test_refusals(read, content, expected):
    assert refusal(read, content) == expected


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ({"error": "boom"}, "'error' is not empty"),
        ({"errors": ["", "boom"]}, "'errors' is not empty"),
        ({"errors": 3}, "'errors' is not empty"),
        ({"error": {"x": 1}}, "'error' is not empty"),
        ({"was_cancelled": True}, "'was_cancelled' is true"),
        ({"completed": 0}, "'completed' is 0"),
        ({"exit_codes": [0, 1]}, "an exit code is not 0"),
        ({"exit_codes": [0, None]}, "an exit code is not 0"),
        ({"exit_code": 2}, "an exit code is not 0"),
        ({"status": "FAILED"}, "'status' is 'FAILED'"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda item: item, lambda item: [1, item]])
def test_a_failed_run_is_refused(read, marker, said, wrap):
    content = "x\n" + json.dumps(wrap({"a": 1, **marker}))
    assert refusal(read, content) == ("run/failed", "r.json:2", f"the run failed: {said}")


@pytest.mark.parametrize(
    "marker",
    [
        {"error": ""},
        {"error": None},
        {"error": 0.02},
        {"error": 1},
        {"errors": ["", ""]},
        {"errors": 0},
        {"errors": []},
        {"was_cancelled": False},
        {"completed": 5},
        {"exit_codes": [0, 0]},
        {"exit_codes": {}},
        {"exit_code": None},
        {"exit_code": 0},
        {"status": "ok"},
        {"status": 7},
        {"inner": {"error": "retried"}},
    ],
)
def test_what_is_no_failure(read, marker):
    assert read(json.dumps({"a": 1, **marker})).metrics["a"].value == 1.0


def test_sniff(file, folder):
    assert json_numbers.sniff(file("a", 'x\n{"a": 1}')) == "it holds a JSON document"
    assert json_numbers.sniff(file("a", '{"a": ')) == "it looks like JSON, though a broken one"
    assert json_numbers.sniff(file("a", "[0] NCCL INFO")) is None
    assert json_numbers.sniff(file("a", "text")) is None
    assert json_numbers.sniff(folder("d", a="{}")) is None


def test_a_name_without_letters_still_suggests_something(read):
    assert read('{"a": 1}', name="---.json").suggested_measurement == "json"


@pytest.mark.parametrize(
    "hostile",
    ['{"a":"' + '\\"' * 60_000, "[1\n" * 20_000 + "]x\n" * 20_000, "\n" * 200_000, "{" * 100_000],
)
def test_hostile_text_takes_linear_time(read, hostile):
    start = time.process_time()
    refusal(read, hostile)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', None),
        ('{"a": "NaN", "b": ["Infinity", -Infinity]}', (1, "b.1")),
        ('{"a": {"b": 1}, "c": {"b": 2}}', None),
        ('NaN {"a":\n\n{"b": 1, "b": NaN}}', (3, "a.b")),
        ("[[], [1, NaN]]", (1, "1.1")),
        ("]", None),
        ('\n{"a": NaN}', (2, "a")),
    ],
)
def test_place_of_a_fault(text, expected):
    assert locate(text) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.integers(0, 3), st.binary(max_size=3), st.data())
def test_any_json_reads_or_is_refused(value, indent, junk, data):
    text = json.dumps(value, indent=indent or None).encode()
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + junk + text[at:]
    source = Source(name="m", kind="file", files=(SourceFile(path="m", data=text),))
    try:
        outcome = bool(json_numbers.read(source, Options()).metrics)
    except InputError as error:
        outcome = (error.where or "").startswith("m")
    assert outcome


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [("name", '"sort"', '"hash"'), ("Model", '"a"', '"b"'), ("batch_size", "1", "16")],
)
def test_documents_of_two_cases_are_no_trials(read, key, one, other):
    lines = f'{{"at": {{"{key}": {one}}}, "ms": 1.5}}\n{{"at": {{"{key}": {{}}}}, "ms": 2.5}}\n'
    assert values(read(lines.replace("{}", one)))["ms"] == (1.5, 2.5)
    code, where, message = refusal(read, lines.replace("{}", other))
    assert (code, where) == ("json/cases", "r.json:2")
    assert message.startswith(f"at.{key} is ")


def test_measured_numbers_may_have_any_name(read):
    assert values(read('{"metric": 1, "concurrency": 9.5}\n{"metric": 2, "concurrency": 9.6}')) == {
        "metric": (1.0, 2.0),
        "concurrency": (9.5, 9.6),
    }
