"""docs/sessions.md is what the program prints on a terminal of 80 columns, and shows every verb."""

from __future__ import annotations

import re
import shutil

import pytest
import record_sessions
from record_sessions import COLUMNS, PAGE, StandIns, on_terminal

from gitbaseline.cli.main import VERBS


@pytest.fixture(scope="module")
def shown():
    """Every line of the page's sessions."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_typed_again_they_print_the_same():
    assert record_sessions.page() == PAGE.read_text(), "run: make sessions"


def test_every_verb_is_shown(shown):
    typed = {line.split()[3] for line in shown if re.match(r"\$ git baseline \w", line)}
    assert sorted(VERBS.keys() - typed) == []


def test_no_line_is_wider_than_the_terminal(shown):
    assert [line for line in shown if len(line) > COLUMNS] == []


def test_nothing_failed_by_a_fault_of_ours(shown):
    codes = {line.split()[-1] for line in shown if line.startswith("# exit code")}
    assert codes <= {"1", "2", "4"}
    assert not any(word in line for line in shown for word in ("Traceback", "/tmp/", "\x1b"))


def test_an_id_has_one_stand_in_short_or_long():
    ids = StandIns()
    one, other = "0123456789" * 4, "abcdef0123" * 4
    text = ids.steady(f"{one} {other} {one[:12]} {other[:7]} 20260520 fffffff")
    shown = text.split()
    assert shown[0] != one
    assert shown[0] != shown[1]
    assert (shown[2], shown[3]) == (shown[0][:12], shown[1][:7])
    assert shown[4:] == ["20260520", "fffffff"]
    assert StandIns().steady(f"{other} {one}").split() == shown[:2]
    assert len(ids.steady(f"SHA256:{'a' * 43}")) == 50


def test_a_line_on_a_terminal(tmp_path):
    environment = {"PATH": "/usr/bin:/bin"}
    line = 'test -t 0 && test -t 2 && stty size && printf "Go? [y/N]: " && read x && echo "=$x"'
    told = on_terminal(line, folder=tmp_path, environment=environment, columns=99, answers=[b"y"])
    assert told == (0, "24 99\nGo? [y/N]: y\n=y\n")
    progress = "printf '\\rread 7 of 9\\r            \\rdone\\n'; exit 3"
    assert on_terminal(progress, folder=tmp_path, environment=environment) == (3, "done\n")


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("```setup\nfalse\n```\n\n", "exit code 1"),
        (f"```console\n$ echo {'x' * 75}\n```\n", "wider than 80 columns"),
    ],
)
def test_what_cannot_be_shown_ends_it(tmp_path, monkeypatch, block, why):
    bad = tmp_path / "bad.md.in"
    bad.write_text(block)
    monkeypatch.setattr(record_sessions, "TEMPLATE", bad)
    with pytest.raises(SystemExit, match=why):
        record_sessions.page()


@pytest.mark.parametrize(
    "settings",
    [
        {
            "LC_ALL": "C",
            "LANG": "C",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONUTF8": "0",
            "NO_COLOR": "1",
        },
        {"TERM": "dumb"},
    ],
)
def test_a_poorer_terminal_shows_the_same_in_its_own_letters(registry, environment, settings):
    """No block, no colour, no traceback where the locale is not UTF-8 or the terminal is dumb."""
    for value in (1, 2, 3):
        line = f"git baseline record -m a --value {value} --unit ms -y --notes caf\u00e9"
        on_terminal(line, folder=registry.path, environment=environment)
    for line in ("list", "log a", "show a", "diff a 1 --unit ms", "verify", "search caf\u00e9"):
        code, shown = on_terminal(
            f"git baseline {line}",
            folder=registry.path,
            environment=environment | {"PAGER": "cat"} | settings,
        )
        assert code == 0, shown
        assert "\x1b" not in shown
        assert settings.get("TERM") or shown.isascii()
