from __future__ import annotations

import hashlib

import pytest

from gitbaseline.model import layout
from gitbaseline.model.manifest import digest, manifest, sha256
from gitbaseline.model.names import SlugKey


@pytest.mark.parametrize(
    ("parts", "good"),
    [
        (("llama", "nccl", "20260520T101112Z"), True),
        (("llama", "nccl.2", "20260520T101112Z-3"), True),
        (("llama.2", "nccl", "20260520T101112Z"), False),
        (("llama", "nccl.1", "20260520T101112Z"), False),
        (("llama", "nccl", "20260520"), False),
        (("", "nccl", "20260520T101112Z"), False),
        (("..", "nccl", "20260520T101112Z"), False),
    ],
)
def test_the_path_of_an_entry(parts, good):
    path = layout.entry_path(*parts)
    assert (path is not None) is good
    if path:
        assert str(path) == "/".join(parts)
        assert path.series == "/".join(parts[:2])
        assert path.slug == SlugKey(parts[2][:16], int(parts[2][17:] or 1))


def test_where_the_rest_lies():
    assert layout.trust_folder(12) == ".registry/000012"
    assert [layout.index_name(n) for n in (1, 2, 10)] == ["INDEX.md", "INDEX-2.md", "INDEX-10.md"]


def test_a_manifest_lists_files_by_the_bytes_of_their_path():
    files = {"b": b"1", "a/\ue000": b"", "a/\U00010000": b"22", "B": b"3", "a": b"4"}
    expected = "".join(
        f"{hashlib.sha256(files[path]).hexdigest()} {len(files[path])} {path}\n"
        for path in ["B", "a", "a/\ue000", "a/\U00010000", "b"]
    ).encode()
    assert manifest(files) == expected
    assert digest(files) == sha256(expected)
    assert manifest({}) == b""
