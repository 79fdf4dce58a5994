from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.compare.worth import EFFORT, Worth, days, worth
from gitbaseline.model.baseline import Lever, SpeedOfLight
from gitbaseline.model.metric import Direction

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER


def sol(pct):
    return SpeedOfLight(
        pct=pct,
        ceiling_key="chip.wire",
        ceiling_value=1000.0,
        ceiling_unit="GB/s",
        ceiling_source="s",
        rigor="L1",
    )


@pytest.fixture
def gain(entry, metric):
    """The gain that a text promises of a headline of 400 GB/s, or of another one."""

    def read(text, value=400, unit="GB/s", direction=HIGHER, **more):
        held = entry({"bw": metric(value, unit=unit, direction=direction)}, **more)
        found = worth(Lever(lever="l", expected_unlock=text), held).gain
        return None if found is None else round(found, 6)

    return read


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("+8 %", 8),
        ("8%", 8),
        ("-8 percent", 8),
        ("about 3.5 pct at c=16", 3.5),
        ("16 ranks: 4 %", 4),
        ("5-8 %", 5),
        ("5 to 8 %", 5),
        ("5 \u2013 8 %", 5),
        ("1.2x", 20),
        ("1.2 \u00d7 the bandwidth", 20),
        ("a 2x speedup", 100),
        ("40 GB/s", 10),
        ("+40 GB/s", 10),
        ("+500 GB/s", 125),
        ("0.04 TB/s.", 10),
        ("to 520 GB/s", 30),
        ("up to 40 GB/s", 10),
        ("480 GB/s", 20),
        ("400 -> 520 GB/s", 30),
        ("from 400 to 520 GB/s", 30),
        ("from 400 GB/s to 520 GB/s", 30),
        ("reaches 0.5 TB/s", 25),
        ("+8 % (32 GB/s)", 8),
        ("at 1 GiB 4 %", 4),
    ],
)
def test_what_is_promised(gain, text, percent):
    assert gain(text) == percent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a lot",
        "1,234 GB/s",
        "15,559.05 %",
        "1.2.3 %",
        "x1.2 more",
        "8",
        "30 ms",
        "3 frobs",
        "12 points",
        "0 %",
        "0x",
        "0.8x",
        "to 300 GB/s",
        "400 GB/s",
        "1e3 %",
        f"{'9' * 400} %",
    ],
)
def test_what_names_no_amount_is_unknown(gain, text):
    assert gain(text) is None


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("-40 ms", 10),
        ("40000 us", 10),
        ("to 300 ms", 25),
        ("2x", 50),
        ("0.8x the time", 20),
        ("500 ms", None),
        ("150 %", None),
        ("to 500 ms", None),
        ("0.3 s", 75),
    ],
)
def test_where_lower_is_better(gain, text, percent):
    assert gain(text, unit="ms", direction=LOWER) == percent


def test_without_a_better_direction_a_goal_is_no_gain(gain):
    unknown = {"unit": "widgets", "direction": Direction.UNKNOWN}
    assert gain("to 500 widgets", **unknown) is None
    assert gain("500 widgets", **unknown) == 125


def test_points_are_of_the_ceiling_or_of_a_headline_in_percent(gain):
    assert gain("12 points", sol=sol(60.0)) == 20
    assert gain("up to 6 pp", sol=sol(60.0)) == 10
    assert gain("1 point", value=50, unit="%") == 2
    assert gain("1 point", value=0, unit="%") is None
    assert gain("1 point", sol=sol(0.0)) is None


def test_of_nothing_there_is_no_share(gain):
    assert gain("40 GB/s", value=0) is None


def test_an_amount_out_of_range_is_unknown(gain):
    assert gain("999999999999999 TB/s", value=1e-300, unit="B/s") is None


def test_without_a_headline_only_percent_and_factors_mean_something(entry):
    held = entry({"a": 1, "b": 2})
    texts = ("+8 %", "1.5x", "3 ms")
    found = [worth(Lever(lever="l", expected_unlock=text), held).gain for text in texts]
    assert found == [8, 50, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 days", 3),
        ("2-3 days", 3),
        ("1.5 d", 1.5),
        ("4 h", 0.5),
        ("an hour", 1 / 8),
        ("48 minutes", 0.1),
        ("2 weeks", 10),
        ("a week", 5),
        ("half a day", 0.5),
        ("Half an hour", 1 / 16),
        ("1 month", 20),
        ("3 person-days", 3),
        ("3 working days", 3),
        ("low risk, 3 days", 3),
        ("LOW", 1),
        ("fairly expensive", 20),
        ("200 GPU-hours", None),
        ("200 GPU hours", None),
        ("1,5 days", None),
        ("0 days", None),
        ("$500", None),
        ("slow", None),
        ("", None),
    ],
)
def test_what_it_costs(text, expected):
    assert days(text) == expected


def test_every_word_of_effort_is_read():
    assert {word: days(word) for words in EFFORT.values() for word in words} == {
        word: amount for amount, words in EFFORT.items() for word in words
    }


def test_the_rate_needs_both(entry, metric):
    held = entry({"t": metric(10)})

    def rate(unlock, cost):
        return worth(Lever(lever="l", expected_unlock=unlock, cost=cost), held).rate

    assert rate("10 %", "2 days") == 5
    assert (rate("10 %", None), rate(None, "2 days"), rate(None, None)) == (None, None, None)
    assert worth(Lever(lever="l"), held) == Worth(gain=None, cost=None)


@given(text=st.text(alphabet="0123456789.,%x+->tos ahdGB/", max_size=60))
def test_no_words_make_it_fail_and_a_worth_is_positive(text):
    assert (days(text) or 1) > 0


@given(amount=st.decimals(min_value="0.01", max_value="90", places=2))
def test_a_percentage_is_read_as_it_stands(amount):
    from gitbaseline.compare import worth as module

    match = module._AMOUNT.search(f"gives {amount} % more")
    assert float(match["low"]) == float(amount)
