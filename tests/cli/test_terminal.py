"""The terminal: colour, width, the pager, and encodings that lack what is shown."""

from __future__ import annotations

import io
import os
import re
import sys
from types import SimpleNamespace

import pytest
from record_sessions import on_terminal

from gitbaseline.cli import output, pager

LONG = "serving/a_measurement_with_a_long_name"


@pytest.fixture
def typed(registry, environment):
    """Run a line on a terminal of 80 columns; return its exit code and what was on the screen."""

    def run(line, columns=80, answers=(), **more):
        settings = {"TERM": "xterm", "PAGER": "cat"}
        return on_terminal(
            line,
            folder=registry.path,
            environment=environment | settings | more,
            columns=columns,
            answers=answers,
        )

    return run


@pytest.fixture
def recorded(registry, inside):
    for value in (1.0, 2.0):
        words = ("record", "-f", "serving", "-m", LONG.partition("/")[2], "--unit", "ms")
        done = inside(*words, "--value", value, "--notes", "caf\u00e9 \u65e5\u672c and more words")
        assert done.code == 0, done.err


PAINTED = {
    "RED": "\x1b[31m",
    "GREEN": "\x1b[32m",
    "YELLOW": "\x1b[33m",
    "INCOMPARABLE": "\x1b[33m",
    "NO-VERDICT": "\x1b[33m",
}


@pytest.mark.parametrize("word", PAINTED)
def test_a_verdict_is_painted_where_it_is_the_answer(word):
    text = f"{word}  because\n{word}  no\n  {word}  no\nmeasured again, 3 trials of x: {word}  why"
    code = PAINTED[word]
    assert output.painted(text) == (
        f"{code}{word}\x1b[m  because\n{word}  no\n  {word}  no\n"
        f"measured again, 3 trials of x: {code}{word}\x1b[m  why"
    )


@pytest.mark.parametrize(
    ("line", "painted"),
    [
        ("a  1  worse  x", "a  1  \x1b[31mworse\x1b[m  x"),
        ("a  1  better, a drift  x", "a  1  \x1b[32mbetter\x1b[m, a drift  x"),
        ("a  regressed", "a  \x1b[31mregressed\x1b[m"),
        ("a  improved (headline)", "a  \x1b[32mimproved\x1b[m (headline)"),
        ("a  regressed, about 9 samples", "a  \x1b[31mregressed\x1b[m, about 9 samples"),
        ("a  worse than before", None),
        ("  worse", None),
        ("it got worse", None),
    ],
)
def test_a_move_is_painted_in_its_column(line, painted):
    assert output.painted(line) == (painted or line)


@pytest.mark.parametrize("setting", ["never", "false", "no", "off", "0", "", "Never"])
def test_git_can_be_told_that_there_is_no_colour(monkeypatch, setting):
    monkeypatch.setenv("GIT_PAGER_IN_USE", "true")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not output.colored(setting)
    assert output.colored("true")


def _flags(utf8_mode):
    """Return Python's flags, all of which others ask for, with another UTF-8 mode."""
    own = {name: getattr(sys.flags, name) for name in dir(sys.flags) if name[0] != "_"}
    return SimpleNamespace(**own | {"utf8_mode": utf8_mode})


@pytest.mark.parametrize(
    ("locale", "c"),
    [
        ({}, True),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),  # as Python leaves it
        ({"LANG": "", "LC_ALL": "POSIX"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, False),
        ({"LANG": "C", "LC_ALL": "en_US.UTF-8"}, False),
    ],
)
def test_the_locale_c_has_no_blocks_on_a_terminal(monkeypatch, locale, c):
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GIT_PAGER_IN_USE", raising=False)
    monkeypatch.setattr(sys, "flags", _flags(1))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "UTF-8"))
    assert not output.ascii_only()
    monkeypatch.setenv("GIT_PAGER_IN_USE", "true")
    assert output.ascii_only() is c
    monkeypatch.setattr(sys, "flags", _flags(0))
    assert not output.ascii_only()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "latin-1"))
    assert output.ascii_only()


def test_what_an_encoding_lacks_is_escaped(recorded, baseline):
    shown = baseline("log", LONG, PYTHONIOENCODING="latin-1")
    assert (shown.code, shown.err) == (0, "")
    assert b"caf\xe9 \\u65e5\\u672c and" in shown.out
    document = baseline("show", LONG, "--json", PYTHONIOENCODING="latin-1").json
    assert document["baseline"]["notes"] == "caf\u00e9 \u65e5\u672c and more words"


