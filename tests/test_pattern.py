"""What ``pattern`` gives answers as ``re.compile`` would, and compiles nothing before it is asked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.pattern import pattern

FORMS = (r"a+", r"(a)(b)?", r"^b", r"\Bab", r"(?P<x>[^a])")
QUESTIONS = {
    "fullmatch": lambda p, text: p.fullmatch(text) and p.fullmatch(text).groups(),
    "match": lambda p, text: p.match(text, 1) and p.match(text, 1).span(),
    "search": lambda p, text: p.search(text, 0, 4) and p.search(text, 0, 4).groupdict(),
    "finditer": lambda p, text: [found.span() for found in p.finditer(text)],
    "findall": lambda p, text: p.findall(text),
    "split": lambda p, text: p.split(text),
    "sub": lambda p, text: p.sub("-", text),
    "subn": lambda p, text: p.subn("-", text, 1),
    "pattern": lambda p, text: p.pattern,
    "groupindex": lambda p, text: dict(p.groupindex),
}


@given(
    form=st.sampled_from(FORMS),
    flags=st.sampled_from([0, re.IGNORECASE, re.MULTILINE | re.ASCII]),
    text=st.text(alphabet="aAbB\n"),
    asked=st.lists(st.sampled_from(sorted(QUESTIONS)), min_size=1),
)
def test_the_answers_are_those_of_a_compiled_one(form, flags, text, asked):
    ours, standard = pattern(form, flags), re.compile(form, flags)
    for name in asked:  # whichever is the first
        assert QUESTIONS[name](ours, text) == QUESTIONS[name](standard, text)


def test_bytes():
    assert pattern(rb"(.)\x00", re.DOTALL).findall(b"a\0\n\0") == [b"a", b"\n"]


def test_it_is_compiled_once_and_not_before_it_is_asked(monkeypatch):
    made = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *words: made.append(words) or compile_(*words))
    ours = pattern("never asked before (a|b)", re.ASCII)
    assert made == []
    assert (ours.search("c"), ours.sub("", "c"), ours.search("c")) == (None, "c", None)
    assert made == [("never asked before (a|b)", re.ASCII)]


def test_what_is_wrong_with_it_is_told_at_the_first_question():
    wrong = pattern("(")
    with pytest.raises(re.error, match="unterminated"):
        wrong.match("")
    with pytest.raises(AttributeError, match="no_such_method"):
        _ = pattern("a").no_such_method
