"""Escaping in every way in which text enters a page, and words that no registry should hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.names import Oid
from gitbaseline.site import entry_page, links, pages

ANY = st.text(st.characters(blacklist_categories=["Cs"]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | ANY,
        lambda inner: st.lists(inner) | st.dictionaries(ANY, inner),
    )
)
def test_data_in_a_script_element_is_the_same_json_and_cannot_end_it(value):
    text = str(pages.data(value))
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


@given(ANY, ANY)
def test_a_call_only_hands_over_json(name, text):
    said = pages.call("f", name, [text]).decode()
    assert json.loads(f"[{said.removeprefix('f(').removesuffix(');' + chr(10))}]") == [name, [text]]
    assert not set("<>&\u2028\u2029") & set(said)


@given(st.lists(st.tuples(ANY, ANY)))
def test_facts_hold_no_markup_but_their_own(pairs):
    said = str(pages.facts(pairs))
    assert said.count("<") == 2 + 6 * len(pairs)


def test_control_and_bidirectional_characters_are_spelled_out():
    shown = str(pages.facts([("a", "\x1b[31m\u202e\x1f<")]))
    assert "<dd>\\x1b[31m\\u202e\\x1f&lt;</dd>" in shown
    assert str(pages.facts([])) == '<dl class="facts">\n</dl>'


def test_a_page_spells_out_what_a_terminal_would_obey():
    told = pages.page(
        "compare.html", "compare.html", "\x1b\u202e<", "t", parts=pages.data([])
    ).decode()
    assert "<code>\\x1b\\u202e&lt;</code>" in told


def test_names_lead_where_they_say():
    path = entry_page.against("fam/step.2@20260101T000000Z")
    assert links.entry_page(path) == "entries/fam/step.2/20260101T000000Z.html"
    assert links.series_page("fam", "step.2") == "series/fam/step/index.html"
    assert links.badge("fam", "step.2") == "badges/fam/step.svg"
    assert links.raw(Oid("ab" * 20)).endswith(".txt")
    assert links.root_of("a/b/c.html") == "../../"


@pytest.mark.parametrize("text", ["", "fam", "fam/step", "fam/step@now", "../x@20260101T000000Z"])
def test_a_misspelt_entry_is_no_link(text):
    assert entry_page.against(text) is None


def test_every_value_of_json_has_words():
    value = json.loads('{"a":{"b":[1,true,"x",{"c":null}]},"d":null,"e":[],"f":1.5,"g":false}')
    assert list(entry_page._flat("", value)) == [
        ("a.b", '1, true, x, {"c": null}'),
        ("f", "1.5"),
        ("g", "false"),
    ]
