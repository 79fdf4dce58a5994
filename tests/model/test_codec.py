from __future__ import annotations

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.codec import CodecError, begun, decode, encode, number, parse


def encodable(text):
    try:
        encode(text)
    except CodecError:
        return False
    return True


NFC_TEXT = st.text(st.characters(exclude_categories=["Cs"])).filter(encodable)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(
    allow_nan=False, allow_infinity=False
).filter(lambda x: x != 0 or math.copysign(1, x) > 0)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | NFC_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NFC_TEXT, inner, max_size=4),
    max_leaves=12,
)


ONE_SPELLING = {
    "empty object": ({}, b"{}\n"),
    "empty list": ([], b"[]\n"),
    "null": (None, b"null\n"),
    "true": (True, b"true\n"),
    "false": (False, b"false\n"),
    "nested": (
        {"b": [1, {}], "a": {"c": []}},
        b'{\n  "a": {\n    "c": []\n  },\n  "b": [\n    1,\n    {}\n  ]\n}\n',
    ),
    "keys by code point": (
        {"\ue000": 1, "\U00010000": 2, "Z": 3, "a": 4},
        '{\n  "Z": 3,\n  "a": 4,\n  "\ue000": 1,\n  "\U00010000": 2\n}\n'.encode(),
    ),
    "escapes": (
        '\b\t\n\f\r"\\/\x00\x1f\x7f\x80\u2028',
        b'"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f' + '\x7f\x80\u2028"\n'.encode(),
    ),
    "tuple": ((1, 2), b"[\n  1,\n  2\n]\n"),
}


@pytest.mark.parametrize(("value", "data"), ONE_SPELLING.values(), ids=ONE_SPELLING)
def test_there_is_one_spelling(value, data):
    assert encode(value) == data


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (480.0, "480"),
        (0.0, "0"),
        (-1.0, "-1"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
        (2.0**53 - 1, "9007199254740991"),
        (2.0**53, "9007199254740992.0"),
        (-(2.0**53), "-9007199254740992.0"),
        (1e16, "1e+16"),
        (2**53 - 1, "9007199254740991"),
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_a_number_has_one_spelling(value, text):
    assert number(value) == text
    assert float(text) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (math.nan, "not a finite number: nan"),
        (math.inf, "not a finite number: inf"),
        (-0.0, "negative zero"),
        (2**53, "integer beyond 2**53-1, of 54 bits"),
        pytest.param(-(10**5000), "integer beyond 2**53-1, of 16610 bits", id="huge"),
        ("e\u0301", "text is not in Unicode normal form C"),
        ("\ud800", "not encodable as UTF-8: surrogates not allowed"),
        ({"k": {1, 2}}, "no JSON form for set"),
    ],
)
def test_what_has_no_spelling_is_refused(value, message):
    with pytest.raises(CodecError) as caught:
        encode(value)
    assert str(caught.value) == message


DEEP = b"[" * 100_000 + b"]" * 100_000
TRAPS = {
    "duplicate key": (b'{"a": 1, "a": 2}', "key 'a' occurs twice in one object"),
    "duplicate by escape": (
        b'{"b": 0, "a": 1, "\\u0061": 2}',
        "key 'a' occurs twice in one object",
    ),
    "NaN": (b"[NaN]", "NaN is not a number in JSON; expected a finite number"),
    "Infinity": (b"Infinity", "Infinity is not a number in JSON; expected a finite number"),
    "-Infinity": (b"-Infinity", "-Infinity is not a number in JSON; expected a finite number"),
    "1e999": (b"[1e999]", "1e999 is out of the range of a 64-bit float"),
    "byte order mark": (b"\xef\xbb\xbf{}", "line 1: starts with a byte order mark"),
    "UTF-16": ("{}".encode("utf-16"), "line 1: not UTF-8 (byte 0xff)"),
    "UTF-16 without mark": ("[]".encode("utf-16-le"), "line 1 column 2: Expecting value"),
    "Latin-1": (b'[\n"\xe9"]', "line 2: not UTF-8 (byte 0xe9)"),
    "raw surrogate": (b'"\xed\xa0\x80"', "line 1: not UTF-8 (byte 0xed)"),
    "nesting bomb": (DEEP, "line 1: nested deeper than 32 levels"),
    "nesting bomb of objects": (b'\n{"a":' * 1000, "line 34: nested deeper than 32 levels"),
    "nesting past strings": (
        b'["[[[[\\"[[[[",' + b"[" * 32,
        "line 1: nested deeper than 32 levels",
    ),
    "5000 digits": (b"1" * 5000, "integer of 5000 digits"),
    "-0": (b"[-0]", "negative zero"),
    "unterminated": (b'["a', "line 1 column 2: Unterminated string starting at"),
    "raw newline in text": (b'"a\nb"', "line 1 column 3: Invalid control character at"),
    "nothing": (b"", "line 1 column 1: Expecting value"),
    "two documents": (b"1 2", "line 1 column 3: Extra data"),
    "trailing comma": (b"[1,]", "line 1 column 4: Expecting value"),
    "comment": (b"// x\n1", "line 1 column 1: Expecting value"),
    "leading zero": (b"01", "line 1 column 2: Extra data"),
    "vertical tab": (b"\x0b1", "line 1 column 1: Expecting value"),
}