@pytest.mark.parametrize("verb", [("list",), ("log", LONG), ("log", LONG, "--plot"), ("show",)])
def test_eighty_columns_are_enough(recorded, typed, verb):
    code, shown = typed(f"git baseline {' '.join(verb)}")
    wide = [line for line in shown.splitlines() if len(line) > 80]
    assert (code, wide) == (0, [])
    _, whole = typed(f"git baseline {' '.join(verb)}", columns=200)
    assert "columns are too few" not in whole


def test_what_is_left_out_is_named(recorded, typed):
    last = typed(f"git baseline log {LONG}")[1].splitlines()[-1]
    assert last == "without UTC, Operator, Notes, for which 80 columns are too few"


def test_a_diff_on_a_terminal_is_painted_and_fits(recorded, typed):
    line = f"git baseline diff {LONG} 9 --unit ms"
    code, shown = typed(line)
    assert (code, shown.startswith("\x1b[31mRED\x1b[m  ")) == (1, True)
    assert "\x1b[31mregressed\x1b[m (headline)" in shown
    assert (
        max(len(row) for row in re.sub(r"\x1b\[\d*m", "", shown).split("\n\n")[1].split("\n")) <= 80
    )
    assert "\x1b" not in typed(line, NO_COLOR="1")[1]
    assert "\x1b" not in typed(line, TERM="dumb")[1]
    assert "\x1b" not in typed(line.replace("git", "git -c color.ui=never", 1))[1]
    assert "\x1b" not in typed(f"{line} | cat")[1]
    assert "\x1b" in typed(line.replace("git", "git -c color.baseline=always", 1) + " | cat")[1]


def test_no_baseline_is_painted_too(recorded, typed, inside):
    assert inside("retract", LONG, "--why", "wrong").code == 0  # the other is a candidate
    code, shown = typed(f"git baseline diff {LONG} 9 --unit ms")
    assert code == 4
    assert shown.startswith("\x1b[33mNO-VERDICT\x1b[m  ")


UPPER = "tr a-z A-Z"


@pytest.mark.parametrize(
    ("line", "settings", "paged"),
    [
        ("git baseline list", {"PAGER": UPPER}, True),
        ("git baseline list", {"GIT_PAGER": UPPER}, True),
        (f"git -c core.pager='{UPPER}' baseline list", {}, True),
        (f"git -c core.pager='{UPPER}' baseline list", {"GIT_PAGER": "cat"}, False),
        (f"git -c core.pager='{UPPER}' baseline list", {"GIT_PAGER": ""}, False),
        (f"git -c core.pager='{UPPER}' --no-pager baseline list", {}, False),
        (f"git -c core.pager='{UPPER}' -c pager.baseline=false baseline list", {}, False),
        ("git -c pager.baseline=true baseline list", {"PAGER": UPPER}, True),
        ("git baseline list --json", {"PAGER": UPPER}, False),
        ("git baseline list | cat", {"PAGER": UPPER}, False),
        ("git baseline verify", {"PAGER": UPPER}, False),
    ],
)
def test_the_pager_is_gits(recorded, typed, line, settings, paged):
    code, shown = typed(line, **settings)
    assert (code, shown.isupper()) == (0, paged)


def test_a_pager_that_cannot_be_run_loses_nothing(recorded, typed):
    code, shown = typed("git baseline list", PAGER="no-such-pager")
    assert (code, LONG in shown) == (0, True)


@pytest.mark.parametrize(
    ("command", "config", "colour", "paged"),
    [
        ("cat > got", {}, True, True),
        ("cat > got", {"color.ui": "never"}, False, True),
        ("cat > got", {"pager.baseline": "Off"}, True, False),
        ("cat > got", {"pager.baseline": ""}, True, False),
        ("cat", {}, True, False),
        ("no-such-pager", {}, True, False),
    ],
)
def test_what_is_shown(monkeypatch, capfd, tmp_path, command, config, colour, paged):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    workspace = SimpleNamespace(
        config=config,
        git=SimpleNamespace(pager=lambda: command),
        where=SimpleNamespace(environment=dict(os.environ)),
    )
    pager.show("RED  \x1b[5mblink", workspace)
    shown = (tmp_path / "got").read_text() if paged else capfd.readouterr().out
    expected = "\x1b[31mRED\x1b[m" if colour else "RED"
    assert shown == f"{expected}  \\x1b[5mblink\n"
    assert output.columns() == int(os.environ.get("COLUMNS", "80"))


