"""The frontier as text, Markdown and JSON; whole outputs."""

from __future__ import annotations

import pytest

from gitbaseline.compare.frontier import Fate, Frontier, Item, Wall
from gitbaseline.compare.worth import Worth
from gitbaseline.model.baseline import Lever, SpeedOfLight
from gitbaseline.model.layout import entry_path
from gitbaseline.report import frontier as report


def at(second, measurement="a"):
    return entry_path("fam", measurement, f"20260101T0000{second:02d}Z")


def item(second, lever, gain=None, cost=None, **more):
    return Item(
        series="fam/a",
        entry=at(second),
        lever=lever,
        worth=Worth(gain=gain, cost=cost),
        **more,
    )


OVERLAP = Lever(lever="overlap", expected_unlock="+10 %", gate="t < 9 ms", cost="2 days")
EVIL = Lever(lever="a|b <!-- /git-baseline:frontier -->\x1b[31m", expected_unlock="much")
FULL = Frontier(
    items=(
        item(1, OVERLAP, 10.0, 2.0),
        item(2, Lever(lever="fp8", expected_unlock="1.2x"), 20.0),
        item(3, EVIL),
        item(4, Lever(lever="old"), fate=Fate.REFUTED, by=at(5), why="1 %\nof the step"),
        item(6, Lever(lever="won"), fate=Fate.MET, by=at(7)),
        item(8, Lever(lever="gone"), fate=Fate.SUPERSEDED, by=at(1)),
    ),
    walls=(),
)


def wall(measurement, pct=None, rigor="L4"):
    sol = pct and SpeedOfLight(
        pct=pct,
        ceiling_key="chip.wire",
        ceiling_value=1.0,
        ceiling_unit="GB/s",
        ceiling_source="s",
        rigor=rigor,
    )
    return Wall(series=f"fam/{measurement}", entry=at(1, measurement), sol=sol)


def test_text():
    assert report.render(FULL) == (
        "#  %/day  Gain %  Days  Named in                Lever\n"
        "1      5      10     2  fam/a@20260101T000001Z  overlap; unlock: +10 %; gate: t < 9 ms\n"
        "2      ?      20     ?  fam/a@20260101T000002Z  fp8; unlock: 1.2x\n"
        "3      ?       ?     ?  fam/a@20260101T000003Z  a|b <!-- /git-baseline:frontier -->\\x1b[31m; unlock: much\n"
        "ranked last: 1 without a cost that could be read (--cost), then 1 without an amount in the unlock (--unlock)\n"
        "\n"
        "Named in                Refuted by              Lever  Why\n"
        "fam/a@20260101T000004Z  fam/a@20260101T000005Z  old    1 %\\x0aof the step\n"
        "\n"
        "1 met, 1 superseded; --json shows them\n"
        "NEXT LEVER: overlap; unlock: +10 %; gate: t < 9 ms"
    )


def test_markdown_holds_no_markup_of_others_and_no_marker():
    assert report.markdown(FULL) == [
        "| # | Lever | Expected unlock | Gate | Cost | % a day | Named in |",
        "|--:|---|---|---|---|--:|---|",
        "| 1 | overlap | +10 % | t &#60; 9 ms | 2 days | 5 | fam/a&#64;20260101T000001Z |",
        "| 2 | fp8 | 1.2x |  |  | ? | fam/a&#64;20260101T000002Z |",
        "| 3 | a&#124;b &#60;&#33;-- /git-baseline:frontier --&#62;&#27;&#91;31m | much |  |  | ? | fam/a&#64;20260101T000003Z |",
        "",
        "ranked last: 1 without a cost that could be read (--cost), then 1 without an amount in the unlock (--unlock)",
        "",
        "Refuted:",
        "",
        "| Lever | Why | Named in | Refuted by |",
        "|---|---|---|---|",
        "| old | 1 % of the step | fam/a&#64;20260101T000004Z | fam/a&#64;20260101T000005Z |",
    ]


def test_what_is_known_of_all_has_no_remark():
    known = Frontier(items=(item(1, OVERLAP, 10.0, 2.0),), walls=())
    assert "ranked last" not in report.render(known)
    assert len(report.markdown(known)) == 3


def test_nothing_open_says_how_far_the_wall_is():
    found = Frontier(items=(), walls=(wall("a", 95.25), wall("b", 62.0, "L1"), wall("c")))
    assert report.render(found) == (
        "light-speed wall, 90 % of a ceiling by L3 or L4:\n"
        "  fam/a: 95.2 % of chip.wire by L4, reached\n"
        "  fam/b: 62.0 % of chip.wire by L1, not reached\n"
        "  fam/c: no ceiling known; record --sol KEY\n"
        "NEXT LEVER: none named; --next-lever names one, --sol shows the distance to the ceiling"
    )
    assert report.markdown(found)[2:] == [
        "- light-speed wall&#44; 90 % of a ceiling by L3 or L4:",
        "- fam/a: 95.2 % of chip.wire by L4&#44; reached",
        "- fam/b: 62.0 % of chip.wire by L1&#44; not reached",
        "- fam/c: no ceiling known&#59; record --sol KEY",
    ]


def test_nothing_left_is_said_only_at_the_wall():
    found = Frontier(items=(), walls=(wall("a", 95.0),))
    assert report.render(found).endswith("reached\nNEXT LEVER: nothing left")
    assert report.markdown(found)[0] == "NEXT LEVER: nothing left"


def test_an_empty_registry():
    found = Frontier(items=(), walls=())
    assert report.render(found).startswith("no measurement that counts yet\nNEXT LEVER: none")


def test_many_walls_are_cut():
    found = Frontier(items=(), walls=tuple(wall(f"m{number}") for number in range(12)))
    assert report.render(found).splitlines()[-2] == "  and 2 more"


def test_programs_get_everything():
    content = report.content(FULL)
    assert [(one["rank"], one["fate"], one["lever"]) for one in content["levers"]] == [
        (1, "open", "overlap"),
        (2, "open", "fp8"),
        (3, "open", EVIL.lever),
        (None, "refuted", "old"),
        (None, "met", "won"),
        (None, "superseded", "gone"),
    ]
    assert content["levers"][0] == {
        "rank": 1,
        "fate": "open",
        "series": "fam/a",
        "entry": "fam/a/20260101T000001Z",
        "lever": "overlap",
        "expected_unlock": "+10 %",
        "gate": "t < 9 ms",
        "cost": "2 days",
        "gain_pct": 10.0,
        "cost_days": 2.0,
        "pct_per_day": 5.0,
        "by": None,
        "why": None,
    }
    assert content["levers"][3]["by"] == "fam/a/20260101T000005Z"
    assert content["next_lever"]["lever"] == "overlap"
    assert content["nothing_left"] is False


@pytest.mark.parametrize(("pct", "left"), [(95.0, True), (None, False)])
def test_programs_get_the_walls(pct, left):
    content = report.content(Frontier(items=(), walls=(wall("a", pct),), warnings=("w",)))
    assert (content["nothing_left"], content["next_lever"]) == (left, None)
    assert content["walls"] == [
        {
            "series": "fam/a",
            "entry": "fam/a/20260101T000001Z",
            "sol_pct": pct,
            "sol_ceiling_key": pct and "chip.wire",
            "sol_rigor": pct and "L4",
            "reached": left,
        }
    ]
    assert content["warnings"] == ["w"]
