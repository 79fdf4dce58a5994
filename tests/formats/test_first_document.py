from __future__ import annotations

import pytest

from gitbaseline.formats import first_document
from gitbaseline.formats.first_document import first, holds


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ('banner\n{"a": NaN}\n{"b": 1}', (b'"a"',), {"a": "NaN"}),
        ('{"a": 1}', (b'"a"', b'"b"'), None),
        ('{"a": ', (), None),
        ("text", (), None),
        ('[{"a": 1}]', (), [{"a": 1}]),
    ],
)
def test_first(file, text, marks, expected):
    assert first(file("x", text), *marks) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"level": "info"}\n{"mine": 1}', True),
        ('{"level": "info"}\n' * 49 + '{"mine": 1}', True),
        ('{"level": "info"}\n' * 50 + '{"mine": 1}', False),
        ('{"mine": 1}\n{"cut": ', True),
        ("mine", False),
    ],
)
def test_holds(file, text, expected):
    assert holds(file("x", text), lambda value: "mine" in value, b"mine") is expected


def test_a_folder_has_none(folder):
    assert first(folder("d", a="{}")) is None
    assert not holds(folder("d", a="{}"), bool)


def test_one_source_is_parsed_once(file):
    first_document._first.cache_clear()
    source = file("x", '{"a": 1}')
    first(source)
    first(source, b"a")
    assert first_document._first.cache_info().misses == 1
