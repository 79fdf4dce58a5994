"""The small languages of options."""

from __future__ import annotations

import pytest

from gitbaseline.cli import parse
from gitbaseline.errors import InputError
from gitbaseline.model.metric import Direction


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", 8),
        ("-0.5", -0.5),
        ("1e3", 1000),
        ("true", True),
        ("false", False),
        ("null", None),
        ("007", "007"),
        ("1_000", "1_000"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("nan", "nan"),
        ("Yes", "Yes"),
        ("", ""),
        ("e\u0301", "\u00e9"),
    ],
)
def test_scalar(text, value):
    found = parse.scalar(text)
    assert (found, type(found)) == (value, type(value)) or found == value == 1000


def test_by_key_and_directions():
    assert parse.by_key("--unit", ["ms", "a=s", "a=b=W"]) == {"": "ms", "a": "s", "a=b": "W"}
    assert parse.directions(["lower", "a=higher-is-better", "b=two-sided", "c=unknown"]) == {
        "": Direction.LOWER,
        "a": Direction.HIGHER,
        "b": Direction.TWO_SIDED,
        "c": Direction.UNKNOWN,
    }


@pytest.mark.parametrize(
    ("name", "content", "groups"),
    [
        ("c.json", '{"tp": 8, "my": {"x": 1}}', {"parallelism": {"tp": 8}, "my": {"x": 1}}),
        (
            "c.yml",
            "tp: 8\nother_key: no\n",
            {"parallelism": {"tp": 8}, "other": {"other_key": "no"}},
        ),
    ],
)
def test_context_files_with_pairs_on_top(tmp_path, name, content, groups):
    file = tmp_path / name
    file.write_text(content)
    assert parse.context([str(file)]) == groups
    assert parse.context(["tp=4", str(file)])["parallelism"] == {"tp": 4}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("c.json", "[]", "context/form"),
        ("c.json", "{", "context/form"),
        ("c.yaml", "a: [", "context/form"),
        ("none.json", None, "context/unreadable"),
    ],
)
def test_context_files_that_are_none(tmp_path, name, content, code):
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError) as caught:
        parse.context([str(file)])
    assert (caught.value.code, caught.value.where) == (code, str(file))