@pytest.mark.parametrize(("data", "message"), TRAPS.values(), ids=TRAPS)
def test_strict_json_is_read_or_the_place_is_told(data, message):
    # The first words are ours; what json says of a place is compared without its Python version.
    with pytest.raises(CodecError) as caught:
        parse(data)
    assert str(caught.value).startswith(message.split(": Expecting")[0])
    with pytest.raises(CodecError):
        decode(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b' {"b" : [ 1.50 ] ,\r\n"a":"\\u00e9"}', {"b": [1.5], "a": "\u00e9"}),
        (b"[" * 32 + b"]" * 32, json.loads("[" * 32 + "]" * 32)),
        (b'["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\\"[{"]', ["[" * 44, '"[{']),
        (b"[" + b"[]," * 40 + b"{}]", [[]] * 40 + [{}]),
        (b"9007199254740993", 9007199254740993),
    ],
)
def test_parse_takes_any_layout(data, value):
    assert parse(data) == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "line 1: not the canonical spelling"),
        (b"{}\n\n", "line 2: not the canonical spelling"),
        (b"[\n  1.0\n]\n", "line 2: not the canonical spelling"),
        (b"[\n  1,\n  1e2\n]\n", "line 3: not the canonical spelling"),
        (b'{\n  "b": 1,\n  "a": 2\n}\n', "line 2: not the canonical spelling"),
        (b'"\\u00e9"\n', "line 1: not the canonical spelling"),
        (b'"\\/"\n', "line 1: not the canonical spelling"),
        (b'"\\u001F"\n', "line 1: not the canonical spelling"),
        (b"[]\r\n", "line 1: not the canonical spelling"),
        (b"-0.0\n", "negative zero"),
        (b"-1e-400\n", "negative zero"),
        (b"9007199254740992\n", "integer beyond 2**53-1, of 54 bits"),
        (b'"\\ud800"\n', "not encodable as UTF-8: surrogates not allowed"),
        (b'"e\xcc\x81"\n', "text is not in Unicode normal form C"),
        (b'{\n  "e\xcc\x81": 1\n}\n', "text is not in Unicode normal form C"),
    ],
)
def test_another_spelling_is_refused(data, message):
    with pytest.raises(CodecError) as caught:
        decode(data)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "name", ["duplicate key", "NaN", "1e999", "nesting bomb", "-0", "unterminated", "vertical tab"]
)
def test_nothing_begins_that_parse_does_not_take(name):
    assert begun(TRAPS[name][0].decode(), 0) is None


@pytest.mark.parametrize("depth", [32, 33])
def test_both_ways_count_levels_alike(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    if depth == 32:
        assert decode(encode(value)) == value
    else:
        with pytest.raises(CodecError, match="nested deeper than 32 levels"):
            encode(value)
        with pytest.raises(CodecError, match="nested deeper than 32 levels"):
            parse(json.dumps(value).encode())


def test_what_is_nested_without_end_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CodecError, match="nested deeper than 32 levels"):
        encode(value)


@given(VALUES)
def test_decode_undoes_encode(value):
    assert decode(encode(value)) == value


@given(VALUES, st.integers(0), st.integers(0, 255))
def test_what_decodes_is_what_encode_gives(value, place, byte):
    data = bytearray(encode(value))
    data[place % len(data)] = byte
    try:
        read = decode(bytes(data))
    except CodecError:
        return
    assert encode(read) == data


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_parse_agrees_with_json(value, indent):
    text = json.dumps(value, indent=indent)
    assert parse(text.encode()) == value
    assert begun(f"..{text} rest", 2) == (value, 2 + len(text))


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b"[]," * 40 + b'"' + b'\\"' * 200_000,
        b"[" + b"[]," * 40 + b'"' + b"\\",
        b'"' * 200_001 + b"[" * 40,
    ],
)
def test_no_input_takes_the_square_of_its_size(data):
    begun = time.process_time()
    with pytest.raises(CodecError):
        parse(data)
    assert time.process_time() - begun < 2
