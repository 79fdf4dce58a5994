from __future__ import annotations

from pathlib import Path

import pytest

from gitbaseline.formats.base import Source, SourceFile

DATA = Path(__file__).parent / "data"


@pytest.fixture
def log():
    """Text of a fixture by name."""
    return lambda name: (DATA / name).read_text()


@pytest.fixture
def file():
    """A source of one file from its name and content."""

    def make(name, content):
        data = content.encode() if isinstance(content, str) else content
        return Source(name=name, kind="file", files=(SourceFile(path=name, data=data),))

    return make


@pytest.fixture
def folder():
    """A source of a folder from paths and contents."""

    def make(name, **contents):
        files = tuple(
            SourceFile(path=path.replace("__", "/").replace("_dot_", "."), data=text.encode())
            for path, text in contents.items()
        )
        return Source(name=name, kind="directory", files=files)

    return make
