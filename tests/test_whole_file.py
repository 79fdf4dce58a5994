"""A file is replaced whole, and nothing is left beside it."""

from __future__ import annotations

import pytest

from gitbaseline.whole_file import replacing


def test_it_takes_the_place(tmp_path):
    path = tmp_path / "mark"
    for text in ("one", "two"):
        with replacing(path) as fresh:
            fresh.write_text(text)
        assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", [OSError, KeyboardInterrupt])
def test_what_fails_leaves_what_was_there_and_nothing_else(tmp_path, fault):
    path = tmp_path / "mark"
    path.write_text("old")

    def half():
        with replacing(path) as fresh:
            fresh.write_text("half")
            raise fault

    with pytest.raises(fault):
        half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
