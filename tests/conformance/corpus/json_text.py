"""Row 71: the bytes of ``baseline.json``. One document, one spelling."""

from __future__ import annotations

import json
import re

from corpus.content import changed, first


def spelled(case_name, change, rule="baseline/canonical"):
    """Add a case about the bytes of ``baseline.json``."""
    changed(f"json_{case_name}", "baseline.json", change, rule, "71")


def again(data):
    """Write the same document in another layout."""
    return json.dumps(json.loads(data)).encode() + b"\n"


spelled("key_twice", first(b'"accepts": null,', b'"accepts": null,\n  "accepts": null,'))
spelled("nan", first(b'"value": 412.5', b'"value": NaN'))
spelled("infinity", first(b'"value": 412.5', b'"value": Infinity'))
spelled("overflow", first(b'"value": 412.5', b'"value": 1e999'))
spelled("negative_zero", first(b'"value": 412.5', b'"value": -0.0'))
spelled("exponent", first(b'"value": 412.5', b'"value": 4.125e2'))
spelled("trailing_zero", first(b'"value": 412.5', b'"value": 412.50'))
spelled("integer_of_5000_digits", first(b'"value": 412.5', b'"value": ' + b"9" * 5000))
spelled("byte_order_mark", lambda data: b"\xef\xbb\xbf" + data)
spelled("utf16", lambda data: data.decode().encode("utf-16"))
spelled("not_utf8", first(b'"alice"', b'"al\xffce"'))
spelled("lone_surrogate", first(b'"alice"', b'"\\ud800"'))
spelled("escaped_letter", first(b'"alice"', b'"\\u0061lice"'))
spelled("not_normal", first(b'"alice"', '"e\u0301"'.encode()))
spelled("nested_100000", first(b'"extra": {}', b'"extra": {"a": ' + b"[" * 100_000))
spelled("nested_40", first(b'"extra": {}', b'"extra": ' + b'{"a":' * 40 + b"1" + b"}" * 40))
spelled("keys_out_of_order", lambda d: re.sub(rb'(  "accepts".*\n)(  "all.*\n)', rb"\2\1", d))
spelled("another_layout", again)
spelled("carriage_returns", lambda data: data.replace(b"\n", b"\r\n"))
spelled("without_last_line_feed", lambda data: data[:-1])
spelled("two_documents", lambda data: data + data)
spelled("empty", lambda _: b"")
spelled("nul", lambda data: data + b"\0")
spelled("comment", lambda data: b"// hello\n" + data)

SHAPE = "baseline/shape"
spelled("key_unknown", first(b'"accepts": null,', b'"accepts": null,\n  "actual": null,'), SHAPE)
spelled("key_missing", first(b'  "accepts": null,\n', b""), SHAPE)
spelled("a_list", lambda _: b"[]\n", SHAPE)
spelled("another_schema", first(b"git-baseline/baseline/1", b"git-baseline/baseline/2"), SHAPE)
spelled("number_as_text", first(b'"value": 412.5', b'"value": "412.5"'), SHAPE)
spelled("true_as_a_number", first(b'"n": 1', b'"n": true'), SHAPE)
spelled("direction_unknown_word", first(b'"lower-is-better"', b'"smaller"'), SHAPE)
spelled("sha_of_the_code_short", first(b'"c0dec0de', b'"'), SHAPE)
spelled("time_with_a_zone", first(b'2024-05-20T23:11:12Z"', b'2024-05-20T23:11:12+00:00"'), SHAPE)
spelled("time_of_a_33rd", first(b'2024-05-20T23:11:12Z"', b'2024-05-33T23:11:12Z"'), SHAPE)
spelled("digits_of_another_script", first(b"2024-05-20T", "2024-05-2\u0660T".encode()), SHAPE)
spelled(
    "line_feed_after_a_digest",
    lambda d: re.sub(rb'("snapshot_sha256": "[0-9a-f]+)"', rb'\1\\n"', d),
    SHAPE,
)
