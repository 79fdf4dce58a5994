"""A typed line: what it printed, in order, and how it ended."""

from __future__ import annotations

import pytest

from gitbaseline.transport.transcript import Typed, typed

PATH = {"PATH": "/usr/bin:/bin"}


@pytest.mark.parametrize(
    ("line", "code", "printed"),
    [
        ("echo one; echo two >&2; echo three", 0, "one\ntwo\nthree\n"),
        ("cat; exit 7", 7, ""),
        ("printf 'a\\377b'", 0, "a\ufffdb"),
        ("no-such-program-here 2>/dev/null", 127, ""),
    ],
)
def test_typed(tmp_path, line, code, printed):
    expected = Typed(line=line, exit_code=code, printed=printed)
    assert typed(line, folder=tmp_path, environment=PATH) == expected


def test_it_runs_in_the_folder_with_the_environment_given(tmp_path):
    (tmp_path / "here").touch()
    answer = typed("ls; echo $WORD", folder=tmp_path, environment={**PATH, "WORD": "x"})
    assert answer.printed == "here\nx\n"
