"""What was read before decides only how quickly the next entry is read, never what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.model import baseline_alike, baseline_json
from gitbaseline.model.baseline_alike import alike
from gitbaseline.model.baseline_read import read
from gitbaseline.model.codec import CodecError, decode, encode
from gitbaseline.model.shape import ShapeError

PIECES = (
    b"",
    b"\n",
    b" ",
    b",\n  ",
    b',\n  "',
    b"{",
    b"}\n",
    b"null",
    b"1.0",
    b"e\xcc\x81",
    b"\\u0041",
)


def said(how, data):
    try:
        return how(data)
    except (CodecError, ShapeError) as error:
        return type(error), str(error)


def plainly(data):
    return read(decode(data))


@pytest.fixture(scope="module")
def written(full, least):
    return [baseline_json.to_bytes(entry) for entry in (full, least)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(st.data())
def test_one_after_another_is_read_as_if_alone(written, draw):
    for data in written:
        lines = data.split(b"\n")
        for _ in range(draw.draw(st.integers(0, 3))):
            at, other = (draw.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            line = lines[at]
            cut = draw.draw(st.integers(0, len(line)))
            lines[at : at + draw.draw(st.integers(0, 2))] = draw.draw(
                st.sampled_from(
                    [
                        [line, line],
                        [lines[other]],
                        [line[:cut] + draw.draw(st.sampled_from(PIECES)) + line[cut:]],
                        [],
                    ]
                )
            )
            lines = lines or [b""]
        changed = b"\n".join(lines)
        for spelled in (data, changed, data):
            assert said(baseline_json.from_bytes, spelled) == said(plainly, spelled)


def test_members_twice_in_disorder_or_missing(least):
    data = baseline_json.to_bytes(least)
    assert alike(data) == least
    first, second = b'{\n  "accepts": null,\n', b'  "allowed_secrets": [],\n'
    assert data.startswith(first + second)
    rest = data.removeprefix(first + second)
    for begin in (
        first,
        first + b'  "accepts": null,\n' + second,
        b'{\n  "allowed_secrets": [],\n  "accepts": null,\n',
        first + second.replace(b"[]", b"[ ]"),
        first + b'  "aa": null,\n' + second,
    ):
        assert alike(begin + rest) is None
        with pytest.raises((CodecError, ShapeError)):
            baseline_json.from_bytes(begin + rest)


def test_parts_that_do_not_agree(full):
    data = baseline_json.to_bytes(full)
    assert alike(data) == full
    assert alike(data.replace(b'"schema_path": "', b'"schema_path": null, "a": "')) is None
    other = encode({**baseline_json.to_plain(full), "schema_path": None})
    assert (alike(other), alike(data)) == (None, full)


def test_what_a_member_says_is_kept_of_the_last_entry_only(least):
    for number in range(3):
        entry = replace(least, notes=f"note {number}")
        assert baseline_json.from_bytes(baseline_json.to_bytes(entry)) == entry
    assert len(baseline_alike._last) == 1
    assert len(baseline_alike._members) == len(baseline_json.to_plain(least))
