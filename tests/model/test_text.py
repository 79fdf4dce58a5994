from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model import text

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("value", "line", "whole"),
    [
        ("plain \u00e9 \u4e2d \U0001f600", None, None),
        ("a\tb", "control character U+0009", None),
        ("a\nb", "control character U+000A", None),
        ("a\rb", "control character U+000D", "control character U+000D"),
        ("\x00", "control character U+0000", "control character U+0000"),
        ("\x1b[31m", "control character U+001B", "control character U+001B"),
        ("\x7f", "control character U+007F", "control character U+007F"),
        ("\x85", "control character U+0085", "control character U+0085"),
        ("\x9b", "control character U+009B", "control character U+009B"),
        ("\u2028", "bidirectional or line-separating character U+2028", None),
        ("e\u0301", *["text not in Unicode normal form C"] * 2),
        ("\ud800", *["surrogate character U+D800"] * 2),
        *[(c, *[f"bidirectional or line-separating character U+{ord(c):04X}"] * 2) for c in BIDI],
    ],
)
def test_what_may_enter(value, line, whole):
    assert (text.fault_in_line(value), text.fault_in_text(value)) == (line, whole)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ("AZaz09 ._:/%+-", "AZaz09 ._:/%+-"),
        ("a | <b>\n c", "a &#124; &#60;b&#62; c"),
        ("  a \t\n b  ", "a b"),
        (
            "`x` [y](z) !*~#&\\",
            "&#96;x&#96; &#91;y&#93;&#40;z&#41; &#33;&#42;&#126;&#35;&#38;&#92;",
        ),
        ("\x1b[0m", "&#27;&#91;0m"),
        ("a\u202eb\u200bc\ufeff", "a&#8238;b&#8203;c&#65279;"),
        ("\u00e9\u4e2d", "\u00e9\u4e2d"),
        ("$'\"(),;=?@^{}", "&#36;&#39;&#34;&#40;&#41;&#44;&#59;&#61;&#63;&#64;&#94;&#123;&#125;"),
        ("", ""),
    ],
)
def test_no_content_breaks_out_of_its_place(value, spelled):
    assert text.escaped(value) == spelled


@given(st.text())
def test_escaping_keeps_the_words_and_lets_nothing_through(value):
    spelled = text.escaped(value)
    assert html.unescape(spelled).split() == value.split() or re.search(
        r"[\x00-\x1f\x7f-\x9f]", value
    )
    assert re.fullmatch(r"(?:[A-Za-z0-9 ._:/%+-]|[^\x00-\x9f]|&#[0-9]+;)*", spelled)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in spelled)


@given(st.text(min_size=50))
def test_a_cell_holds_sixty_characters(value):
    assert text.cell(value) == text.escaped(" ".join(value.split())[:60])


@pytest.mark.parametrize(
    ("value", "shown", "line"),
    [
        ("a\nb\tc", "a\nb\tc", "a\\x0ab\\x09c"),
        ("\x1b[31mred\x9b", "\\x1b[31mred\\x9b", "\\x1b[31mred\\x9b"),
        ("a\u202eb\u2028", "a\\u202eb\u2028", "a\\u202eb\\u2028"),
        ("\ud800", "\\ud800", "\\ud800"),
        ("e\u0301", "e\u0301", "e\u0301"),
    ],
)
def test_nothing_steers_a_terminal(value, shown, line):
    assert (text.visible(value), text.visible_line(value)) == (shown, line)


def test_text_is_brought_into_normal_form():
    assert text.normal("e\u0301") == "\u00e9"
