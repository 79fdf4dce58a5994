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
def written():
    """The source that a fixture is, a file or a folder."""

    def load(name):
        path = DATA / name
        files = [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]
        inside = tuple(
            SourceFile(
                path=name if path.is_file() else str(p.relative_to(path)), data=p.read_bytes()
            )
            for p in files
        )
        return Source(name=name, kind="file" if path.is_file() else "directory", files=inside)

    return load


@pytest.fixture
def told():
    """Metrics in short: value, unit, better, statistic, n, by key."""
    better = {"higher-is-better": "up", "lower-is-better": "down", "unknown": "?"}

    def short(reading):
        return {
            key: (m.value, m.unit, better[m.direction], m.stat, m.n)
            for key, m in reading.metrics.items()
        }

    return short


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
