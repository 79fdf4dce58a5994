from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import documents as module
from gitbaseline.formats import registry
from gitbaseline.formats.base import Options
from gitbaseline.formats.documents import documents


def found(text):
    over = []
    read = [(one.line, one.value) for one in documents("f", text.encode(), over)]
    return read, [(one.line, one.text) for one in over]


@pytest.mark.parametrize(
    ("text", "read", "over"),
    [
        ('{"a": 1}', [(1, {"a": 1})], []),
        (' \t{"a": 1} \n\n[2]\n', [(1, {"a": 1}), (3, [2])], []),
        ('hello\n{\n"a": "}"\n}\nbye', [(2, {"a": "}"})], [(1, "hello"), (5, "bye")]),
        ("[0] NCCL INFO\n[1]", [(2, [1])], [(1, "[0] NCCL INFO")]),
        ('{"a": 1} {"b": 2}\n[1]', [(2, [1])], [(1, '{"a": 1} {"b": 2}')]),
        ("[1,0]<stdout>: x", [], [(1, "[1,0]<stdout>: x")]),
    ],
)
def test_where_documents_begin_and_end(text, read, over):
    assert found(text) == (read, over)


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ('x\n{"a": [1,\n', "f:2", "a JSON document that begins here never ends"),
        ('{\n"a": 1} x', "f:2", "text after the end of a JSON document: 'x'"),
        ("\n[1e999]", "f:2", "1e999 is out of the range of a 64-bit float"),
        ('[{"a": 1, "a": 2}]', "f:1", "key 'a' occurs twice in one object"),
        (f"{'[' * 33}{']' * 33}", "f:1", "nested deeper than 32 levels"),
        ('\u00a0{"a": 1}', "f:1", "column 1: Expecting value"),
    ],
)
def test_a_broken_one_is_told_with_its_place(text, where, message):
    with pytest.raises(InputError) as caught:
        found(text)
    assert (caught.value.where, message in caught.value.message) == (where, True)


def test_a_file_is_parsed_once_by_who_finds_the_format_and_who_reads(written):
    module._begun.cache_clear()
    registry.read(written("pytest_benchmark.json"), Options())
    assert module._begun.cache_info().misses == 1
