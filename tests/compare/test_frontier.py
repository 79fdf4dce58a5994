"""Which lever is open, which one closed by what, and in which order they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.compare.frontier import Fate, Series, Statement, Wall, frontier
from gitbaseline.compare.worth import Worth
from gitbaseline.model.baseline import Lever, SpeedOfLight
from gitbaseline.model.closing import Closing, Outcome
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import SlugKey


def at(second, series="fam/a"):
    family, _, measurement = series.partition("/")
    return EntryPath(
        family=family, measurement=measurement, slug=SlugKey(f"20260101T0000{second:02d}Z", 1)
    )


def names(second, lever, series="fam/a", gain=None, cost=None):
    return Statement(
        entry=at(second, series), lever=Lever(lever=lever), worth=Worth(gain=gain, cost=cost)
    )


def closes(second, target, outcome=Outcome.REFUTED, series="fam/a", why="no gain"):
    return Statement(
        entry=at(second, series), closes=Closing(entry=target, outcome=outcome, why=why)
    )


def one(*said, name="fam/a", **more):
    return Series(name=name, said=said, **more)


def fates(*series, chosen=None):
    found = frontier(series, chosen or [s.name for s in series])
    return {(item.series, item.lever.lever): (str(item.fate), item.by) for item in found.items}


def test_the_newest_words_are_open_and_supersede_the_older_ones():
    found = fates(one(names(1, "x"), names(2, "y"), names(3, "z")))
    assert found == {
        ("fam/a", "z"): ("open", None),
        ("fam/a", "x"): ("superseded", at(3)),
        ("fam/a", "y"): ("superseded", at(3)),
    }


def test_the_same_words_named_again_are_one_lever_as_it_was_put_last():
    (item,) = frontier([one(names(1, "x", gain=1), names(2, "x", gain=2))], ["fam/a"]).items
    assert (item.entry, item.worth.gain, item.fate) == (at(2), 2, Fate.OPEN)


def test_going_back_to_older_words_supersedes_what_came_between():
    found = fates(one(names(1, "x"), names(2, "y"), names(3, "x")))
    assert found == {("fam/a", "x"): ("open", None), ("fam/a", "y"): ("superseded", at(3))}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_entry_closes_what_was_named_up_to_then(outcome):
    found = frontier([one(names(1, "x"), closes(2, at(1), outcome))], ["fam/a"])
    (item,) = found.items
    assert (item.fate, item.by, item.why) == (Fate(outcome), at(2), "no gain")


def test_who_names_it_again_later_opens_it_again():
    found = fates(one(names(1, "x"), closes(2, at(1)), names(3, "x")))
    assert found == {("fam/a", "x"): ("open", None)}


def test_a_closing_may_name_any_entry_that_said_the_same_words():
    found = fates(one(names(1, "x"), names(2, "x"), closes(3, at(1))))
    assert found == {("fam/a", "x"): ("refuted", at(3))}


def test_the_last_word_counts():
    found = fates(one(names(1, "x"), closes(2, at(1)), closes(3, at(1), Outcome.MET)))
    assert found == {("fam/a", "x"): ("met", at(3))}


def test_what_is_superseded_can_be_refuted_too():
    found = fates(one(names(1, "x"), names(2, "y"), closes(3, at(1))))
    assert found == {("fam/a", "y"): ("open", None), ("fam/a", "x"): ("refuted", at(3))}


def test_another_series_of_the_family_closes_it_even_where_it_is_not_asked_for():
    other = one(closes(2, at(1), series="fam/b"), name="fam/b")
    found = fates(one(names(1, "x")), other, chosen=["fam/a"])
    assert found == {("fam/a", "x"): ("refuted", at(2, "fam/b"))}


def test_what_closes_nothing_is_told():
    strange = one(closes(2, at(1), series="ham/b"), name="ham/b")
    lost = one(closes(3, at(9), series="fam/c"), name="fam/c")
    found = frontier([one(names(1, "x")), strange, lost], ["fam/a"])
    assert [item.fate for item in found.items] == [Fate.OPEN]
    assert found.warnings == (
        "ham/b/20260101T000002Z closes a lever of fam/a/20260101T000001Z, another family's: void",
        "fam/c/20260101T000003Z closes a lever of fam/a/20260101T000009Z, which names none",
    )


def test_a_series_that_goes_on_supersedes_the_one_before_it():
    before, silent = one(names(1, "x")), one(name="fam/b", continues="fam/a")
    after = one(names(5, "y", "fam/c"), names(6, "z", "fam/c"), name="fam/c", continues="fam/b")
    found = fates(before, silent, after)
    assert found[("fam/a", "x")] == ("superseded", at(5, "fam/c"))
    assert found[("fam/c", "z")] == ("open", None)
    assert fates(before, silent)[("fam/a", "x")] == ("open", None)


def test_of_two_that_go_on_the_first_word_counts():
    found = fates(
        one(names(1, "x")),
        one(names(7, "y", "fam/b"), name="fam/b", continues="fam/a"),
        one(names(6, "y", "fam/c"), name="fam/c", continues="fam/a"),
    )
    assert found[("fam/a", "x")] == ("superseded", at(6, "fam/c"))


def test_series_that_name_each_other_end():
    ring = [
        one(names(1, "x"), continues="fam/b"),
        one(name="fam/b", continues="fam/a"),
    ]
    assert fates(*ring)[("fam/a", "x")] == ("open", None)


def test_the_order():
    said = [
        names(1, "no gain, cheap", "fam/a", cost=1),
        names(2, "no cost, small", "fam/b", gain=1),
        names(3, "no cost, large", "fam/c", gain=9),
        names(4, "one a day", "fam/d", gain=10, cost=10),
        names(5, "two a day", "fam/e", gain=2, cost=1),
        names(6, "two a day, more of it", "fam/f", gain=4, cost=2),
    ]
    every = [one(s, name=s.entry.series) for s in said]
    refuted = one(
        names(7, "old", "fam/g"),
        closes(8, at(7, "fam/g"), series="fam/g"),
        names(10, "later", "fam/g"),
        closes(11, at(10, "fam/g"), series="fam/g"),
        names(12, "met", "fam/g"),
        closes(13, at(12, "fam/g"), Outcome.MET, series="fam/g"),
        names(14, "gone", "fam/g"),
        names(15, "now", "fam/g"),
        name="fam/g",
    )
    found = frontier([refuted, *every], [s.name for s in (*every, refuted)])
    assert [item.lever.lever for item in found.items] == [
        "two a day, more of it",
        "two a day",
        "one a day",
        "no cost, large",
        "no cost, small",
        "no gain, cheap",
        "now",
        "later",
        "old",
        "met",
        "gone",
    ]
    assert [item.lever.lever for item in found.of(Fate.REFUTED)] == ["later", "old"]


def wall(pct, rigor, series="fam/a"):
    sol = SpeedOfLight(
        pct=pct,
        ceiling_key="chip.wire",
        ceiling_value=1.0,
        ceiling_unit="GB/s",
        ceiling_source="s",
        rigor=rigor,
    )
    return Wall(series=series, entry=at(1, series), sol=sol)


@pytest.mark.parametrize(
    ("pct", "rigor", "reached"),
    [
        (90.0, "L3", True),
        (99.0, "L4", True),
        (89.9, "L4", False),
        (99.0, "L1", False),
        (99.0, "L2", False),
        (99.0, "by eye", False),
    ],
)
def test_a_wall_is_high_and_rigorous(pct, rigor, reached):
    assert wall(pct, rigor).reached is reached
    assert frontier([one(wall=wall(pct, rigor))], ["fam/a"]).nothing_left is reached


def test_nothing_left_takes_every_wall_and_no_open_lever():
    high = one(wall=wall(95.0, "L4"))
    without = Wall(series="fam/b", entry=at(1, "fam/b"), sol=None)
    assert not frontier([high, one(name="fam/b", wall=without)], ["fam/a", "fam/b"]).nothing_left
    assert frontier([high, one(name="fam/b", wall=without)], ["fam/a"]).nothing_left
    assert not frontier([one(names(1, "x"), wall=wall(95.0, "L4"))], ["fam/a"]).nothing_left
    closed = one(names(1, "x"), closes(2, at(1)), wall=wall(95.0, "L4"))
    assert frontier([closed], ["fam/a"]).nothing_left
    assert not frontier([], []).nothing_left


@given(
    words=st.lists(st.sampled_from("xyz"), min_size=1, max_size=8),
    closed=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4),
)
def test_at_most_one_lever_of_a_series_is_open_and_none_is_lost(words, closed):
    said = [names(2 * number, word) for number, word in enumerate(words)]
    said += [closes(2 * when + 1, at(2 * what)) for when, what in closed]
    found = frontier([one(*sorted(said, key=lambda s: s.entry.slug))], ["fam/a"])
    assert sorted(item.lever.lever for item in found.items) == sorted(set(words))
    opened = found.of(Fate.OPEN)
    assert [item.lever.lever for item in opened] in ([], [words[-1]])
    last = 2 * (len(words) - 1)
    effective = [
        when
        for when, what in closed
        if what < len(words) and words[what] == words[-1] and 2 * when + 1 > last
    ]
    assert bool(opened) is not bool(effective)
