import json
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def turns(imported):
    return imported("turns")


@pytest.fixture
def contest(turns):
    """Two sides whose times are given, and a peer that is not there."""

    def make(ours, theirs, wanted=None):
        us = turns.Side(key="us", run=lambda: None, title="we")
        peer = turns.Side(key="peer", run=lambda: None, wanted=wanted)
        gone = turns.Side(key="gone", run=None, absent="not installed")
        # of the processors' time we take twice as much as on the clock, the peer the same
        took = {
            "us": [turns.Took(time, 2 * time) for time in ours],
            "peer": [turns.Took(time, time) for time in theirs],
        }
        return turns.Contest(key="one", ours=us, peers=(peer, gone), took=took)

    return make


def test_all_take_turns_and_another_begins_each_round(turns):
    ran = []
    sides = [turns.Side(key=key, run=lambda key=key: ran.append(key)) for key in "abc"]
    sides.append(turns.Side(key="gone", run=None))
    took = turns.race(sides, 3)
    assert "".join(ran) == "cab" + "abc" + "bca" + "cab"  # the first one warms up
    assert {key: len(times) for key, times in took.items()} == {"a": 3, "b": 3, "c": 3}


def test_without_a_warm_up_each_call_counts(turns):
    ran = []
    turns.race([turns.Side(key="a", run=lambda: ran.append(1))], 2, warm=False)
    assert len(ran) == 2


def test_a_call_of_many_operations_counts_as_one_of_them(turns):
    side = turns.Side(key="a", run=lambda: time.sleep(0.02), per=20)
    (took,) = turns.race([side], 1)["a"]
    assert took.clock >= 0.001
    assert took.processor < took.clock


def test_the_processors_time_is_that_of_processes_too(turns):
    work = "sum(range(3_000_000))"
    took = turns.timed(lambda: subprocess.run([sys.executable, "-c", work], check=True), 1)
    assert took.processor > 0.01


@given(
    st.lists(st.tuples(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3)), min_size=1, max_size=20),
    st.floats(1e-3, 1e3),
)
def test_a_slower_round_slows_both_and_leaves_the_ratios(turns, times, slowed):
    ours, theirs = zip(*times, strict=True)
    there = turns.pairs(ours, theirs)
    slow = turns.pairs([t * slowed for t in ours], [t * slowed for t in theirs])
    assert slow == pytest.approx(there)
    found = turns.spread(there)
    assert min(there) <= found.low <= found.middle <= found.high <= max(there)


@pytest.mark.parametrize(("wanted", "told"), [(None, ""), (2.0, "2: met"), (1.9, "1.9: MISSED")])
def test_the_table_has_medians_of_pairs_their_spread_and_what_was_wanted(
    turns, contest, wanted, told
):
    # the ratio of the medians would be 3: it is the median of the ratios that counts
    one = contest([0.002, 0.006, 0.008], [0.001, 0.001, 0.008], wanted)
    head, ours, pair, gone = turns.lines("name", [one])
    assert " ".join(head.split()) == "name ms ours/peer quartiles cpu pairs at most"
    assert ours.split() == ["we", "6"]
    assert pair.split()[:7] == ["to", "peer", "1", "2", "1.5..4", "4", "3"]
    assert " ".join(pair.split()[7:]) == told
    assert gone.split() == ["to", "gone", "-", "not", "installed"]


def test_one_that_has_no_peer_stands_alone(turns):
    alone = turns.Contest(
        key="one", ours=turns.Side(key="us", run=None), peers=(), took={"us": [turns.Took(1.5, 1)]}
    )
    assert [line.split() for line in turns.lines("name", [alone, alone])[1:]] == [
        ["us", "1,500"]
    ] * 2


def test_a_peer_that_ran_once_for_several_of_ours_is_told_once(turns):
    peer = turns.Side(key="peer", run=lambda: None, title="all that")
    took = {"peer": [turns.Took(0.001, 0.001)]}
    two = [
        turns.Contest(
            key="one",
            ours=turns.Side(key=key, run=lambda: None),
            peers=(peer,),
            took=took | {key: [turns.Took(seconds, seconds)]},
        )
        for key, seconds in (("a", 0.002), ("b", 0.003))
    ]
    told = [line.split() for line in turns.lines("name", two)[1:]]
    assert told == [
        ["to", "all", "that", "1"],
        ["a", "2", "2", "2..2", "2", "1"],
        ["b", "3", "3", "3..3", "3", "1"],
    ]
    slower = dict(took, peer=[turns.Took(0.004, 0.004)], b=two[1].took["b"])
    other = turns.Contest(key="one", ours=two[1].ours, peers=(peer,), took=slower)
    assert [line.split()[0] for line in turns.lines("name", [two[0], other])[1:]] == [
        *("a", "to", "b", "to")
    ]


def test_every_round_is_written_and_nothing_of_who_was_absent(
    turns, contest, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(turns.table, "OUT", tmp_path / "out")
    turns.show("name", [contest([0.002, 0.006], [0.001, 0.003])], [("more_s", 1.0)])
    assert json.loads((tmp_path / "out" / "name.json").read_text()) == {
        "one": {
            "us_ms": [2.0, 6.0],
            "peer_ms": [1.0, 3.0],
            "us_to_peer_ratio": [2.0, 2.0],
            "us_to_peer_cpu_ratio": [4.0, 4.0],
        },
        "more_s": 1.0,
    }
    assert capsys.readouterr().out.splitlines()[-1].split() == ["name", "more", "1", "s"]
