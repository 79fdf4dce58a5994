"""Metrics read all at once are those read one by one, and what one by one refuses is left to it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.model import baseline_json, metric_json, metric_table
from gitbaseline.model.baseline_read import read
from gitbaseline.model.codec import CodecError, is_sound, parse, skim
from gitbaseline.model.metric import Direction, Metric, from_samples
from gitbaseline.model.shape import ShapeError

PLAIN = {
    "direction": "lower-is-better",
    "n": 1,
    "stat": "single",
    "unit": "ms",
    "validity": "unchecked",
    "value": 1.5,
}
MORE = {
    **PLAIN,
    "dimensions": {"size": 8, "kind": "read", "on": True, "rate": 0.5, "of": None},
    "headline": True,
    "max": 3,
    "mean": 2.0,
    "min": 1,
    "n": 2,
    "samples": [1, 3.0],
    "std": 1.0,
    "tolerance_absolute": 2,
    "tolerance_percent": 5.0,
    "unit_source": "user",
}


def outcome(action):
    try:
        return action()
    except (CodecError, ShapeError) as error:
        return type(error), str(error)


def one_by_one(table):
    return {key: metric_json.from_plain(plain, f"metrics[{key!r}]") for key, plain in table.items()}


def test_the_same_metrics():
    table = {"a": PLAIN, "b": MORE, "c": {**PLAIN, "value": -2}}
    found = metric_table.at_once(copy.deepcopy(table))
    assert found == one_by_one(table)
    assert [*found] == [*table]
    assert found["b"].samples == (1, 3.0)
    assert found["a"].direction is Direction.LOWER
    assert found["a"].dimensions == {}


def test_more_than_one_part():
    table = {f"k{number}": {**PLAIN, "value": number} for number in range(1201)}
    assert metric_table.at_once(copy.deepcopy(table)) == one_by_one(table)
    table["k1200"]["n"] = 0
    assert metric_table.at_once(table) is None


def test_what_is_no_table_of_metrics():
    for table in (None, [], {}, {"a": 1}, {"a": [PLAIN]}, {"": PLAIN}, {"a\x07": PLAIN}):
        assert metric_table.at_once(table) is None


ODD = {
    "value": [None, True, "1", [1.0], float("inf"), 2**53, 10**400],
    "unit": ["", "a\nb", 1, None, ["ms"], "e\u0301"],
    "direction": ["up", 1, ["lower-is-better"], None],
    "validity": ["", {"valid": 1}],
    "stat": ["", 5, "\u202e"],
    "n": [0, -1, 1.0, True, "1", None],
    "samples": [[], [None], [True], ["1"], {"a": 1}, [float("inf")], [1, [2]], [2**53]],
    "mean": [None, "1", float("inf"), False],
    "headline": [False, 1, None],
    "dimensions": [{}, [], {"a": [1]}, {"": 1}, {"a\n": 1}, {"a": "\x07"}, {"a": float("inf")}],
    "unit_source": ["", 3],
    "other": [1],
}


@pytest.mark.parametrize(("name", "value"), [(k, v) for k, vs in ODD.items() for v in vs])
def test_what_is_odd_is_left_to_one_by_one(name, value):
    table = {"a": dict(PLAIN), "b": {**PLAIN, name: value}}
    assert metric_table.at_once(table) is None


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_missing_is_left_to_one_by_one(name):
    lacking = {key: value for key, value in PLAIN.items() if key != name}
    assert metric_table.at_once({"a": dict(PLAIN), "b": lacking}) is None
    assert metric_table.at_once({"b": lacking}) is None


@pytest.mark.parametrize("value", [10**400, -(10**400)])
def test_a_number_out_of_range_is_refused(value):
    with pytest.raises(ShapeError, match="beyond the range of a 64-bit float"):
        metric_json.from_plain({**PLAIN, "value": value}, "m")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
    | st.sampled_from([10**400, "valid", "two-sided", -0.0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@settings(max_examples=400)
@given(st.sampled_from([PLAIN, MORE]), st.sampled_from(sorted(MORE)), VALUES)
def test_law_reading_at_once_never_reads_more_or_other(base, name, value):
    """Whatever stands in a field, at once gives what one by one gives, or leaves it to it."""
    table = {"a": PLAIN, "b": {**base, name: value}}
    found = metric_table.at_once(copy.deepcopy(table))
    if found is not None:
        assert found == one_by_one(table)
        assert list(map(repr, found["b"].samples)) == list(map(repr, table["b"].get("samples", ())))


# The whole document


def test_admitted_bytes_read_as_strictly_read_ones(full, least):
    for entry in (full, least):
        data = baseline_json.to_bytes(entry)
        assert baseline_json.from_admitted(data) == entry == read(parse(data))


@pytest.fixture(scope="session")
def whole(least):
    metrics = {
        "k": from_samples([1.0, 2.0], unit="ms", direction=Direction.LOWER),
        "l": Metric(value=1, unit="ms", direction=Direction.LOWER),
    }
    several = replace(least, metrics=metrics, value=None, unit=None, direction=None)
    return baseline_json.to_bytes(replace(several, extra={"x": 1}))


@settings(max_examples=200)
@given(st.data())
def test_law_admitted_bytes_are_refused_in_the_same_words(whole, data):
    entry = json.loads(whole)
    where = data.draw(st.sampled_from([entry, entry["metrics"]["k"], entry["git"], entry["extra"]]))
    key = data.draw(st.sampled_from([*where, "zz"]))
    where[key] = data.draw(VALUES)
    # As others might spell it: infinity, and whole numbers of any length.
    text = json.dumps(entry).replace("Infinity", "1e999").encode()
    strict = outcome(lambda: read(parse(text)))
    assert outcome(lambda: baseline_json.from_admitted(text)) == strict


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"x": 1', b'"x": ' + b"[" * 40 + b"]" * 40),
        (b'"x": 1', b'"x": ' + b"[" * 100_000 + b"]" * 100_000),
        (b'"x": 1', b'"x": ' + b"[" * 31 + b"]" * 31),
        (b'"x": 1', b'"x": 1e999'),
        (b'"x": 1', b'"x": NaN'),
        (b'"x": 1', b'"x": "\xff"'),
        (b'"x": 1', b'"x": 1,'),
        (b'"x": 1', b'"x": ' + b"1" * 5000),
        (None, b"[]"),
        (None, b"{}"),
        (None, b"\xef\xbb\xbf{}"),
    ],
)
def test_admitted_bytes_that_are_bad_are_told_as_always(whole, old, new):
    data = whole.replace(old or whole, new)
    assert data != whole
    strict = outcome(lambda: read(parse(data)))
    assert isinstance(strict, tuple)
    assert outcome(lambda: baseline_json.from_admitted(data)) == strict


def test_skimming_keeps_the_last_of_two_keys():
    assert skim(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        ([], True),
        ([1, "a", None, [1.5, {"b": [2.5]}]], True),
        ([float("inf")], False),
        ([{"a": [float("-inf")]}], False),
        (json.loads("[" * 32 + "]" * 32), True),
        (json.loads("[" * 33 + "]" * 33), False),
    ],
)
def test_what_is_sound(value, sound):
    assert is_sound(value) is sound