def test_what_is_shown_before_a_question_is_not_told_again(registry, typed, number):
    code, shown = typed(f"git baseline {' '.join(number)}", answers=[b"y"])
    asked, _, told = shown.partition("Register? [Y/n]: y\n")
    assert (code, asked.count("  signs"), asked.count("  spread")) == (0, 1, 0)
    entry = asked.splitlines()[0]
    assert told.splitlines()[:3] == [
        f"Recorded {entry}",
        f"  commit  {registry.tip()}",
        "",
    ]
    assert all(line == line.rstrip() for line in asked.splitlines())


def test_what_a_person_should_know_is_told_before_the_question(recorded, typed):
    words = f"record -f serving -m {LONG.partition('/')[2]} --value 99 --unit ms"
    code, shown = typed(f"git baseline {words}", answers=[b"y"])
    assert (code, shown.count("warning: RED against")) == (0, 1)
    assert shown.index("warning: RED") < shown.index("Register?")


def test_errors_and_commands_are_folded(registry, typed):
    code, shown = typed("git baseline record -m step --value 1,234 --unit ms")
    assert (code, shown.splitlines()[:2]) == (
        2,
        [
            "error: --value: expected a plain decimal number, got '1,234': a separator may",
            "  mean thousands or decimals",
        ],
    )
    typed("git init -q other")
    _, shown = typed("cd other && git baseline init", answers=[b"y"])
    assert re.search(r"^  git config baseline.root \\\n    [0-9a-f]{64}$", shown, re.MULTILINE)
    whole = typed("cd other && git baseline init 2>&1 | cat")[1]
    assert re.search(r"^  git config baseline.root [0-9a-f]{64}$", whole, re.MULTILINE)


def test_keys_that_no_line_can_hold_stand_one_below_the_other(registry, typed):
    code, shown = typed("git baseline keys list")
    lines = shown.splitlines()
    assert (code, lines[0], lines[2:4]) == (
        0,
        "tess@example.org",
        ["  families     all", "  state        live"],
    )
    assert typed("git baseline keys list", columns=200)[1].startswith("Principal  ")


def test_without_a_verb_they_are_listed(registry, typed):
    code, shown = typed("git baseline")
    assert (code, shown.splitlines()[0]) == (2, "Usage: git baseline [OPTIONS] COMMAND [ARGS]...")
    assert "error:" not in shown


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("reccord", "git baseline record"),
        ("zzz", "git baseline -h"),
        ("keys lst", "git baseline keys list"),
        ("list --nope", "git baseline list -h"),
    ],
)
def test_who_misspells_is_shown_what_was_meant(inside, repo, words, hint):
    done = inside(*words.split())
    assert (done.code, done.err.splitlines()[-1]) == (2, f"hint: {hint}")


WIDE = {"GIT_PAGER_IN_USE": "true", "COLUMNS": "70", "NO_COLOR": "1"}  # as git's pager is told


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "list"),
        ("formats", "list"),
        ("formats", "explain", "wrk"),
        ("formats", "explain", "hyperfine"),
        ("explain",),
        ("explain", "commit/parents"),
        ("frontier",),
        ("verify",),
    ],
)
def test_seventy_columns_are_enough_for_sentences(registry, inside, words):
    done = inside(*words, **WIDE)
    wide = [line for line in done.text.splitlines() if len(line) > 70 and " " in line.strip()]
    assert (done.code, wide) == (0, [])


def test_a_grammar_is_filled_anew_item_by_item(repo, inside):
    whole, narrow = (inside("formats", "explain", "wrk", **more).text for more in ({}, WIDE))
    assert narrow.split() == whole.split()
    items = [line for line in narrow.splitlines() if line.startswith("- ")]
    assert items == [line for line in narrow.splitlines() if line.lstrip().startswith("- ")]
    assert len(items) == whole.count("\n- ")


def test_what_goes_to_stderr_is_folded_on_a_terminal_only(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "20")
    output.note("one two three four five\nsix")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    output.note("one two three four five\nsix")
    output.note("short")
    assert capsys.readouterr().err == (
        "one two three four five\nsix\none two three four\n  five\nsix\nshort\n"
    )
